import type { Vector3 } from '../../geometry/index.ts';
import type { Finding, Volume } from '../../model/index.ts';
import { slabsOf, type EndCaps, type PlaneStack, type Slab } from '../contours/index.ts';
import type { TaskRunner } from '../tasks/index.ts';
import { dvhChunk, sampleChunk, type ChunkInput, type ChunkOutput } from './chunk.ts';
import { CumulativeCurve } from './curve.ts';
import { parseMetric, readMetric, type Metric } from './metrics.ts';
import { boxOf, chunksOf, samplingOf, toIndex, type Box } from './sampling.ts';

export interface DvhOptions {
  readonly endCaps: EndCaps;
  /** Step of the curve that is given back; Gy, or per cent for a relative dose. Default 0.01. */
  readonly binGy?: number;
  /** Gy: what V…% is per cent of. */
  readonly prescription?: number | null;
  /** What else to read off: 'D95', 'D0.03cc', 'V20Gy' … */
  readonly at?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface Dvh {
  readonly name: string;
  readonly endCaps: EndCaps;
  /** null, as all figures, where the ROI has no volume. */
  readonly volumeCc: number | null;
  /** Share of the volume inside the box of the dose's voxel centres, 0 to 1. */
  readonly insideGrid: number | null;
  /** Of the part inside the grid. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** By canonical key. */
  readonly values: Readonly<Record<string, number | null>>;
  /** Cumulative; per cent of the volume that has a dose or lies outside the grid. */
  readonly curve: { readonly dose: Float64Array; readonly volumePercent: Float64Array };
  readonly findings: readonly Finding[];
}

export type DoseVolume = Pick<Volume<Float32Array>, 'data' | 'dimensions' | 'affine' | 'unit'>;

/** Bins that doses are sorted into: a resolution of 2 mGy at 65 Gy, finer still by interpolation. */
export const BINS = 32768;
/** Points that a curve given back may have. */
const CURVE_POINTS = 100_000;
/** Below this share inside the grid it is told. */
const INSIDE_GRID_TOLD = 0.99;

/** Whose histogram it is, and where its bins lie. */
interface Sampled {
  readonly stack: Pick<PlaneStack, 'name' | 'findings'>;
  readonly low: number;
  readonly width: number;
}

interface Plan extends Sampled {
  readonly chunks: readonly { readonly input: ChunkInput; readonly work: number }[];
}

/** The DVH of one ROI, computed here and now. Same figures as {@link computeDvhs}. @throws Failure USAGE on a bad `at`. */
export function computeDvh(stack: PlaneStack, dose: DoseVolume, options: DvhOptions): Dvh {
  const metrics = (options.at ?? []).map(parseMetric),
    plan = planDvh(stack, dose, options.endCaps);
  return finish(
    plan,
    plan.chunks.map(({ input }) => sampleChunk(input)),
    dose,
    options,
    metrics,
  );
}

/**
 * The DVHs of several ROIs in one dose, spread over a runner's workers. The work is cut and summed in a way that does not
 * depend on them. A dose in shared memory is not copied.
 * @throws Failure USAGE on a bad `at`; what the runner throws, on cancelling too.
 */
export async function computeDvhs(
  stacks: readonly PlaneStack[],
  dose: DoseVolume,
  options: DvhOptions,
  runner: TaskRunner,
): Promise<Dvh[]> {
  const metrics = (options.at ?? []).map(parseMetric);
  const plans = stacks.map((stack) => planDvh(stack, dose, options.endCaps));
  const outputs = plans.map(({ chunks }) => new Array<ChunkOutput>(chunks.length));
  const jobs = plans
    .flatMap(({ chunks }, p) => chunks.map((chunk, c) => ({ ...chunk, p, c })))
    .sort((a, b) => b.work - a.work);
  await Promise.all(
    jobs.map(async ({ input, p, c }) => {
      const portable = portableDose(input);
      outputs[p]![c] = await runner.run(dvhChunk, portable, {
        bytes: 8 * BINS + 4 * volumeOf(input.box),
        ...(portable !== input && portable.dose.buffer instanceof ArrayBuffer
          ? { transfer: [portable.dose.buffer] }
          : {}),
        ...(options.signal ? { signal: options.signal } : {}),
      });
    }),
  );
  return plans.map((plan, p) => finish(plan, outputs[p]!, dose, options, metrics));
}

const volumeOf = (box: Box | null): number => (box === null ? 0 : box.size[0] * box.size[1] * box.size[2]);

/** A dose that is not in shared memory would be copied whole with each message: only the part that is needed goes along. */
function portableDose(input: ChunkInput): ChunkInput {
  const { box, dose, doseFirst, doseSize } = input;
  if (typeof SharedArrayBuffer !== 'undefined' && dose.buffer instanceof SharedArrayBuffer) return input;
  if (box === null) return { ...input, dose: new Float32Array(0), doseFirst: [0, 0, 0], doseSize: [0, 0, 0] };
  const part = new Float32Array(volumeOf(box)),
    [nx, ny, nz] = box.size;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const from =
        box.first[0] -
        doseFirst[0] +
        doseSize[0] * (box.first[1] - doseFirst[1] + j + doseSize[1] * (box.first[2] - doseFirst[2] + k));
      part.set(dose.subarray(from, from + nx), nx * (j + ny * k));
    }
  }
  return { ...input, dose: part, doseFirst: box.first, doseSize: box.size };
}

function planDvh(stack: PlaneStack, dose: DoseVolume, endCaps: EndCaps): Plan {
  const slabs = slabsOf(stack, endCaps),
    sampling = slabs.length > 0 ? samplingOf(stack, slabs, endCaps, dose) : null;
  if (sampling === null) return { stack, low: 0, width: 0, chunks: [] };
  const index = toIndex(stack, dose),
    [low, high] = doseRange(dose, boxOf(stack, slabs, dose, index));
  const width = (high - low) / BINS;
  const chunks = chunksOf(stack, slabs, sampling).map(({ slabs: layers, work }) => ({
    work,
    input: {
      ...sectionsOf(stack, layers),
      frame: stack.frame,
      sampling,
      index,
      dimensions: dose.dimensions,
      affine: dose.affine,
      box: boxOf(stack, layers, dose, index),
      dose: dose.data,
      doseFirst: [0, 0, 0] as Vector3,
      doseSize: dose.dimensions,
      low,
      perUnit: width > 0 ? 1 / width : 0,
      bins: BINS,
    },
  }));
  return { stack, low, width, chunks };
}

/** Only the sections that some layers stand on, renumbered; drawn contours stay behind. */
function sectionsOf(stack: PlaneStack, layers: readonly Slab[]): Pick<ChunkInput, 'sections' | 'slabs'> {
  const first = layers[0]!.lower,
    last = layers[layers.length - 1]!.upper;
  return {
    sections: stack.sections.slice(first, last + 1).map((section) => ({ ...section, loops: [] })),
    slabs: layers.map((slab) => ({ ...slab, lower: slab.lower - first, upper: slab.upper - first })),
  };
}

export function doseRange({ data, dimensions }: DoseVolume, box: Box | null): readonly [number, number] {
  let low = Infinity,
    high = -Infinity;
  if (box !== null) {
    for (let k = box.first[2]; k < box.first[2] + box.size[2]; k++) {
      for (let j = box.first[1]; j < box.first[1] + box.size[1]; j++) {
        const row = box.first[0] + dimensions[0] * (j + dimensions[1] * k);
        for (let n = row; n < row + box.size[0]; n++) {
          const d = data[n]!;
          if (d < low) low = d;
          if (d > high) high = d;
        }
      }
    }
  }
  return high >= low ? [low, high] : [0, 0];
}

/** Figures and curve from the sums of all chunks. */
export function finish(
  plan: Sampled,
  outputs: readonly ChunkOutput[],
  dose: DoseVolume,
  options: DvhOptions,
  metrics: readonly Metric[],
): Dvh {
  const { stack } = plan,
    { endCaps } = options,
    findings: Finding[] = [...stack.findings];
  let volume = 0,
    outside = 0,
    noValue = 0,
    sum = 0,
    least = Infinity,
    greatest = -Infinity;
  const histogram = new Float64Array(BINS);
  for (const output of outputs) {
    volume += output.volume;
    outside += output.outside;
    noValue += output.noValue;
    sum += output.sum;
    least = Math.min(least, output.least);
    greatest = Math.max(greatest, output.greatest);
    for (let b = 0; b < BINS; b++) histogram[b]! += output.histogram[b]!;
  }
  if (!(volume > 0)) {
    const values = Object.fromEntries(metrics.map((metric) => [metric.key, null]));
    return {
      name: stack.name,
      endCaps,
      volumeCc: null,
      insideGrid: null,
      min: null,
      max: null,
      mean: null,
      values,
      curve: { dose: new Float64Array(0), volumePercent: new Float64Array(0) },
      findings,
    };
  }
  const curve = new CumulativeCurve({
    histogram,
    low: plan.low,
    width: plan.width,
    outside,
    least,
    greatest,
  });
  const insideGrid = Math.min(1, Math.max(0, 1 - outside / volume)),
    percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const told = (code: Finding['code'], message: string): void =>
    void findings.push({ code, severity: 'warning', message: `${stack.name}: ${message}` });
  if (insideGrid < INSIDE_GRID_TOLD)
    told(
      'DOSE_OUTSIDE_GRID',
      `only ${percent(insideGrid)} of its volume lies inside the dose grid; the rest counts as dose 0.`,
    );
  if (noValue > 0)
    told(
      'DOSE_NO_VALUE_MARKER',
      `${percent(noValue / volume)} of its volume has no dose value and is left out of curve and figures.`,
    );
  const { binGy = 0.01, prescription = null } = options,
    bin = boundedBin(binGy, least, greatest);
  if (bin !== binGy)
    told(
      'NOTE',
      `its curve is given in steps of ${bin} instead of ${binGy}, as its dose reaches ${greatest.toPrecision(4)}.`,
    );
  const counted = curve.total > 0;
  const context = {
    unit: dose.unit === 'percent' ? ('percent' as const) : ('Gy' as const),
    prescription,
    mean: counted ? sum / curve.total : null,
    min: Number.isFinite(least) ? least : null,
    max: Number.isFinite(greatest) ? greatest : null,
  };
  const values = Object.fromEntries(
    metrics.map((metric) => [metric.key, counted ? readMetric(metric, curve, context) : null]),
  );
  if (counted && metrics.some((m) => m.kind === 'volume' && values[m.key] === null)) {
    told('NOTE', 'figures in per cent of the prescription need a prescribed dose.');
  }
  return {
    name: stack.name,
    endCaps,
    volumeCc: volume / 1000,
    insideGrid,
    min: context.min,
    max: context.max,
    mean: context.mean,
    values,
    curve: counted ? curve.sample(bin) : { dose: new Float64Array(0), volumePercent: new Float64Array(0) },
    findings,
  };
}

/** The bin asked for, or the next of 1, 2, 5 · 10ⁿ with which the curve stays within bounds. */
function boundedBin(bin: number, least: number, greatest: number): number {
  const range = Math.max(0, greatest) - Math.min(0, least);
  if (!(range / bin > CURVE_POINTS)) return bin;
  const wanted = range / CURVE_POINTS,
    power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].map((m) => Number((m * power).toPrecision(12))).find((b) => b >= wanted) ?? 10 * power;
}
