export type { Attributes, Value } from './attributes.ts';
export type { WriteContext } from './context.ts';
export { writeCtSlice, type CtSliceOptions } from './ctSlice.ts';
export { decimalString } from './decimalString.ts';
export { derivedUid } from './derivedUid.ts';
export { writeDose, type DoseOptions } from './dose.ts';
export { writePlan, type PlanOptions } from './plan.ts';
export { writeStructureSet, type StructureSetOptions } from './structureSet.ts';
export { writeDicom } from './writeDicom.ts';
