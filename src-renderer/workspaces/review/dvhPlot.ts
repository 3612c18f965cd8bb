import type { RoiDvh } from '../../../src-shared/api/index.ts';

export type DvhKind = 'cumulative' | 'differential';
export type VolumeAxis = 'relative' | 'absolute';

export interface Curve {
  readonly number: number;
  readonly name: string;
  readonly colour: string;
  /** Dose, rising. */
  readonly x: Float64Array;
  /** Per cent or cc; differential: the same per Gy. */
  readonly y: Float64Array;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Box {
  readonly x: Range;
  readonly y: Range;
}

/** Curves as they are drawn. The differential one is the negative slope, smoothed over the span of half a gray. */
export function makeCurves(
  rois: readonly RoiDvh[],
  colours: ReadonlyMap<number, string>,
  kind: DvhKind,
  axis: VolumeAxis,
): readonly Curve[] {
  return rois.flatMap((roi) => {
    if (roi.curve.dose.length < 2 || roi.volumeCc === null) return [];
    const factor = axis === 'absolute' ? roi.volumeCc / 100 : 1;
    const x = Float64Array.from(roi.curve.dose);
    const cumulative = Float64Array.from(roi.curve.volumePercent, (value) => value * factor);
    const y = kind === 'cumulative' ? cumulative : slope(x, cumulative);
    return [{ number: roi.number, name: roi.name, colour: colours.get(roi.number) ?? '#8f97a3', x, y }];
  });
}

const SMOOTHED_GY = 0.25;

function slope(x: Float64Array, y: Float64Array): Float64Array {
  const last = x.length - 1;
  const step = ((x[last] ?? 0) - (x[0] ?? 0)) / Math.max(1, last);
  const reach = Math.max(1, Math.round(SMOOTHED_GY / Math.max(step, 1e-9)));
  return Float64Array.from(x, (_, index) => {
    const a = Math.max(0, index - reach);
    const b = Math.min(last, index + reach);
    const width = (x[b] ?? 0) - (x[a] ?? 0);
    return width > 0 ? ((y[a] ?? 0) - (y[b] ?? 0)) / width : 0;
  });
}

/** Steps of 1, 2 or 5 such that there are at most `most` of them. */
export function niceStep(span: number, most: number): number {
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

export function ticks(range: Range, most: number): readonly number[] {
  const span = range.to - range.from;
  if (!(span > 0)) return [];
  const step = niceStep(span, most);
  const first = Math.ceil(range.from / step - 1e-9);
  const count = Math.floor(range.to / step + 1e-9) - first + 1;
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    Number(((first + index) * step).toFixed(decimals)),
  );
}

/** All curves in one box: dose from 0 to a round number beyond the hottest, volume from 0. */
export function wholeBox(curves: readonly Curve[], kind: DvhKind, axis: VolumeAxis): Box {
  // A dose that holds nothing still has an axis that can be read.
  const hottest = Math.max(1, ...curves.map((curve) => lastAbove(curve)));
  const step = niceStep(hottest * 1.04, 8);
  // What receives next to nothing piles up at 0 Gy and would press all else flat in the differential chart.
  const from = kind === 'differential' ? hottest * 0.02 : 0;
  const top = Math.max(1e-9, ...curves.map((curve) => maximum(curve, from)));
  const highest =
    kind === 'cumulative' && axis === 'relative'
      ? 100
      : Math.ceil((top * 1.02) / niceStep(top, 5)) * niceStep(top, 5);
  return { x: { from: 0, to: Math.ceil((hottest * 1.04) / step) * step }, y: { from: 0, to: highest } };
}

const maximum = (curve: Curve, from: number): number =>
  curve.y.reduce((most, value, index) => (value > most && (curve.x[index] ?? 0) >= from ? value : most), 0);

function lastAbove(curve: Curve): number {
  for (let index = curve.y.length - 1; index >= 0; index -= 1)
    if ((curve.y[index] ?? 0) > 1e-9) return curve.x[index] ?? 0;
  return 0;
}

/** y of a curve at a dose, linear between its points; 0 beyond its end, its first value before its start. */
export function valueAt(curve: Curve, dose: number): number {
  const { x, y } = curve;
  if (dose <= (x[0] ?? 0)) return y[0] ?? 0;
  const last = x.length - 1;
  if (dose >= (x[last] ?? 0)) return dose > (x[last] ?? 0) ? 0 : (y[last] ?? 0);
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) <= dose) low = middle;
    else high = middle;
  }
  const share = (dose - (x[low] ?? 0)) / Math.max(1e-12, (x[high] ?? 0) - (x[low] ?? 0));
  return (y[low] ?? 0) + share * ((y[high] ?? 0) - (y[low] ?? 0));
}

/** Path of a curve in a picture of `width` × `height`: not more points than the picture has half pixels. */
export function pathOf(curve: Curve, box: Box, width: number, height: number): string {
  const scaleX = width / (box.x.to - box.x.from);
  const scaleY = height / (box.y.to - box.y.from);
  const step = 0.5 / scaleX;
  const points: string[] = [];
  const end = Math.min(box.x.to, curve.x[curve.x.length - 1] ?? 0);
  const put = (dose: number): void => {
    const px = (dose - box.x.from) * scaleX;
    const py = height - (valueAt(curve, dose) - box.y.from) * scaleY;
    points.push(`${px.toFixed(1)} ${py.toFixed(1)}`);
  };
  if (curve.x.length <= (end - box.x.from) / step) {
    put(box.x.from);
    for (const dose of curve.x) if (dose > box.x.from && dose < end) put(dose);
  } else for (let dose = box.x.from; dose < end; dose += step) put(dose);
  put(end);
  return `M${points.join('L')}`;
}

/** The curve nearest to a place of the picture, in pixels; null where none is within reach. */
export function nearestCurve(
  curves: readonly Curve[],
  box: Box,
  width: number,
  height: number,
  px: number,
  py: number,
  reach: number,
): Curve | null {
  let best: Curve | null = null;
  let least = reach;
  const doseAt = (x: number): number => box.x.from + (x / width) * (box.x.to - box.x.from);
  for (const curve of curves) {
    for (let dx = -reach; dx <= reach; dx += 2) {
      const y = height - ((valueAt(curve, doseAt(px + dx)) - box.y.from) / (box.y.to - box.y.from)) * height;
      const away = Math.hypot(dx, y - py);
      if (away < least) [least, best] = [away, curve];
    }
  }
  return best;
}
