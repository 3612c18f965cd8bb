import {
  invert,
  transformPoint,
  voxelCentre,
  type Affine,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';
import type { ImageLayer } from '../types.ts';

/** Cells along each side of the volume at most. */
const CELLS = 64;
/** HU above which there is more than air, foam or a blanket. */
const TISSUE = -350;
/** The same for images of other units: this part of the way from the least to the greatest value. */
const SHARE = 0.06;

/** Where a volume shows something: seen along each of its axes, over all slices, so that it does not change with them. */
export interface Occupancy {
  readonly toIndex: Affine;
  readonly dimensions: Vector3;
  readonly cells: readonly [number, number, number];
  /** Seen along the axis of that number: one byte per cell of the other two axes, the lower axis fastest. */
  readonly seen: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** LPS of the eight corners of the box of what is shown; null where there is nothing. */
  readonly corners: readonly Vector3[] | null;
}

const known = new WeakMap<ImageLayer['data'], Occupancy>();

/** Null while slices of the volume are still missing. */
export function occupancyOf(image: ImageLayer): Occupancy | null {
  const [from, to] = image.present ?? [0, image.grid.dimensions[2]];
  if (to - from < image.grid.dimensions[2]) return null;
  const made = known.get(image.data) ?? measure(image);
  known.set(image.data, made);
  return made;
}

function measure(image: ImageLayer): Occupancy {
  const { grid, data, padding } = image;
  const [nx, ny, nz] = grid.dimensions;
  const cells = [nx, ny, nz].map((n) => Math.min(n, CELLS)) as [number, number, number];
  // The voxel in the middle of each cell stands for it.
  const voxels = cells.map((count, axis) =>
    Int32Array.from({ length: count }, (_, c) => Math.floor(((c + 0.5) * grid.dimensions[axis]!) / count)),
  );
  const [is, js, ks] = voxels as [Int32Array, Int32Array, Int32Array];
  const holds = (value: number): boolean =>
    !Number.isNaN(value) && !(padding && value >= padding.from && value <= padding.to);
  let threshold = TISSUE;
  if (image.unit !== 'HU') {
    let least = Infinity,
      greatest = -Infinity;
    for (const k of ks)
      for (const j of js)
        for (const i of is) {
          const value = data[i + nx * (j + ny * k)]!;
          if (!holds(value)) continue;
          if (value < least) least = value;
          if (value > greatest) greatest = value;
        }
    threshold = least + SHARE * (greatest - least);
  }
  const [ci, cj, ck] = cells;
  const seen = [new Uint8Array(cj * ck), new Uint8Array(ci * ck), new Uint8Array(ci * cj)] as const;
  for (let c = 0; c < ck; c++)
    for (let b = 0; b < cj; b++)
      for (let a = 0; a < ci; a++) {
        const value = data[is[a]! + nx * (js[b]! + ny * ks[c]!)]!;
        if (!(value > threshold) || !holds(value)) continue;
        seen[0][b + cj * c] = 1;
        seen[1][a + ci * c] = 1;
        seen[2][a + ci * b] = 1;
      }
  return {
    toIndex: invert(grid.affine),
    dimensions: grid.dimensions,
    cells,
    seen,
    corners: boxOf(image, cells, seen),
  };
}

function boxOf(
  { grid }: ImageLayer,
  [ci, cj, ck]: readonly [number, number, number],
  seen: Occupancy['seen'],
): Vector3[] | null {
  const along = (
    plane: Uint8Array,
    count: number,
    other: number,
    stride: number,
    step: number,
  ): [number, number] | null => {
    // A cell or two is noise, a wire, the edge of a couch.
    const enough = Math.max(1, Math.floor(other / 16));
    const filled = (c: number): boolean => {
      let sum = 0;
      for (let o = 0; o < other; o++) sum += plane[c * stride + o * step]!;
      return sum >= enough;
    };
    let first = 0,
      last = count - 1;
    while (first <= last && !filled(first)) first++;
    while (last >= first && !filled(last)) last--;
    return first > last ? null : [first, last + 1];
  };
  const ranges = [
    along(seen[2], ci, cj, 1, ci),
    along(seen[2], cj, ci, ci, 1),
    along(seen[1], ck, ci, ci, 1),
  ];
  if (ranges.includes(null)) return null;
  const count = [ci, cj, ck];
  const at = (axis: number, end: 0 | 1): number =>
    (ranges[axis]![end] * grid.dimensions[axis]!) / count[axis]! - 0.5;
  return [0, 1, 2, 3, 4, 5, 6, 7].map((c) =>
    voxelCentre(grid, [at(0, c & 1 ? 1 : 0), at(1, c & 2 ? 1 : 0), at(2, c & 4 ? 1 : 0)]),
  );
}

/**
 * The part of `points` (LPS, on a plane at right angles to `normal`) that lie over something the volume shows on any
 * slice of that plane's family.
 */
export function coveredShare(occupancy: Occupancy, normal: Vector3, points: readonly Vector3[]): number {
  const m = occupancy.toIndex;
  const turned = [0, 1, 2].map((row) =>
    Math.abs(m[4 * row]! * normal[0] + m[4 * row + 1]! * normal[1] + m[4 * row + 2]! * normal[2]),
  );
  const axis = turned.indexOf(Math.max(...turned)) as 0 | 1 | 2;
  const [p, q] = ([0, 1, 2] as const).filter((other) => other !== axis) as [0 | 1 | 2, 0 | 1 | 2];
  let covered = 0;
  for (const point of points) {
    const index = transformPoint(m, point);
    const cell = (a: 0 | 1 | 2): number =>
      Math.floor(((index[a] + 0.5) * occupancy.cells[a]) / occupancy.dimensions[a]);
    const a = cell(p),
      b = cell(q);
    if (a < 0 || b < 0 || a >= occupancy.cells[p] || b >= occupancy.cells[q]) continue;
    covered += occupancy.seen[axis][a + occupancy.cells[p] * b]!;
  }
  return points.length > 0 ? covered / points.length : 0;
}
