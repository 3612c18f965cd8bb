export * from './dose.ts';
export * from './failure.ts';
export * from './finding.ts';
export * from './plan.ts';
export * from './record.ts';
export * from './structureSet.ts';
export * from './volume.ts';
