import {
  gridSpacing,
  invert,
  transformDirection,
  transformPoint,
  type Grid,
  type Vector3,
} from '../../geometry/index.ts';
import { planimetry, type EndCaps, type PlaneStack, type Slab } from '../contours/index.ts';

/** Cells that even the smallest ROI is cut into, and that the largest may be. */
const FEWEST = 100_000,
  MOST = 200_000_000;
/** Work of one chunk in cells; a row costs as much as this many. */
const CHUNK = 400_000,
  ROW = 40;

/** How an ROI is sampled. Depends on the ROI and the grids alone, never on who does the work. */
export interface Sampling {
  /** Step along rows and between rows, at most; mm. */
  readonly step: number;
  /** Rows lie at firstRow + r · rowStep along v. */
  readonly firstRow: number;
  readonly rowStep: number;
  readonly rows: number;
}

/** Index of the dose grid at (u, v, w): origin + u·alongU + v·alongV + w·alongW. */
export interface ToIndex {
  readonly origin: Vector3;
  readonly u: Vector3;
  readonly v: Vector3;
  readonly w: Vector3;
}

export function toIndex(stack: Pick<PlaneStack, 'frame'>, grid: Grid): ToIndex {
  const inverse = invert(grid.affine),
    { frame } = stack;
  return {
    origin: transformPoint(inverse, [0, 0, 0]),
    u: transformDirection(inverse, frame.u),
    v: transformDirection(inverse, frame.v),
    w: transformDirection(inverse, frame.normal),
  };
}

/**
 * At least half the dose grid's finest spacing, and finer for small ROIs, so that each is cut into 100 000 cells.
 * null where the ROI has no volume.
 */
export function samplingOf(
  stack: PlaneStack,
  slabs: readonly Slab[],
  endCaps: EndCaps,
  grid: Grid,
): Sampling | null {
  const volume = 1000 * (planimetry(stack, endCaps).volumeCc ?? 0);
  if (!(volume > 0)) return null;
  const [low, high] = extentV(stack, slabs);
  if (!(high > low)) return null;
  const step = stepFor(volume, grid);
  const rows = Math.ceil((high - low) / step),
    rowStep = (high - low) / rows;
  return { step, firstRow: low + rowStep / 2, rowStep, rows };
}

/** mm: half the dose grid's finest spacing, within the bounds on the number of cells of a volume (mm³). */
export const stepFor = (volume: number, grid: Grid): number =>
  Math.max(
    Math.min(Math.min(...gridSpacing(grid)) / 2, Math.cbrt(volume / FEWEST)),
    Math.cbrt(volume / MOST),
  );

function extentV(stack: PlaneStack, slabs: readonly Slab[]): readonly [number, number] {
  let low = Infinity,
    high = -Infinity;
  for (const k of new Set(slabs.flatMap((s) => [s.lower, s.upper]))) {
    const { edges } = stack.sections[k]!;
    for (let i = 1; i < edges.length; i += 2) {
      if (edges[i]! < low) low = edges[i]!;
      if (edges[i]! > high) high = edges[i]!;
    }
  }
  return [low, high];
}

/** Sub-planes of a layer; the steps along the normal are no longer than those in the plane, and two at least. */
export const subPlanes = (slab: Slab, sampling: Sampling): number =>
  Math.max(slab.lower === slab.upper ? 1 : 2, Math.ceil((slab.to - slab.from) / sampling.step - 1e-9));

/** The layers in runs of about equal work. */
export function chunksOf(
  stack: PlaneStack,
  slabs: readonly Slab[],
  sampling: Sampling,
): { slabs: Slab[]; work: number }[] {
  const chunks: { slabs: Slab[]; work: number }[] = [];
  for (const slab of slabs) {
    const area = (stack.sections[slab.lower]!.area + stack.sections[slab.upper]!.area) / 2;
    const planes = subPlanes(slab, sampling);
    const work = planes * (area / (sampling.step * sampling.rowStep) + ROW * sampling.rows);
    const last = chunks[chunks.length - 1];
    if (last && last.work < CHUNK) {
      last.slabs.push(slab);
      last.work += work;
    } else chunks.push({ slabs: [slab], work });
  }
  return chunks;
}

/** Indices of the part of a grid that a piece of work touches. */
export interface Box {
  readonly first: Vector3;
  readonly size: Vector3;
}

/** The part of the grid around some layers, at least two voxels each way; null where they do not meet, or the grid has a dimension of one voxel. */
export function boxOf(
  stack: Pick<PlaneStack, 'sections'>,
  slabs: readonly Slab[],
  grid: Grid,
  index: ToIndex,
): Box | null {
  const least: [number, number, number] = [Infinity, Infinity, Infinity],
    greatest: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (const slab of slabs) {
    for (const k of [slab.lower, slab.upper]) {
      const range = extent(stack.sections[k]!.edges);
      if (!range) continue;
      for (const u of [range[0], range[1]])
        for (const v of [range[2], range[3]])
          for (const w of [slab.from, slab.to]) {
            for (const a of [0, 1, 2] as const) {
              const x = index.origin[a] + u * index.u[a] + v * index.v[a] + w * index.w[a];
              if (x < least[a]) least[a] = x;
              if (x > greatest[a]) greatest[a] = x;
            }
          }
    }
  }
  return boxBetween(least, greatest, grid);
}

/** The part of the grid around a range of its indices, as {@link boxOf}. */
export function boxBetween(least: Vector3, greatest: Vector3, grid: Grid): Box | null {
  const first: [number, number, number] = [0, 0, 0],
    size: [number, number, number] = [0, 0, 0];
  for (const a of [0, 1, 2] as const) {
    const n = grid.dimensions[a];
    if (n < 2 || !(greatest[a] >= 0 && least[a] <= n - 1)) return null;
    first[a] = Math.max(0, Math.min(Math.floor(least[a] - 1e-6), n - 2));
    size[a] = Math.min(n - 1, Math.max(first[a] + 1, Math.ceil(greatest[a] + 1e-6))) - first[a] + 1;
  }
  return { first, size };
}

function extent(edges: Float64Array): readonly [number, number, number, number] | null {
  let left = Infinity,
    right = -Infinity,
    low = Infinity,
    high = -Infinity;
  for (let i = 0; i < edges.length; i += 2) {
    const u = edges[i]!,
      v = edges[i + 1]!;
    if (u < left) left = u;
    if (u > right) right = u;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return right > left ? [left, right, low, high] : null;
}
