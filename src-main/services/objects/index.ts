/** Readers of objects by their files, for the window's services and for the command line alike. */
export { openDose, openPlan, openStructures, readDicom, recordOf } from './radiotherapy.ts';
export { openSeries } from './series.ts';
export { openStored, type StoredImage } from './stored.ts';
export { objectTasks } from './tasks.ts';
export type { ImageVolume, OpenSeries, ReadOptions } from './types.ts';
export { readVolumeFile, VOLUME_EXTENSIONS, writeVolumeFile, writeWhole } from './volumeFiles.ts';
