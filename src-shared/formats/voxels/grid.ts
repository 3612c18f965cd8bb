import { affineFromColumns, determinant, type Affine, type Vector3 } from '../../geometry/index.ts';
import { Failure, type FindingCode } from '../../model/index.ts';

/** Reading stops at volumes beyond this; a header that asks for more is wrong or hostile. */
const MOST_VALUES = 2 ** 31;

/** @throws Failure INPUT_NOT_USABLE, always: a file that is not read, and why in one sentence. */
export function refuseFile(message: string, finding: FindingCode = 'FILE_MALFORMED'): never {
  throw new Failure('INPUT_NOT_USABLE', message, { finding });
}

/** Number of values of a grid with `components` per voxel. @throws Failure where the header's sizes make no volume. */
export function checkSizes(sizes: readonly number[], components: number, what: string): number {
  const count = sizes.reduce((n, size) => n * size, components);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1) || !(count >= 1))
    return refuseFile(`${what} has sizes that make no volume (${sizes.join(' × ')}).`);
  return count > MOST_VALUES
    ? refuseFile(
        `${what} says that it holds ${count} values, which is more than can be opened.`,
        'FILE_TOO_LARGE',
      )
    : count;
}

/** @throws Failure where the axes do not span space. */
export function checkedAffine(i: Vector3, j: Vector3, k: Vector3, origin: Vector3, what: string): Affine {
  const affine = affineFromColumns(i, j, k, origin);
  const volume = Math.abs(determinant(affine));
  if (!affine.every(Number.isFinite) || !(volume > 1e-12))
    return refuseFile(`${what} has axes that do not span a volume.`);
  return affine;
}

/** Right–anterior–superior to left–posterior–superior, or back. */
export const turnRas = (v: Vector3): Vector3 => [-v[0], -v[1], v[2]];
