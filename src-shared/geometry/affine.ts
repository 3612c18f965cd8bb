import type { Vector3 } from './vector.ts';

/**
 * A 3×4 affine, row-major: (x, y, z) = M · (i, j, k, 1). For a grid it maps the voxel index to the
 * centre of that voxel, LPS millimetres. Columns 0 to 2 are the steps along i, j, k; column 3 the origin.
 */
export type Affine = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** The affine whose index axes step by `i`, `j`, `k` from `origin`. */
export const affineFromColumns = (i: Vector3, j: Vector3, k: Vector3, origin: Vector3): Affine => [
  i[0],
  j[0],
  k[0],
  origin[0],
  i[1],
  j[1],
  k[1],
  origin[1],
  i[2],
  j[2],
  k[2],
  origin[2],
];

export const affineColumn = (m: Affine, column: 0 | 1 | 2 | 3): Vector3 => [
  m[column],
  m[4 + column]!,
  m[8 + column]!,
];
export const affineOrigin = (m: Affine): Vector3 => [m[3], m[7], m[11]];

export const transformPoint = (m: Affine, p: Vector3): Vector3 => [
  m[0] * p[0] + m[1] * p[1] + m[2] * p[2] + m[3],
  m[4] * p[0] + m[5] * p[1] + m[6] * p[2] + m[7],
  m[8] * p[0] + m[9] * p[1] + m[10] * p[2] + m[11],
];

export const transformDirection = (m: Affine, d: Vector3): Vector3 => [
  m[0] * d[0] + m[1] * d[1] + m[2] * d[2],
  m[4] * d[0] + m[5] * d[1] + m[6] * d[2],
  m[8] * d[0] + m[9] * d[1] + m[10] * d[2],
];

/** `a` after `b`: the affine p ↦ a(b(p)). */
export function compose(a: Affine, b: Affine): Affine {
  return affineFromColumns(
    transformDirection(a, affineColumn(b, 0)),
    transformDirection(a, affineColumn(b, 1)),
    transformDirection(a, affineColumn(b, 2)),
    transformPoint(a, affineOrigin(b)),
  );
}

export const determinant = (m: Affine): number =>
  m[0] * (m[5] * m[10] - m[6] * m[9]) -
  m[1] * (m[4] * m[10] - m[6] * m[8]) +
  m[2] * (m[4] * m[9] - m[5] * m[8]);

/** @throws RangeError where the affine is singular. */
export function invert(m: Affine): Affine {
  const d = determinant(m);
  if (d === 0 || !Number.isFinite(d)) throw new RangeError('a singular affine has no inverse');
  const a = (m[5] * m[10] - m[6] * m[9]) / d;
  const b = (m[2] * m[9] - m[1] * m[10]) / d;
  const c = (m[1] * m[6] - m[2] * m[5]) / d;
  const e = (m[6] * m[8] - m[4] * m[10]) / d;
  const f = (m[0] * m[10] - m[2] * m[8]) / d;
  const g = (m[2] * m[4] - m[0] * m[6]) / d;
  const h = (m[4] * m[9] - m[5] * m[8]) / d;
  const i = (m[1] * m[8] - m[0] * m[9]) / d;
  const j = (m[0] * m[5] - m[1] * m[4]) / d;
  return [
    a,
    b,
    c,
    -(a * m[3] + b * m[7] + c * m[11]),
    e,
    f,
    g,
    -(e * m[3] + f * m[7] + g * m[11]),
    h,
    i,
    j,
    -(h * m[3] + i * m[7] + j * m[11]),
  ];
}
