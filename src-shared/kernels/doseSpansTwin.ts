import { accumulate, type DoseSpans, type DoseSpansResult } from './doseSpansFace.ts';

type Triple = readonly [number, number, number];

const cell = (x: number, n: number): number => Math.max(0, Math.min(Math.floor(x), n - 2));

/** The scalar twin of assembly/doseSpans.ts: the same operations in the same order, so the same bits. */
export class ScalarDoseSpans implements DoseSpans {
  private size: readonly [number, number, number] = [0, 0, 0];
  private dose = new Float32Array(0);
  private row = new Float64Array(0);
  private rowY = new Float64Array(0);
  private rowZ = new Float64Array(0);
  private steps = new Float64Array(0);
  private v: Triple = [0, 0, 0];
  private w: Triple = [0, 0, 0];
  private low = 0;
  private scale = 0;
  private sum = 0;
  private noValue = 0;
  private least = Infinity;
  private greatest = -Infinity;

  grid(nx: number, ny: number, nz: number, bins: number): Float32Array {
    this.size = [nx, ny, nz];
    this.row = new Float64Array(nx);
    this.rowY = new Float64Array(nx);
    this.rowZ = new Float64Array(nx);
    this.steps = new Float64Array(bins + 1);
    this.dose = new Float32Array(nx * ny * nz);
    return this.dose;
  }

  begin(low: number, perUnit: number): void {
    this.low = low;
    this.scale = perUnit;
    this.steps.fill(0);
    this.sum = this.noValue = 0;
    this.least = Infinity;
    this.greatest = -Infinity;
  }

  setCell(ax: number, ay: number, az: number, bx: number, by: number, bz: number): void {
    this.v = [ax, ay, az];
    this.w = [bx, by, bz];
  }

  addRow(x0: number, x1: number, y: number, z: number, weight: number): void {
    const [nx, ny, nz] = this.size,
      from = cell(x0, nx),
      to = cell(x1, nx),
      j = cell(y, ny),
      k = cell(z, nz);
    for (let c = from; c <= to + 1; c++) this.blend(c, j, k, y - j, z - k);
    const per = weight / (x1 - x0);
    for (let c = from; c <= to; c++) {
      const low = c === from ? x0 : c,
        high = c === to ? x1 : c + 1,
        length = high - low;
      const a = this.row[c]!,
        gx = this.row[c + 1]! - a;
      // Along the row the extremes are at the ends.
      this.reach(a + gx * (low - c));
      this.reach(a + gx * (high - c));
      this.sample(c, 0.5 * (low + high) - c, length, 0, 0, per * length);
    }
  }

  addSpan(
    x: number,
    y: number,
    z: number,
    dx: number,
    dy: number,
    dz: number,
    count: number,
    weight: number,
  ): void {
    const [nx, ny, nz] = this.size;
    for (let i = 0; i < count; i++) {
      const px = x + i * dx,
        py = y + i * dy,
        pz = z + i * dz;
      const q = cell(px, nx),
        j = cell(py, ny),
        k = cell(pz, nz);
      this.blend(q, j, k, py - j, pz - k);
      this.blend(q + 1, j, k, py - j, pz - k);
      this.reach(this.sample(q, px - q, dx, dy, dz, weight));
    }
  }

  /** Dose at column i, blended along y, then z, and its slopes along both. */
  private blend(i: number, j: number, k: number, fy: number, fz: number): void {
    const [nx, ny] = this.size,
      { dose } = this,
      p = (k * ny + j) * nx + i,
      q = p + nx * ny;
    const a = dose[p]!,
      b = dose[p + nx]!,
      d = dose[q]!,
      e = dose[q + nx]!;
    const lower = a + (b - a) * fy,
      upper = d + (e - d) * fy;
    this.row[i] = lower + (upper - lower) * fz;
    this.rowY[i] = b - a + (e - d - (b - a)) * fz;
    this.rowZ[i] = upper - lower;
  }

  /** One sample in interval q, whose cell has the edge (dx, dy, dz) along the row; returns its dose. */
  private sample(q: number, f: number, dx: number, dy: number, dz: number, weight: number): number {
    const { row, rowY, rowZ, v, w } = this,
      a = row[q]!,
      gx = row[q + 1]! - a;
    const y0 = rowY[q]!,
      gy = y0 + (rowY[q + 1]! - y0) * f,
      z0 = rowZ[q]!,
      gz = z0 + (rowZ[q + 1]! - z0) * f;
    const du = gx * dx + gy * dy + gz * dz,
      dv = gx * v[0] + gy * v[1] + gz * v[2],
      dw = gx * w[0] + gy * w[1] + gz * w[2];
    const d = a + gx * f;
    this.take(d, du * du + dv * dv + dw * dw, weight);
    return d;
  }

  private reach(d: number): void {
    if (d < this.least) this.least = d;
    if (d > this.greatest) this.greatest = d;
  }

  private take(d: number, spread: number, weight: number): void {
    if (Number.isNaN(d)) {
      this.noValue += weight;
      return;
    }
    const { steps } = this,
      last = steps.length - 2,
      half = 0.5 * Math.sqrt(spread),
      at = d - this.low;
    const b0 = Math.max(0, Math.min(Math.trunc((at - half) * this.scale), last));
    const b1 = Math.max(b0, Math.min(Math.trunc((at + half) * this.scale), last));
    const share = weight / (b1 - b0 + 1);
    steps[b0]! += share;
    steps[b1 + 1]! -= share;
    this.sum += d * weight;
  }

  result(): DoseSpansResult {
    const { steps, sum, noValue, least, greatest } = this;
    return { histogram: accumulate(steps), sum, noValue, least, greatest };
  }
}
