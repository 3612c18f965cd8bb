/** NIfTI-1 volumes, as bytes. Format: nifti1.h of the NIfTI Data Format Working Group. */
export { niftiStatedUnit, readNifti } from './read.ts';
export { writeNifti, type WriteNiftiOptions } from './write.ts';
