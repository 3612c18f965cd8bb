/** Sums over the samples taken since `begin`. */
export interface DoseSpansResult {
  /** Volume per bin. */
  readonly histogram: Float64Array;
  /** Σ dose × volume. */
  readonly sum: number;
  /** Volume of the samples without a dose (NaN). */
  readonly noValue: number;
  /** Of the samples, and along grid rows of the ends of each stretch; Infinity where there was none. */
  readonly least: number;
  readonly greatest: number;
}

/**
 * Samples a dose grid (trilinear, at least 2 voxels each way) along straight spans into a histogram. Each sample stands
 * for a cell; its volume is spread evenly over a range of doses with the variance that the gradient gives the cell. The
 * WASM kernel and its scalar twin give the same bits.
 */
export interface DoseSpans {
  /** A buffer for the grid, nx·ny·nz values, i fastest; to be filled before {@link begin}. Contents undefined. */
  grid(nx: number, ny: number, nz: number, bins: number): Float32Array;
  /** Bin of a dose d: trunc((d − low) · perUnit), kept inside 0 … bins − 1. Clears all sums. */
  begin(low: number, perUnit: number): void;
  /** The edges of a sample's cell between rows and between planes, grid indices; its third is the step along the row. */
  setCell(vx: number, vy: number, vz: number, wx: number, wy: number, wz: number): void;
  /**
   * The stretch of a grid row from index x0 to x1 > x0 at (y, z), of volume `weight`: one sample in each voxel interval,
   * in which the dose is linear along the row.
   */
  addRow(x0: number, x1: number, y: number, z: number, weight: number): void;
  /** Off the grid's rows: `count` samples from (x, y, z) by (dx, dy, dz), grid indices inside the grid, each of volume `weight`. */
  addSpan(
    x: number,
    y: number,
    z: number,
    dx: number,
    dy: number,
    dz: number,
    count: number,
    weight: number,
  ): void;
  result(): DoseSpansResult;
}

/** The histogram from its steps (one longer); rounding may leave a bin a trace below 0, which no volume is. */
export function accumulate(steps: Float64Array): Float64Array {
  const histogram = new Float64Array(steps.length - 1);
  let sum = 0;
  for (let b = 0; b < histogram.length; b++) {
    sum += steps[b]!;
    histogram[b] = sum > 0 ? sum : 0;
  }
  return histogram;
}
