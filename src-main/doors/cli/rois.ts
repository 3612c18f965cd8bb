import { Failure, type Roi, type StructureSet } from '../../../src-shared/model/index.ts';

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/**
 * The ROIs of the names given, as typed or without regard to case, blanks and dashes; null where none are given.
 * @throws Failure NOT_FOUND where one is not there, USAGE where a loose name fits several.
 */
export function chosenRois(structures: StructureSet, names: readonly string[]): Roi[] | null {
  if (names.length === 0) return null;
  return names.map((name) => {
    const exact = structures.rois.find((roi) => roi.name === name);
    if (exact) return exact;
    const loose = structures.rois.filter((roi) => plain(roi.name) === plain(name));
    if (loose.length > 1) throw new Failure('USAGE', `"${name}" fits ${loose.map((roi) => roi.name).join(' and ')}; write the name in full.`);
    const [found] = loose;
    if (!found) throw new Failure('NOT_FOUND', `The structure set has no ROI "${name}"; it has ${structures.rois.map((roi) => roi.name).join(', ')}.`);
    return found;
  });
}
