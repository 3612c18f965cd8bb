export * from './affine.ts';
export * from './grid.ts';
export * from './iec61217.ts';
export * from './plane.ts';
export * from './vector.ts';
