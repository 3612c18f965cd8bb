export { type DataSet, type DicomFile, type PixelElement, type TagKey, tagText } from './dataSet.ts';
export { parseDicomFile, parseDicomHead, type ParseOptions } from './parse.ts';
export { Tag, tagKey, tagNumber, vrOfTag } from './tags.ts';
export {
  type SopClass,
  SopClassUid,
  sopClassOf,
  type TransferSyntax,
  TransferSyntaxUid,
  transferSyntaxOf,
} from './uids.ts';
export { isDoseEmpty, readDose } from './dose.ts';
export { inspectAtImport } from './inspect.ts';
export { checkLinks } from './links.ts';
export { beamSource, primaryPrescription, readPlan, type PrimaryPrescription } from './plan.ts';
export * from './series.ts';
export { readStructureSet } from './structureSet.ts';
export { belongingOf, describeInstance, readRecord, type Belonging } from './record.ts';
export type { CodecAssets, CodecName, SampleArray } from './codecs/codec.ts';
export { interpretedSamples } from './interpretedSamples.ts';
export { decodeFrames, type DecodedPixels, type SampleType } from './pixels.ts';
export { validatePixels } from './validatePixels.ts';
