/** NRRD volumes, as bytes. Format: teem.sourceforge.net/nrrd/format.html. */
export { nrrdStatedUnit, readNrrd } from './read.ts';
export { writeNrrd, type WriteNrrdOptions } from './write.ts';
