import { Failure } from '../../../src-shared/model/index.ts';

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/**
 * The ROIs of the names given, as typed or without regard to case, blanks and dashes, each once; null where none are
 * given.
 * @throws Failure NOT_FOUND where one is not there, USAGE where a loose name fits several.
 */
export function chosenRois<T extends { readonly name: string }>(
  rois: readonly T[],
  names: readonly string[],
): T[] | null {
  if (names.length === 0) return null;
  const chosen = names.map((name) => {
    const exact = rois.filter((roi) => roi.name === name);
    const fitting =
      exact.length > 0
        ? exact
        : rois.filter((roi) => plain(roi.name) !== '' && plain(roi.name) === plain(name));
    const [found, ...more] = fitting;
    if (!found)
      throw new Failure(
        'NOT_FOUND',
        `There is no ROI "${name}"; there are ${rois.map((roi) => roi.name).join(', ')}.`,
      );
    if (more.length > 0 && exact.length === 0)
      throw new Failure(
        'USAGE',
        `"${name}" fits ${fitting.map((roi) => roi.name).join(' and ')}; write the name in full.`,
      );
    if (more.length > 0)
      throw new Failure(
        'USAGE',
        `${fitting.length} ROIs are named "${name}"; the name does not tell them apart.`,
      );
    return found;
  });
  return [...new Set(chosen)];
}
