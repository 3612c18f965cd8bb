/** NRRD volumes, as bytes. Format: teem.sourceforge.net/nrrd/format.html. */
export { readNrrd } from './read.ts';
export { writeNrrd, type WriteNrrdOptions } from './write.ts';
