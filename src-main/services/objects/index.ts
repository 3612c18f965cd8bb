/** Readers of objects by their files, for the window's services and for the command line alike. */
export { openDose, openPlan, openStructures, readDicom, recordOf } from './radiotherapy.ts';
export { openSeries } from './series.ts';
export { objectTasks } from './tasks.ts';
export type { ImageVolume, OpenSeries, ReadOptions } from './types.ts';
