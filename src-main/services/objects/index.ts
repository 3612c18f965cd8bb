/** Readers of objects by their files, for the window's services and for the command line alike. */
export { imageDistance, sliceDistance, type Holdings } from './imageDistance.ts';
export { openDose, openPlan, openStructures, readDicom, recordOf } from './radiotherapy.ts';
export { openSeries, prepareSeries, readHeaders } from './series.ts';
export { openStored, type StoredImage } from './stored.ts';
export { objectTasks } from './tasks.ts';
export type { ImageVolume, OpenSeries, PreparedSeries, ReadOptions, SeriesVolume } from './types.ts';
export { readVolumeFile, VOLUME_EXTENSIONS, writeVolumeFile } from './volumeFiles.ts';
export { placeWhole, writeWhole } from './wholeFile.ts';
