import { Failure } from '../../model/index.ts';
import { lookUp, type ValueTable } from './modalityTable.ts';
import type { ValueScaling } from './seriesValues.ts';

export type RescaleTarget = Int16Array | Uint16Array | Float32Array;

/** How many values were rounded to whole numbers, and how many cut to the nearest that fits. */
export interface Rescaled {
  readonly rounded: number;
  readonly cut: number;
}

/** The part of a scaling that rescaling needs. */
export interface Scaling extends Pick<ValueScaling, 'slope' | 'intercept' | 'table'> {
  /** What stands for the slice's own padding in a volume whose slices do not share one. */
  readonly marker?: {
    /** Stored values, both included; where there is a table, its values. */
    readonly from: number;
    readonly to: number;
    readonly value: number;
  };
}

/**
 * Rescales the stored values of one slice into `target`, whose type decides what fits.
 * @throws Failure INPUT_NOT_USABLE where the slice holds another number of values than `target`.
 */
export function rescaleInto(stored: ArrayLike<number>, scaling: Scaling, target: RescaleTarget): Rescaled {
  const { slope, intercept, table } = scaling;
  if (stored.length !== target.length)
    throw new Failure(
      'INPUT_NOT_USABLE',
      `An image of the series holds ${stored.length} values where its header says ${target.length}.`,
      { finding: 'PIXEL_DATA_MALFORMED' },
    );
  const n = target.length;
  let rounded = 0,
    cut = 0;
  if (table !== undefined) {
    cut = convertByTable(stored, table, target);
  } else if (target instanceof Float32Array) {
    for (let i = 0; i < n; i++) target[i] = stored[i]! * slope + intercept;
  } else if (slope === 1 && intercept === 0 && sameType(stored, target)) {
    target.set(stored);
  } else if (Number.isInteger(slope) && Number.isInteger(intercept)) {
    cut = convertWhole(stored, slope, intercept, target);
  } else {
    const low = target instanceof Uint16Array ? 0 : -32768,
      high = low + 65535;
    for (let i = 0; i < n; i++) {
      const exact = stored[i]! * slope + intercept;
      let value = Math.round(exact);
      if (value !== exact) rounded++;
      if (value < low) {
        value = low;
        cut++;
      } else if (value > high) {
        value = high;
        cut++;
      }
      target[i] = value;
    }
  }
  return scaling.marker === undefined
    ? { rounded, cut }
    : markPadding(stored, scaling, scaling.marker, target, { rounded, cut });
}

/** Puts the marker where the slice has its padding; what was done to the padding's own value does not count. */
function markPadding(
  stored: ArrayLike<number>,
  { slope, intercept, table }: Scaling,
  marker: NonNullable<Scaling['marker']>,
  target: RescaleTarget,
  { rounded, cut }: Rescaled,
): Rescaled {
  const low = target instanceof Uint16Array ? 0 : -32768,
    high = low + 65535;
  for (let i = 0; i < target.length; i++) {
    const value = table === undefined ? stored[i]! : lookUp(table, stored[i]!);
    if (value < marker.from || value > marker.to) continue;
    target[i] = marker.value;
    if (target instanceof Float32Array) continue;
    const exact = value * slope + intercept,
      whole = Math.round(exact);
    if (whole !== exact) rounded--;
    if (whole < low || whole > high) cut--;
  }
  return { rounded, cut };
}

function convertByTable(stored: ArrayLike<number>, table: ValueTable, target: RescaleTarget): number {
  const low = target instanceof Uint16Array ? 0 : -32768,
    high = target instanceof Float32Array ? Infinity : low + 65535;
  let cut = 0;
  for (let i = 0; i < target.length; i++) {
    const value = lookUp(table, stored[i]!);
    if (value > high) cut++;
    target[i] = Math.min(value, high);
  }
  return cut;
}

/** The usual case, kept apart as it decides how soon a series is there: whole numbers stay whole. */
function convertWhole(
  stored: ArrayLike<number>,
  slope: number,
  intercept: number,
  target: Int16Array | Uint16Array,
): number {
  const low = target instanceof Uint16Array ? 0 : -32768,
    high = low + 65535;
  let cut = 0;
  for (let i = 0; i < target.length; i++) {
    let value = stored[i]! * slope + intercept;
    if (value < low || value > high) {
      value = value < low ? low : high;
      cut++;
    }
    target[i] = value;
  }
  return cut;
}

const sameType = (stored: ArrayLike<number>, target: RescaleTarget): boolean =>
  (stored instanceof Int16Array && target instanceof Int16Array) ||
  (stored instanceof Uint16Array && target instanceof Uint16Array);
