import {
  framePoint,
  rasterise,
  slabsOf,
  stackPlanes,
  type EndCaps,
  type PlaneStack,
} from '../../../src-shared/compute/contours/index.ts';
import { voxelCentreMetrics } from '../../../src-shared/compute/dvh/index.ts';
import { resample } from '../../../src-shared/compute/resample/index.ts';
import {
  compose,
  gridSpacing,
  invert,
  transformPoint,
  voxelCentre,
  type Affine,
  type Grid,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';
import { Failure, type Dose, type Volume } from '../../../src-shared/model/index.ts';
import { checkFrames, checkMaskFrames, hasClosedContours, type NamedMask } from '../../services/dvh.ts';
import { tell } from './findings.ts';
import { sameGrid } from './geometry.ts';
import type { NamedStructures } from './objects.ts';
import { chosenRois } from './rois.ts';
import type { RoiStatistics, StatisticsQuestion } from './statistics.ts';
import type { VerbContext } from './verb.ts';

/** The voxels of an ROI. Dose exists in the box of the dose grid's voxel centres, its faces included. */
interface RoiVoxels {
  readonly name: string;
  readonly number: number;
  /** Doses of those inside; NaN where the dose has no value. */
  readonly inside: Float32Array;
  readonly outside: number;
  /** The lattice whose voxels they are. */
  readonly lattice: Grid;
}

/** Of each mask at its own voxel centres: on another grid than the dose's the dose is interpolated there. */
export function voxelsOfMasks(
  context: VerbContext,
  masks: readonly NamedMask[],
  dose: Dose,
  question: StatisticsQuestion,
): RoiStatistics[] {
  checkMaskFrames(masks, dose);
  return masks.map(({ name, number, mask }) => {
    const voxels = { name, number, lattice: mask, ...dosesOfMask(mask, dose.volume) };
    if (voxels.inside.length + voxels.outside === 0)
      context.warn(`${name}: no voxel of the mask is above 0.`);
    return statisticsOf(context, voxels, dose, question);
  });
}

/** mm: so far outside is rounding. */
const ROUNDING = 0.01;

function dosesOfMask(mask: Volume, dose: Volume<Float32Array>): Pick<RoiVoxels, 'inside' | 'outside'> {
  const same = sameGrid(mask, dose),
    { data } = same ? dose : (resample(dose, mask) as Volume<Float32Array>);
  const isInside = same ? () => true : insideOf(dose, compose(invert(dose.affine), mask.affine));
  const [nx, ny, nz] = mask.dimensions,
    doses = new Float32Array(data.length);
  let inside = 0,
    outside = 0;
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++) {
        if (!(mask.data[n]! > 0)) continue;
        if (isInside(i, j, k)) doses[inside++] = data[n]!;
        else outside++;
      }
  return { inside: doses.subarray(0, inside), outside };
}

/** Whether a voxel of another grid lies in the box of the dose's voxel centres. */
function insideOf(dose: Grid, m: Affine): (i: number, j: number, k: number) => boolean {
  const slack = gridSpacing(dose).map((spacing) => ROUNDING / spacing);
  const within = (x: number, axis: 0 | 1 | 2): boolean =>
    x >= -slack[axis]! && x <= dose.dimensions[axis] - 1 + slack[axis]!;
  return (i, j, k) =>
    within(m[0] * i + m[1] * j + m[2] * k + m[3], 0) &&
    within(m[4] * i + m[5] * j + m[6] * k + m[7], 1) &&
    within(m[8] * i + m[9] * j + m[10] * k + m[11], 2);
}

/** Of contours, at the dose's voxel centres inside them; beyond the dose its lattice goes on. */
export function voxelsOfContours(
  context: VerbContext,
  { structures, imageDistance }: NamedStructures,
  dose: Dose,
  question: StatisticsQuestion,
): RoiStatistics[] {
  const { endCaps, roiNames } = question;
  const rois = chosenRois(structures.rois, roiNames) ?? structures.rois.filter(hasClosedContours);
  checkFrames(rois, structures, dose);
  return rois.map((roi) => {
    const stack = stackPlanes(roi, { imageDistance });
    tell(context, stack.findings);
    const { name, number } = roi,
      mask = rasterise(stack, dose.volume, { endCaps }),
      inside = chosenValues(dose.volume.data, mask),
      outside = voxelsBeyond(stack, dose.volume, endCaps);
    if (inside.length + outside === 0 && slabsOf(stack, endCaps).length > 0)
      context.warn(`${name}: no voxel centre of the dose grid's lattice lies in it, so it has no figures.`);
    return statisticsOf(context, { name, number, inside, outside, lattice: dose.volume }, dose, question);
  });
}

function chosenValues(values: Float32Array, mask: Uint8Array): Float32Array {
  const chosen = new Float32Array(mask.reduce((count, one) => count + one, 0));
  for (let i = 0, n = 0; i < mask.length; i++) if (mask[i] === 1) chosen[n++] = values[i]!;
  return chosen;
}

/** Voxels that are counted beyond a dose grid: 2 GB of them. */
const MOST_VOXELS = 2e9;

/** How many points of a dose grid's lattice lie in the solid but not in the grid. */
function voxelsBeyond(stack: PlaneStack, grid: Grid, endCaps: EndCaps): number {
  const box = latticeBox(stack, grid, endCaps);
  if (box === null) return 0;
  const { first, last } = box,
    [nx, ny, nz] = grid.dimensions;
  const sizes = first.map((from, a) => last[a]! - from + 1) as [number, number, number];
  if (first.every((from) => from >= 0) && last.every((to, a) => to < grid.dimensions[a]!)) return 0;
  if (sizes[0] * sizes[1] * sizes[2] > MOST_VOXELS)
    throw new Failure(
      'INPUT_NOT_USABLE',
      `${stack.name} reaches so far beyond the dose grid that its voxels are not counted; take --sampling standard, or leave it out.`,
    );
  let count = 0;
  for (let k = first[2]; k <= last[2]; k++) {
    const origin = voxelCentre(grid, [first[0], first[1], k]),
      m = grid.affine,
      inSlices = k >= 0 && k < nz;
    const slice = rasterise(
      stack,
      {
        dimensions: [sizes[0], sizes[1], 1],
        affine: [m[0], m[1], m[2], origin[0], m[4], m[5], m[6], origin[1], m[8], m[9], m[10], origin[2]],
      },
      { endCaps },
    );
    for (let j = 0, n = 0; j < sizes[1]; j++) {
      const inRows = inSlices && j + first[1] >= 0 && j + first[1] < ny;
      for (let i = 0; i < sizes[0]; i++, n++)
        if (slice[n] === 1 && !(inRows && i + first[0] >= 0 && i + first[0] < nx)) count++;
    }
  }
  return count;
}

/** First and last index, each way, that a point in the solid can have; null where it holds none. */
function latticeBox(
  stack: PlaneStack,
  grid: Grid,
  endCaps: EndCaps,
): { readonly first: Vector3; readonly last: Vector3 } | null {
  const slabs = slabsOf(stack, endCaps);
  const low: [number, number, number] = [Infinity, Infinity, Infinity],
    high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  const widen = (axis: 0 | 1 | 2, value: number): void => {
    low[axis] = Math.min(low[axis], value);
    high[axis] = Math.max(high[axis], value);
  };
  for (const slab of slabs) {
    widen(2, slab.from);
    widen(2, slab.to);
    for (const n of [slab.lower, slab.upper])
      stack.sections[n]!.edges.forEach((value, e) => widen(e % 2 === 0 ? 0 : 1, value));
  }
  if (!(high[0] > low[0])) return null;
  const toIndex = invert(grid.affine);
  const first: [number, number, number] = [Infinity, Infinity, Infinity],
    last: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (const u of [low[0], high[0]])
    for (const v of [low[1], high[1]])
      for (const w of [low[2], high[2]])
        transformPoint(toIndex, framePoint(stack.frame, u, v, w)).forEach((x, a) => {
          first[a] = Math.min(first[a]!, Math.ceil(x - 1e-6));
          last[a] = Math.max(last[a]!, Math.floor(x + 1e-6));
        });
  return first.every((from, a) => last[a]! >= from) ? { first, last } : null;
}

/** Below this share inside the dose grid it is told, as of a DVH. */
const INSIDE_TOLD = 0.99;

/** Figures with what lies outside at dose 0; minimum and maximum are of the inside. */
function statisticsOf(
  context: VerbContext,
  { name, number, inside, outside, lattice }: RoiVoxels,
  dose: Dose,
  { metrics, prescription }: StatisticsQuestion,
): RoiStatistics {
  const unit = dose.volume.unit === 'percent' ? 'percent' : 'Gy';
  const figures = (data: Float32Array): ReturnType<typeof voxelCentreMetrics> =>
    voxelCentreMetrics(
      new Uint8Array(data.length).fill(1),
      { dimensions: [data.length, 1, 1], affine: lattice.affine, data },
      metrics,
      { unit, prescription },
    );
  const all = inside.length + outside,
    ofInside = figures(inside);
  const whole = outside === 0 ? ofInside : figures(withZeros(inside, outside));
  const values = { ...whole.values };
  for (const metric of metrics)
    if (metric.kind === 'statistic' && metric.statistic !== 'mean')
      values[metric.key] = ofInside.values[metric.key] ?? null;

  const percent = (count: number): string => `${((100 * count) / all).toFixed(1)} %`;
  if (inside.length < INSIDE_TOLD * all)
    context.warn(
      `${name}: only ${percent(inside.length)} of its volume lies inside the dose grid; the rest counts as dose 0.`,
    );
  const noValue = inside.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  if (noValue > 0)
    context.warn(
      `${name}: ${percent(noValue)} of its volume has no dose value and is left out of the figures.`,
    );
  if (whole.mean !== null && metrics.some(({ kind, key }) => kind === 'volume' && values[key] === null))
    context.warn(`${name}: figures in per cent of the prescription need a prescribed dose.`);
  return {
    name,
    number,
    volumeCc: whole.volumeCc,
    insideGrid: all > 0 ? inside.length / all : null,
    min: ofInside.min,
    max: ofInside.max,
    mean: whole.mean,
    values,
  };
}

function withZeros(values: Float32Array, zeros: number): Float32Array {
  const all = new Float32Array(values.length + zeros);
  all.set(values);
  return all;
}
