import { Failure, type Finding, type Volume, type VoxelArray } from '../../model/index.ts';
import type { VolumePlan } from './seriesPlan.ts';
import { rescaleInto, type Rescaled, type RescaleTarget } from './rescale.ts';
import type { ValueScaling } from './seriesValues.ts';

/**
 * A volume that is filled slice by slice, in any order, as its images are decoded: here by `put`, or by whoever writes
 * the values of a slice to its `place` (a worker, where the memory is shared) and then tells that they `arrived`.
 */
export interface VolumeAssembly {
  /** Where the rescaled values of a planned slice (index into the planned facts) go; null where no plane needs it. */
  place(slice: number): { readonly target: RescaleTarget; readonly scaling: ValueScaling } | null;
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
 * Begins the volume of a plan. CT becomes Int16 HU, PET Float32, all else the narrowest type that holds the rescaled
 * values exactly. `scalings` has one entry per planned slice.
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
  const type = targetType(rules, unit, plan);
  const allocate = options.allocate ?? ((bytes: number) => new ArrayBuffer(bytes));
  const data = newValues(type, allocate, area * nz);
  const padding = paddingOfVolume(rules, plan, type);
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
      scaling = scalings[slice];
    if (!planes || !scaling) return null;
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
      return { volume, findings: [...plan.findings, ...valueFindings(rules, padding, rounded, clamped)] };
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

function targetType(
  rules: readonly ValueScaling[],
  unit: Volume['unit'],
  plan: VolumePlan,
): 'int16' | 'uint16' | 'float32' {
  if (unit === 'HU') return 'int16';
  if (unit === 'Bq/ml' || plan.slices.some((s) => s.kind === 'between')) return 'float32';
  if (rules.some((s) => !Number.isInteger(s.slope) || !Number.isInteger(s.intercept))) return 'float32';
  const ends = rules.flatMap((s) => [
    s.slope * s.storedMinimum + s.intercept,
    s.slope * s.storedMaximum + s.intercept,
  ]);
  const low = Math.min(...ends),
    high = Math.max(...ends);
  if (low >= -32768 && high <= 32767) return 'int16';
  return low >= 0 && high <= 65535 ? 'uint16' : 'float32';
}

function paddingOfVolume(
  rules: readonly ValueScaling[],
  plan: VolumePlan,
  type: 'int16' | 'uint16' | 'float32',
): Volume['padding'] {
  const ranges = rules.flatMap((s) => {
    if (!s.padding) return [];
    const ends = [s.slope * s.padding.from + s.intercept, s.slope * s.padding.to + s.intercept].map((v) =>
      fit(v, type),
    );
    return [{ from: Math.min(...ends), to: Math.max(...ends) }];
  });
  const first = ranges[0];
  // Slices with scalings of their own put the marker at different values; only what all agree on is safe to call padding
  if (
    first &&
    ranges.length === rules.length &&
    ranges.every((r) => r.from === first.from && r.to === first.to)
  )
    return first;
  if (plan.missing === 0) return null;
  const empty = type === 'uint16' ? EMPTY_UINT16 : EMPTY_INT16;
  return { from: empty, to: empty };
}

function fit(value: number, type: 'int16' | 'uint16' | 'float32'): number {
  if (type === 'float32') return Math.fround(value);
  return type === 'int16'
    ? Math.max(-32768, Math.min(32767, Math.round(value)))
    : Math.max(0, Math.min(65535, Math.round(value)));
}

function newValues(
  type: 'int16' | 'uint16' | 'float32',
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
  padding: Volume['padding'],
  rounded: number,
  clamped: number,
): Finding[] {
  const findings: Finding[] = [];
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
