/** MetaImage volumes (.mha, .mhd), as bytes. Format: the MetaIO documentation of ITK. */
export { metaImageStatedUnit } from './header.ts';
export { readMetaImage, type ReadMetaImageOptions } from './read.ts';
export { writeDetachedMetaImage, writeMetaImage, type WriteMetaImageOptions } from './write.ts';
