import { Failure, type Finding, type Volume, type VoxelArray } from '../../model/index.ts';
import type { VolumePlan } from './seriesPlan.ts';
import { rescaleInto, type Rescaled, type RescaleTarget, type Scaling } from './rescale.ts';
import type { ValueScaling } from './seriesValues.ts';

/**
 * A volume that is filled slice by slice, in any order, as its images are decoded: here by `put`, or by whoever writes
 * the values of a slice to its `place` (a worker, where the memory is shared) and then tells that they `arrived`.
 */
export interface VolumeAssembly {
  /** Where the rescaled values of a planned slice (index into the planned facts) go; null where no plane needs it. */
  place(slice: number): { readonly target: RescaleTarget; readonly scaling: Scaling } | null;
  /** The values of a slice stand in its place. */
  arrived(slice: number, rescaled: Rescaled): void;
  /**
   * Puts the stored values of one planned slice in its place.
   * @throws Failure INPUT_NOT_USABLE where their number is not rows × columns.
   */
  put(slice: number, stored: ArrayLike<number>): void;
  /** The planes that came in so far, growing in place: for showing a volume while it loads. */
  readonly volume: Volume<RescaleTarget>;
  /** Checks that nothing is missing and tells what was done to the values. @throws Failure INPUT_NOT_USABLE where slices are missing. */
  finish(): {
    readonly volume: Volume<RescaleTarget>;
    readonly findings: readonly Finding[];
  };
}

export interface AssemblyOptions {
  /** Where the voxels lie; default a plain ArrayBuffer. A SharedArrayBuffer lets workers fill and read one volume. */
  readonly allocate?: (bytes: number) => ArrayBufferLike;
}

/** Marks planes without an image where the images themselves name no padding. */
const EMPTY_INT16 = -32768,
  EMPTY_UINT16 = 65535;

/**
 * Begins the volume of a plan. HU become Int16, activity and SUV Float32, all else the narrowest type that holds the
 * rescaled values exactly. `scalings` has one entry per planned slice.
 * @throws Failure INPUT_NOT_USABLE where the plan is refused.
 */
export function beginVolume(
  plan: VolumePlan,
  scalings: readonly ValueScaling[],
  options: AssemblyOptions = {},
): VolumeAssembly {
  if (plan.refusal)
    throw new Failure('INPUT_NOT_USABLE', plan.refusal.message, { finding: plan.refusal.code });
  const used = usedSlices(plan);
  const own = [...used.keys()].map((slice) => scalings[slice]);
  if (own.length === 0 || own.some((s) => s === undefined))
    throw new Failure('INPUT_NOT_USABLE', 'The series holds no image that could be part of a volume.');
  const rules = own.filter((s) => s !== undefined),
    lead = rules[0]!;
  const unit = rules.every((s) => s.unit === lead.unit) ? lead.unit : 'stored';
  const [nx, ny, nz] = plan.dimensions,
    area = nx * ny;
  const { type, padding, isMarked } = layOutValues(rules, unit, plan);
  const allocate = options.allocate ?? ((bytes: number) => new ArrayBuffer(bytes));
  const data = newValues(type, allocate, area * nz);
  plan.slices.forEach((source, k) => {
    if (source.kind === 'missing') data.fill(padding?.from ?? 0, k * area, (k + 1) * area);
  });
  /** Slices that stand in no plane themselves, only between two. */
  const beside = new Map<number, RescaleTarget>();
  const arrived = new Set<number>();
  let clamped = 0,
    rounded = 0;

  const volume: Volume<RescaleTarget> = {
    dimensions: plan.dimensions,
    affine: plan.affine,
    frameOfReferenceUid: plan.frameOfReferenceUid,
    data,
    unit,
    padding,
  };

  const blend = (k: number): void => {
    const source = plan.slices[k]!;
    if (source.kind !== 'between') return;
    if (!arrived.has(source.below) || !arrived.has(source.above)) return;
    const below = place(source.below),
      above = place(source.above);
    if (below && above)
      mix(below.target, above.target, source.share, padding, data.subarray(k * area, (k + 1) * area));
  };

  const place: VolumeAssembly['place'] = (slice) => {
    const planes = used.get(slice),
      rule = scalings[slice];
    if (!planes || !rule) return null;
    const scaling =
      isMarked && padding && rule.padding
        ? { ...rule, marker: { ...rule.padding, value: padding.from } }
        : rule;
    const direct = planes.find((k) => plan.slices[k]!.kind === 'slice');
    if (direct !== undefined) return { target: data.subarray(direct * area, (direct + 1) * area), scaling };
    const target = beside.get(slice) ?? newValues(type, allocate, area);
    beside.set(slice, target);
    return { target, scaling };
  };

  const arrive: VolumeAssembly['arrived'] = (slice, { cut, rounded: inexact }) => {
    const planes = used.get(slice);
    if (!planes || arrived.has(slice)) return;
    clamped += cut;
    rounded += inexact;
    arrived.add(slice);
    for (const k of planes) blend(k);
  };

  return {
    volume,
    place,
    arrived: arrive,
    put(slice, stored) {
      const to = place(slice);
      if (to) arrive(slice, rescaleInto(stored, to.scaling, to.target));
    },
    finish() {
      const lacking = used.size - arrived.size;
      if (lacking > 0)
        throw new Failure(
          'INPUT_NOT_USABLE',
          `${lacking} of the ${used.size} images of the series could not be read, so no volume was built.`,
          { finding: 'PIXEL_DATA_MISSING' },
        );
      return {
        volume,
        findings: [...plan.findings, ...valueFindings(rules, unit, padding, rounded, clamped)],
      };
    },
  };
}

/** The volume of a plan from all its decoded slices at once; `stored` is indexed as the planned facts. */
export function assembleVolume(
  plan: VolumePlan,
  scalings: readonly ValueScaling[],
  stored: readonly VoxelArray[],
  options: AssemblyOptions = {},
): { volume: Volume<RescaleTarget>; findings: readonly Finding[] } {
  const assembly = beginVolume(plan, scalings, options);
  stored.forEach((values, slice) => assembly.put(slice, values));
  return assembly.finish();
}

/** Planned slice → the planes that need it. */
function usedSlices(plan: VolumePlan): Map<number, number[]> {
  const used = new Map<number, number[]>();
  const need = (slice: number, k: number): void => {
    const planes = used.get(slice);
    if (planes) planes.push(k);
    else used.set(slice, [k]);
  };
  plan.slices.forEach((source, k) => {
    if (source.kind === 'slice') need(source.slice, k);
    if (source.kind === 'between') {
      need(source.below, k);
      need(source.above, k);
    }
  });
  return used;
}

type ValueType = 'int16' | 'uint16' | 'float32';
type Range = NonNullable<Volume['padding']>;

interface ValueLayout {
  readonly type: ValueType;
  readonly padding: Volume['padding'];
  /** The slices do not share their padding as values: what marks it in each is turned into the volume's own mark. */
  readonly isMarked: boolean;
}

function layOutValues(rules: readonly ValueScaling[], unit: Volume['unit'], plan: VolumePlan): ValueLayout {
  const type = targetType(rules, unit, plan);
  const ranges = rules.flatMap((rule) => (rule.padding ? [rescaledPadding(rule, rule.padding, type)] : []));
  const [first] = ranges;
  if (!first) {
    const empty = type === 'uint16' ? EMPTY_UINT16 : EMPTY_INT16;
    return { type, padding: plan.missing === 0 ? null : { from: empty, to: empty }, isMarked: false };
  }
  if (ranges.length === rules.length && ranges.every((r) => r.from === first.from && r.to === first.to))
    return { type, padding: first, isMarked: false };
  // Slices with scalings of their own have the same stored marker at different values, where another has tissue.
  const { low, high } = rescaledBounds(rules);
  if (unit === 'HU' || (type === 'int16' && low > EMPTY_INT16)) return marked(type, EMPTY_INT16);
  if (type === 'uint16' && high < EMPTY_UINT16) return marked(type, EMPTY_UINT16);
  return marked('float32', low > EMPTY_INT16 ? EMPTY_INT16 : -(2 ** (1 + Math.ceil(Math.log2(1 - low)))));
}

const marked = (type: ValueType, value: number): ValueLayout => ({
  type,
  padding: { from: value, to: value },
  isMarked: true,
});

function targetType(rules: readonly ValueScaling[], unit: Volume['unit'], plan: VolumePlan): ValueType {
  if (unit === 'HU') return 'int16';
  if (unit === 'Bq/ml' || unit === 'g/ml' || plan.slices.some((s) => s.kind === 'between')) return 'float32';
  if (rules.some((s) => !Number.isInteger(s.slope) || !Number.isInteger(s.intercept))) return 'float32';
  const { low, high } = rescaledBounds(rules);
  if (low >= -32768 && high <= 32767) return 'int16';
  return low >= 0 && high <= 65535 ? 'uint16' : 'float32';
}

/** All that the stored values can become. */
function rescaledBounds(rules: readonly ValueScaling[]): { readonly low: number; readonly high: number } {
  const ends = rules.flatMap((s) => [
    s.slope * s.storedMinimum + s.intercept,
    s.slope * s.storedMaximum + s.intercept,
  ]);
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

function rescaledPadding({ slope, intercept }: ValueScaling, { from, to }: Range, type: ValueType): Range {
  const ends = [slope * from + intercept, slope * to + intercept].map((v) => fit(v, type));
  return { from: Math.min(...ends), to: Math.max(...ends) };
}

function fit(value: number, type: ValueType): number {
  if (type === 'float32') return Math.fround(value);
  return type === 'int16'
    ? Math.max(-32768, Math.min(32767, Math.round(value)))
    : Math.max(0, Math.min(65535, Math.round(value)));
}

function newValues(
  type: ValueType,
  allocate: (bytes: number) => ArrayBufferLike,
  length: number,
): RescaleTarget {
  if (type === 'float32') return new Float32Array(allocate(4 * length));
  return type === 'uint16' ? new Uint16Array(allocate(2 * length)) : new Int16Array(allocate(2 * length));
}

function mix(
  below: RescaleTarget,
  above: RescaleTarget,
  share: number,
  padding: Volume['padding'],
  target: RescaleTarget,
): void {
  const whole = !(target instanceof Float32Array);
  for (let i = 0; i < target.length; i++) {
    const a = below[i]!,
      b = above[i]!;
    if (padding && (isPadding(a, padding) || isPadding(b, padding))) target[i] = share < 0.5 ? a : b;
    else {
      const value = a + (b - a) * share;
      target[i] = whole ? Math.round(value) : value;
    }
  }
}

const isPadding = (value: number, padding: { readonly from: number; readonly to: number }): boolean =>
  value >= padding.from && value <= padding.to;

function valueFindings(
  rules: readonly ValueScaling[],
  unit: Volume['unit'],
  padding: Volume['padding'],
  rounded: number,
  clamped: number,
): Finding[] {
  const doubts = new Map(rules.flatMap(({ doubt }) => (doubt ? [[doubt.message, doubt]] : [])));
  const findings = [...doubts.values()];
  if (rules.some((s) => s.unit !== unit)) {
    const units = [...new Set(rules.map((s) => s.unit))].join(', ');
    findings.push({
      code: 'VALUES_MIXED',
      severity: 'warning',
      message: `The images of the volume differ in the unit of their values (${units}), so it has none.`,
    });
  }
  if (padding && rules.some((s) => s.padding)) {
    const range = padding.from === padding.to ? String(padding.from) : `${padding.from} to ${padding.to}`;
    findings.push({
      code: 'PADDING_PRESENT',
      severity: 'information',
      message: `The value ${range} marks places where nothing was measured; it is never counted as tissue.`,
      tag: '(0028,0120)',
    });
  }
  if (rounded > 0) {
    findings.push({
      code: 'VALUES_ROUNDED',
      severity: 'information',
      message: `The rescale slope or intercept is fractional; ${rounded} values were rounded to whole HU.`,
      tag: '(0028,1053)',
    });
  }
  if (clamped > 0) {
    findings.push({
      code: 'VALUES_ROUNDED',
      severity: 'warning',
      message: `${clamped} values beyond 16 bits were cut to -32768 … 32767 HU.`,
      tag: '(0028,1053)',
    });
  }
  return findings;
}
