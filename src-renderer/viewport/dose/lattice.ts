import {
  affineColumn,
  affineOrigin,
  cross,
  dot,
  transformPoint,
  voxelCentre,
  type Grid,
  type Plane,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';
import { patientToIndex, trilinearAtIndex } from './trilinear.ts';

/** Values on a regular net of points of a plane; point (i, j) lies at origin + i·stepI + j·stepJ, mm along u and v. */
export interface Lattice {
  readonly columns: number;
  readonly rows: number;
  /** `values[i + columns * j]`; NaN where there is none. */
  readonly values: Float64Array;
  readonly origin: readonly [number, number];
  readonly stepI: readonly [number, number];
  readonly stepJ: readonly [number, number];
  /** Between the points the function is bilinear: true where the plane is parallel to planes of the grid. */
  readonly bilinear: boolean;
  /** The function itself at plane coordinates (a, b). */
  at(a: number, b: number): number;
}

const PARALLEL = 1 - 1e-9;

/** The dose on a plane: by the grid's own points where the plane is parallel to them, else sampled finer than the grid. */
export function latticeOnPlane(grid: Grid, data: Float32Array, plane: Plane): Lattice | null {
  return parallelLattice(grid, data, plane) ?? sampledLattice(grid, data, plane);
}

const onPlane = (plane: Plane, a: number, b: number): Vector3 => [
  plane.origin[0] + a * plane.u[0] + b * plane.v[0],
  plane.origin[1] + a * plane.u[1] + b * plane.v[1],
  plane.origin[2] + a * plane.u[2] + b * plane.v[2],
];

const along = (plane: Plane, p: Vector3): [number, number] => [
  dot(p, plane.u) - dot(plane.origin, plane.u),
  dot(p, plane.v) - dot(plane.origin, plane.v),
];

function parallelLattice(grid: Grid, data: Float32Array, plane: Plane): Lattice | null {
  const normal = cross(plane.u, plane.v);
  const columns = [
    affineColumn(grid.affine, 0),
    affineColumn(grid.affine, 1),
    affineColumn(grid.affine, 2),
  ] as const;
  const across = ([0, 1, 2] as const).find((axis) => {
    const others = ([0, 1, 2] as const).filter((a) => a !== axis);
    const own = cross(columns[others[0]!], columns[others[1]!]);
    return Math.abs(dot(own, normal)) >= PARALLEL * Math.hypot(...own);
  });
  if (across === undefined) return null;
  const [p, q] = ([0, 1, 2] as const).filter((a) => a !== across) as [0 | 1 | 2, 0 | 1 | 2];
  const count = grid.dimensions[across];
  const position =
    dot(
      [plane.origin[0] - grid.affine[3], plane.origin[1] - grid.affine[7], plane.origin[2] - grid.affine[11]],
      normal,
    ) / dot(columns[across], normal);
  const slack = count === 1 ? 0.5 : 1e-3;
  const empty = !(position >= -slack && position <= count - 1 + slack);
  if (empty)
    return {
      columns: 0,
      rows: 0,
      values: new Float64Array(0),
      origin: [0, 0],
      stepI: [1, 0],
      stepJ: [0, 1],
      bilinear: true,
      at: () => NaN,
    };
  const inside = Math.max(0, Math.min(count - 1, position));
  const base = Math.max(0, Math.min(count - 2, Math.floor(inside))),
    part = inside - base;
  const strides = [1, grid.dimensions[0], grid.dimensions[0] * grid.dimensions[1]] as const;
  const nI = grid.dimensions[p],
    nJ = grid.dimensions[q];
  const values = new Float64Array(nI * nJ);
  const step = count > 1 && part > 1e-6 ? strides[across] : 0;
  const keep = part < 1 - 1e-6 ? 1 - part : 0,
    take = 1 - keep;
  for (let j = 0, n = 0; j < nJ; j++) {
    let at = base * strides[across] + j * strides[q];
    for (let i = 0; i < nI; i++, n++, at += strides[p]) {
      values[n] =
        step === 0 ? data[at]! : keep === 0 ? data[at + step]! : keep * data[at]! + take * data[at + step]!;
    }
  }
  // With a sheared grid the net moves sideways from slice to slice.
  const first = affineOrigin(grid.affine),
    by = columns[across];
  const corner: Vector3 = [
    first[0] + position * by[0],
    first[1] + position * by[1],
    first[2] + position * by[2],
  ];
  const stepI: [number, number] = [dot(columns[p], plane.u), dot(columns[p], plane.v)];
  const stepJ: [number, number] = [dot(columns[q], plane.u), dot(columns[q], plane.v)];
  return {
    columns: nI,
    rows: nJ,
    values,
    origin: along(plane, corner),
    stepI,
    stepJ,
    bilinear: true,
    at: sampler(grid, data, plane),
  };
}

function sampler(grid: Grid, data: Float32Array, plane: Plane): (a: number, b: number) => number {
  const toIndex = patientToIndex(grid);
  return (a, b) => trilinearAtIndex(grid, data, transformPoint(toIndex, onPlane(plane, a, b)));
}

/** Points of the sampled net at most, so that a fine grid cut obliquely stays quick. */
const MAXIMUM_POINTS = 400_000;

function sampledLattice(grid: Grid, data: Float32Array, plane: Plane): Lattice | null {
  const [nx, ny, nz] = grid.dimensions;
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((c) =>
    along(plane, voxelCentre(grid, [c & 1 ? nx - 1 : 0, c & 2 ? ny - 1 : 0, c & 4 ? nz - 1 : 0])),
  );
  const a0 = Math.min(...corners.map((c) => c[0])),
    a1 = Math.max(...corners.map((c) => c[0]));
  const b0 = Math.min(...corners.map((c) => c[1])),
    b1 = Math.max(...corners.map((c) => c[1]));
  const finest = Math.min(
    ...([0, 1, 2] as const)
      .filter((a) => grid.dimensions[a] > 1)
      .map((a) => Math.hypot(...affineColumn(grid.affine, a))),
  );
  if (!Number.isFinite(finest)) return null;
  const step = Math.max(finest / 2, Math.sqrt(((a1 - a0) * (b1 - b0)) / MAXIMUM_POINTS));
  const columns = Math.floor((a1 - a0) / step) + 1,
    rows = Math.floor((b1 - b0) / step) + 1;
  const values = new Float64Array(columns * rows);
  const at = sampler(grid, data, plane);
  for (let j = 0, n = 0; j < rows; j++)
    for (let i = 0; i < columns; i++, n++) values[n] = at(a0 + i * step, b0 + j * step);
  return { columns, rows, values, origin: [a0, b0], stepI: [step, 0], stepJ: [0, step], bilinear: false, at };
}
