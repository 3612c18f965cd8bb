/** From the images of a series to volumes: facts from headers, a plan of the geometry, then voxels slice by slice. */
export { passesOf, sliceFactsOfFile, sliceFactsOfRecord, type SliceFacts } from './seriesFacts.ts';
export {
  planFindings,
  planSeries,
  shownVolume,
  soleVolume,
  type SeriesPlan,
  type SliceSource,
  type VolumePlan,
} from './seriesPlan.ts';
export { valueScalingsOfFile, type ValueScaling } from './seriesValues.ts';
export { rescaleInto, type Rescaled, type RescaleTarget, type Scaling } from './rescale.ts';
export { assembleVolume, beginVolume, type AssemblyOptions, type VolumeAssembly } from './seriesVolume.ts';
