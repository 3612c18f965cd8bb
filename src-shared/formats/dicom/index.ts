export { type DataSet, type DicomFile, type PixelElement, type TagKey, tagText } from './dataSet.ts';
export { parseDicomFile, type ParseOptions } from './parse.ts';
export { Tag, tagKey, tagNumber, vrOfTag } from './tags.ts';
export { type SopClass, SopClassUid, sopClassOf, type TransferSyntax, TransferSyntaxUid, transferSyntaxOf } from './uids.ts';
