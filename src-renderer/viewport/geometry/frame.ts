import {
  affineColumn,
  cross,
  dot,
  gridDirections,
  normalise,
  scale,
  voxelCentre,
  type Grid,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';
import type { ImageLayer, ViewportState } from '../types.ts';

export type PlaneKind = 'axial' | 'sagittal' | 'coronal';
export const PLANE_KINDS: readonly PlaneKind[] = ['axial', 'sagittal', 'coronal'];

/** One family of parallel slices as a pane shows it. */
export interface SliceAxes {
  /** Unit, to the right of the pane. */
  readonly u: Vector3;
  /** Unit, down the pane. */
  readonly v: Vector3;
  /** Unit, the way slices are counted: to S, L or P, or the volume's axis nearest to it. */
  readonly normal: Vector3;
  readonly stepMm: number;
  readonly count: number;
  /** p·normal of the first slice, mm. */
  readonly firstMm: number;
}

export interface SliceFrame {
  readonly axes: Readonly<Record<PlaneKind, SliceAxes>>;
  /** The planes follow the volume's own axes, as these are not the patient's. */
  readonly oblique: boolean;
  /** Voxel centres of the eight corners; empty where there is no volume. */
  readonly corners: readonly Vector3[];
}

const PATIENT: readonly Vector3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const PERMUTATIONS: readonly (readonly [number, number, number])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];
/** Cosine of 0.1°: nearer than that, an axis is the patient's. */
const ALIGNED = 1 - 1.5e-6;

/** The visible image on top; the planes follow its slices. */
export function referenceImage(state: ViewportState): ImageLayer | null {
  let found: ImageLayer | null = null;
  for (const layer of state.layers) if (layer.kind === 'image' && (layer.visible || !found)) found = layer;
  return found;
}

function referenceGrid(state: ViewportState): Grid | null {
  const image = referenceImage(state);
  if (image) return image.grid;
  const dose = state.layers.find((layer) => layer.kind === 'dose');
  return dose?.kind === 'dose' ? dose.grid : null;
}

const EMPTY: SliceFrame = buildFrame(PATIENT, () => ({ stepMm: 1, count: 0, firstMm: 0 }), false, []);
const frames = new WeakMap<Grid, SliceFrame>();

/** The slices of the state's reference volume: V1. */
export function sliceFrame(state: ViewportState): SliceFrame {
  const grid = referenceGrid(state);
  if (!grid) return EMPTY;
  const known = frames.get(grid);
  if (known) return known;
  const made = frameOfGrid(grid);
  frames.set(grid, made);
  return made;
}

export function frameOfGrid(grid: Grid): SliceFrame {
  const [i, j] = gridDirections(grid);
  const k = normalise(cross(i, j));
  // With a sheared volume (tilted gantry) i and j stay those of the slices, so that one pane shows the slices as taken.
  const own: readonly Vector3[] = [i, cross(k, i), k];
  const order = bestPermutation(own);
  const directions = PATIENT.map((axis, a) => {
    const direction = own[order[a as 0 | 1 | 2]]!;
    return dot(direction, axis) < 0 ? scale(direction, -1) : direction;
  });
  const aligned = directions.every((direction, a) => dot(direction, PATIENT[a]!) >= ALIGNED);
  const corners = gridCorners(grid);
  return buildFrame(
    aligned ? PATIENT : directions,
    (normal, a) => {
      const stepMm = Math.abs(dot(affineColumn(grid.affine, order[a as 0 | 1 | 2] as 0 | 1 | 2), normal));
      const along = corners.map((corner) => dot(corner, normal));
      const firstMm = Math.min(...along);
      return { stepMm, firstMm, count: Math.round((Math.max(...along) - firstMm) / stepMm) + 1 };
    },
    !aligned,
    corners,
  );
}

function bestPermutation(own: readonly Vector3[]): readonly [number, number, number] {
  const fit = (order: readonly number[]): number =>
    order.reduce((sum, axis, a) => sum + Math.abs(dot(own[axis]!, PATIENT[a]!)), 0);
  return PERMUTATIONS.reduce((best, order) => (fit(order) > fit(best) + 1e-9 ? order : best));
}

function gridCorners(grid: Grid): Vector3[] {
  const [nx, ny, nz] = grid.dimensions;
  return [0, 1, 2, 3, 4, 5, 6, 7].map((c) =>
    voxelCentre(grid, [c & 1 ? nx - 1 : 0, c & 2 ? ny - 1 : 0, c & 4 ? nz - 1 : 0]),
  );
}

type Slices = Pick<SliceAxes, 'stepMm' | 'count' | 'firstMm'>;

function buildFrame(
  [left, posterior, superior]: readonly Vector3[],
  slices: (normal: Vector3, patientAxis: number) => Slices,
  oblique: boolean,
  corners: readonly Vector3[],
): SliceFrame {
  const l = left!,
    p = posterior!,
    s = superior!,
    inferior = scale(s, -1);
  return {
    // Radiological: the patient's right on the left of axial and coronal, anterior on the left of sagittal.
    axes: {
      axial: { u: l, v: p, normal: s, ...slices(s, 2) },
      sagittal: { u: p, v: inferior, normal: l, ...slices(l, 0) },
      coronal: { u: l, v: inferior, normal: p, ...slices(p, 1) },
    },
    oblique,
    corners,
  };
}

/** Number of the slice nearest to a point, from 0; clamped to the volume. */
export function sliceIndex(axes: SliceAxes, point: Vector3): number {
  const index = Math.round((dot(point, axes.normal) - axes.firstMm) / axes.stepMm);
  return Math.max(0, Math.min(axes.count - 1, index));
}

/** `point` moved along the normal onto the centre of slice `index` (clamped to the volume). */
export function onSlice(axes: SliceAxes, point: Vector3, index: number): Vector3 {
  if (axes.count === 0) return point;
  const wanted = axes.firstMm + Math.max(0, Math.min(axes.count - 1, index)) * axes.stepMm;
  const by = wanted - dot(point, axes.normal);
  return [point[0] + by * axes.normal[0], point[1] + by * axes.normal[1], point[2] + by * axes.normal[2]];
}

/** `point` moved to the nearest slice of all three families: the crosshair rests on voxel centres. */
export function onSlices(frame: SliceFrame, point: Vector3): Vector3 {
  return PLANE_KINDS.reduce(
    (p, kind) => onSlice(frame.axes[kind], p, sliceIndex(frame.axes[kind], p)),
    point,
  );
}
