export { canHold, plainCompression, type Compression } from './compression.ts';
export { ELEMENT_BYTES, elementBytes, elementTypeOf, readElements, type ElementType } from './elements.ts';
export { checkedAffine, checkSizes, refuseFile, turnRas } from './grid.ts';
export { statedUnit, unitName, unitNamed } from './unit.ts';
