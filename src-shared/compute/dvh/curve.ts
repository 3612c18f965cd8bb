/** Dose distribution of an ROI: the sum of its chunks. Volumes in mm³, doses in the unit of the dose. */
export interface Distribution {
  /** Volume with a dose, per bin; bin b starts at low + b · width. */
  readonly histogram: Float64Array;
  readonly low: number;
  readonly width: number;
  /** Volume outside the dose grid; it counts as dose 0. */
  readonly outside: number;
  /** Least and greatest dose inside the grid; not finite where nothing is. */
  readonly least: number;
  readonly greatest: number;
}

/** The cumulative curve of a distribution: volume that receives at least a dose, and its inverse. */
export class CumulativeCurve {
  /** With a dose, or outside the grid. */
  readonly total: number;
  private readonly source: Distribution;
  /** above[b]: volume in bins b and higher. */
  private readonly above: Float64Array;

  constructor(source: Distribution) {
    const histogram = source.histogram.slice(),
      n = histogram.length;
    this.source = { ...source, histogram };
    // Samples are spread over the doses of their cells; what lies beyond the exact extremes belongs to them.
    const first = this.binOf(source.least),
      last = this.binOf(source.greatest);
    for (let b = 0; b < n; b++) {
      if (b >= first && b <= last) continue;
      histogram[b < first ? first : last]! += histogram[b]!;
      histogram[b] = 0;
    }
    this.above = new Float64Array(n + 1);
    for (let b = n - 1; b >= 0; b--) this.above[b] = this.above[b + 1]! + histogram[b]!;
    this.total = this.above[0]! + source.outside;
  }

  /** Volume that receives at least `dose`, mm³. */
  volumeAt(dose: number): number {
    return this.insideAt(dose) + (dose <= 0 ? this.source.outside : 0);
  }

  private insideAt(dose: number): number {
    const { least, greatest, low, width, histogram } = this.source;
    if (dose <= least) return this.above[0]!;
    if (!(dose <= greatest)) return 0;
    const b = this.binOf(dose),
      [from, to] = this.span(b);
    const share = to > from ? Math.min(1, Math.max(0, (to - dose) / (to - from))) : dose <= to ? 1 : 0;
    return width > 0 && low <= dose ? this.above[b + 1]! + share * histogram[b]! : this.above[0]!;
  }

  private binOf(dose: number): number {
    const { histogram, low, width } = this.source;
    return width > 0 && Number.isFinite(dose)
      ? Math.max(0, Math.min(histogram.length - 1, Math.trunc((dose - low) / width)))
      : 0;
  }

  /** The doses that a bin may hold: no wider than what was found inside. */
  private span(b: number): readonly [number, number] {
    const { low, width, least, greatest } = this.source;
    return [Math.max(least, low + b * width), Math.min(greatest, low + (b + 1) * width)];
  }

  /** Highest dose that a volume (mm³) receives at least; null beyond the total volume. */
  doseAt(volume: number): number | null {
    const { outside } = this.source;
    if (!(volume <= this.total * (1 + 1e-12))) return null;
    const inside = this.insideDoseAt(volume);
    if (outside === 0 || (inside !== null && inside >= 0)) return inside ?? this.source.least;
    if (this.volumeAt(0) >= volume) return 0;
    return this.insideDoseAt(volume - outside) ?? this.source.least;
  }

  /** As {@link doseAt}, of the part inside the grid. */
  private insideDoseAt(volume: number): number | null {
    const { histogram, greatest } = this.source,
      { above } = this;
    if (!(volume <= above[0]!)) return null;
    if (volume <= 0) return greatest;
    // The highest bin at or above which there is that much: above[b] >= volume > above[b + 1].
    let low = 0,
      high = histogram.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (above[middle]! >= volume) low = middle;
      else high = middle;
    }
    const [from, to] = this.span(low),
      held = histogram[low]!;
    return held > 0 ? to - Math.min(1, (volume - above[low + 1]!) / held) * (to - from) : to;
  }

  /** The curve at multiples of `bin`, from 0 (or below, where doses are negative) to past the maximum; per cent of the total. */
  sample(bin: number): { readonly dose: Float64Array; readonly volumePercent: Float64Array } {
    const { least, greatest } = this.source;
    const first = Number.isFinite(least) ? Math.min(0, Math.floor(least / bin)) : 0;
    const last = Number.isFinite(greatest) ? Math.max(0, Math.floor(greatest / bin)) + 1 : 1;
    const n = last - first + 1,
      dose = new Float64Array(n),
      volumePercent = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      dose[i] = multiple(first + i, bin);
      volumePercent[i] = (100 * this.volumeAt(dose[i]!)) / this.total;
    }
    return { dose, volumePercent };
  }
}

/** k · bin without the noise of decimal fractions where 1 / bin is whole: 3 · 0.1 is 0.3. */
function multiple(k: number, bin: number): number {
  const parts = Math.round(1 / bin);
  return parts > 0 && Math.abs(parts * bin - 1) < 1e-12 ? k / parts : k * bin;
}

/** Volume per bin of a cumulative curve (its negative step); one value fewer than the curve has. */
export function differential(volumePercent: Float64Array): Float64Array {
  const out = new Float64Array(Math.max(0, volumePercent.length - 1));
  for (let i = 0; i < out.length; i++) out[i] = volumePercent[i]! - volumePercent[i + 1]!;
  return out;
}
