import {
  affineColumn,
  affineOrigin,
  compose,
  determinant,
  gridSpacing,
  invert,
  transformPoint,
  type Affine,
  type Grid,
  type Vector3,
} from '../../geometry/index.ts';
import { createDoseSpans } from '../../kernels/index.ts';
import type { ChunkInput, ChunkOutput } from './chunk.ts';
import { Clipper, loadDose } from './clipper.ts';
import { BINS, doseRange, finish, type DoseVolume, type Dvh, type DvhOptions } from './dvh.ts';
import { doseAt, type Extremes } from './extremes.ts';
import { parseMetric } from './metrics.ts';
import { boxBetween, stepFor, type Box, type ToIndex } from './sampling.ts';

/** Voxels above 0 belong to it. */
export interface Mask extends Grid {
  readonly data: ArrayLike<number>;
}

/** Indices of the first and last voxels that belong, each way. */
interface Extent {
  readonly first: Vector3;
  readonly last: Vector3;
  readonly voxels: number;
}

type DosePart = Pick<ChunkInput, 'dose' | 'doseFirst' | 'doseSize' | 'dimensions' | 'box' | 'index'>;

/**
 * The DVH of a mask: its voxels as boxes, on a grid of their own, the dose trilinear and sampled finer than both grids
 * (rules D16, D2 to D13 of SPEC.md). A mask ends where its voxels end: the end caps are 'none'.
 * @throws Failure USAGE on a bad `at`.
 */
export function maskDvh(
  name: string,
  mask: Mask,
  dose: DoseVolume,
  options: Omit<DvhOptions, 'endCaps'>,
): Dvh {
  const metrics = (options.at ?? []).map(parseMetric),
    extent = extentOf(mask),
    complete = { ...options, endCaps: 'none' } as const;
  if (extent === null) {
    const findings = [
      { code: 'ROI_EMPTY', severity: 'warning', message: `${name}: no voxel of the mask is above 0.` },
    ] as const;
    return finish({ stack: { name, findings }, low: 0, width: 0 }, [], dose, complete, metrics);
  }
  const toDose = compose(invert(dose.affine), mask.affine);
  const index: ToIndex = {
    origin: affineOrigin(toDose),
    u: affineColumn(toDose, 0),
    v: affineColumn(toDose, 1),
    w: affineColumn(toDose, 2),
  };
  const box = boxOfExtent(extent, toDose, dose),
    [low, high] = doseRange(dose, box),
    width = (high - low) / BINS;
  const part: DosePart = {
    dose: dose.data,
    doseFirst: [0, 0, 0],
    doseSize: dose.dimensions,
    dimensions: dose.dimensions,
    box,
    index,
  };
  return finish(
    { stack: { name, findings: [] }, low, width },
    [sample(mask, extent, dose, part, low, width)],
    dose,
    complete,
    metrics,
  );
}

function extentOf({ data, dimensions: [nx, ny, nz] }: Mask): Extent | null {
  const first: [number, number, number] = [nx, ny, nz],
    last: [number, number, number] = [-1, -1, -1];
  let voxels = 0,
    n = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, n++) {
        if (!(data[n]! > 0)) continue;
        voxels++;
        if (i < first[0]) first[0] = i;
        if (i > last[0]) last[0] = i;
        if (j < first[1]) first[1] = j;
        if (j > last[1]) last[1] = j;
        if (k < first[2]) first[2] = k;
        last[2] = k;
      }
    }
  }
  return voxels === 0 ? null : { first, last, voxels };
}

function boxOfExtent({ first, last }: Extent, toDose: Affine, dose: Grid): Box | null {
  const least: [number, number, number] = [Infinity, Infinity, Infinity],
    greatest: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (const i of [first[0] - 0.5, last[0] + 0.5])
    for (const j of [first[1] - 0.5, last[1] + 0.5])
      for (const k of [first[2] - 0.5, last[2] + 0.5]) {
        const at = transformPoint(toDose, [i, j, k]);
        for (const a of [0, 1, 2] as const) {
          least[a] = Math.min(least[a], at[a]);
          greatest[a] = Math.max(greatest[a], at[a]);
        }
      }
  return boxBetween(least, greatest, dose);
}

function sample(
  mask: Mask,
  { first, last, voxels }: Extent,
  dose: Grid,
  part: DosePart,
  low: number,
  width: number,
): ChunkOutput {
  const voxel = Math.abs(determinant(mask.affine)),
    spacing = gridSpacing(mask),
    step = stepFor(voxels * voxel, dose);
  const rows = Math.ceil(spacing[1] / step - 1e-9),
    planes = Math.ceil(spacing[2] / step - 1e-9),
    cell = voxel / (rows * planes);
  const spans = createDoseSpans(),
    clip = new Clipper(part),
    {
      data,
      dimensions: [nx, ny],
    } = mask;
  loadDose({ ...part, low, perUnit: width > 0 ? 1 / width : 0, bins: BINS }, spans);
  clip.setCell(1 / rows, 1 / planes, spans);
  let corners: Extremes = { least: Infinity, greatest: -Infinity };
  for (let k = first[2]; k <= last[2]; k++) {
    for (let j = first[1]; j <= last[1]; j++) {
      const row = nx * (j + ny * k);
      for (let i = first[0]; i <= last[0]; i++) {
        if (!(data[row + i]! > 0)) continue;
        const from = i - 0.5;
        while (i < last[0] && data[row + i + 1]! > 0) i++;
        const to = i + 0.5;
        for (let q = 0; q < planes; q++) {
          const w = k - 0.5 + (q + 0.5) / planes;
          for (let r = 0; r < rows; r++)
            clip.span(from, to, j - 0.5 + (r + 0.5) / rows, w, cell, step / spacing[0], spans);
        }
        corners = cornersOf(part, from, to, j, k, corners);
      }
    }
  }
  const result = spans.result();
  const extremes = gridPoints(mask, dose.affine, part, {
    least: Math.min(result.least, corners.least),
    greatest: Math.max(result.greatest, corners.greatest),
  });
  return {
    histogram: result.histogram,
    sum: result.sum,
    noValue: result.noValue,
    volume: voxels * voxel,
    outside: clip.outside,
    ...extremes,
  };
}

/** Extremes with the corners of a run of voxels taken in. */
function cornersOf(
  part: DosePart,
  from: number,
  to: number,
  j: number,
  k: number,
  { least, greatest }: Extremes,
): Extremes {
  const { origin, u, v, w } = part.index;
  for (const a of [from, to])
    for (const b of [j - 0.5, j + 0.5])
      for (const c of [k - 0.5, k + 0.5]) {
        const d = doseAt(
          part,
          origin[0] + a * u[0] + b * v[0] + c * w[0],
          origin[1] + a * u[1] + b * v[1] + c * w[1],
          origin[2] + a * u[2] + b * v[2] + c * w[2],
        );
        if (d < least) least = d;
        if (d > greatest) greatest = d;
      }
  return { least, greatest };
}

/** Extremes with the dose grid points inside taken in. */
function gridPoints(
  mask: Mask,
  dose: Affine,
  { box, dose: data, doseSize }: DosePart,
  range: Extremes,
): Extremes {
  if (box === null) return range;
  const toMask = compose(invert(mask.affine), dose),
    [nx, ny, nz] = mask.dimensions;
  let { least, greatest } = range;
  for (let k = box.first[2]; k < box.first[2] + box.size[2]; k++) {
    for (let j = box.first[1]; j < box.first[1] + box.size[1]; j++) {
      for (let i = box.first[0]; i < box.first[0] + box.size[0]; i++) {
        const d = data[i + doseSize[0] * (j + doseSize[1] * k)]!;
        if (!(d < least || d > greatest)) continue;
        const [x, y, z] = transformPoint(toMask, [i, j, k]);
        const a = Math.round(x),
          b = Math.round(y),
          c = Math.round(z);
        if (!(
          a >= 0 &&
          b >= 0 &&
          c >= 0 &&
          a < nx &&
          b < ny &&
          c < nz &&
          mask.data[a + nx * (b + ny * c)]! > 0
        ))
          continue;
        least = Math.min(least, d);
        greatest = Math.max(greatest, d);
      }
    }
  }
  return { least, greatest };
}
