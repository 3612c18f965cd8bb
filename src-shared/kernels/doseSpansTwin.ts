import type { DoseSpans, DoseSpansResult } from './doseSpans.ts';

const cell = (x: number, n: number): number => Math.max(0, Math.min(Math.floor(x), n - 2));

/** The scalar twin of assembly/doseSpans.ts: the same operations in the same order, so the same bits. */
export class ScalarDoseSpans implements DoseSpans {
  private size: readonly [number, number, number] = [0, 0, 0];
  private dose = new Float32Array(0);
  private row = new Float64Array(0);
  private histogram = new Float64Array(0);
  private low = 0;
  private scale = 0;
  private sum = 0;
  private noValue = 0;
  private least = Infinity;
  private greatest = -Infinity;

  grid(nx: number, ny: number, nz: number, bins: number): Float32Array {
    this.size = [nx, ny, nz];
    this.row = new Float64Array(nx);
    this.histogram = new Float64Array(bins);
    this.dose = new Float32Array(nx * ny * nz);
    return this.dose;
  }

  begin(low: number, perUnit: number): void {
    this.low = low;
    this.scale = perUnit;
    this.histogram.fill(0);
    this.sum = this.noValue = 0;
    this.least = Infinity;
    this.greatest = -Infinity;
  }

  addSpan(x: number, y: number, z: number, dx: number, dy: number, dz: number, count: number, weight: number): void {
    const [nx, ny, nz] = this.size, { row } = this;
    if (dy !== 0 || dz !== 0) {
      for (let i = 0; i < count; i++) {
        const px = x + i * dx, py = y + i * dy, pz = z + i * dz;
        const q = cell(px, nx), j = cell(py, ny), k = cell(pz, nz);
        const a = this.column(q, j, k, py - j, pz - k), b = this.column(q + 1, j, k, py - j, pz - k);
        this.take(a + (b - a) * (px - q), weight);
      }
      return;
    }
    const j = cell(y, ny), k = cell(z, nz), last = x + (count - 1) * dx;
    const from = cell(Math.min(x, last), nx), to = cell(Math.max(x, last), nx) + 1;
    for (let c = from; c <= to; c++) row[c] = this.column(c, j, k, y - j, z - k);
    for (let i = 0; i < count; i++) {
      const s = x + i * dx, q = cell(s, nx), a = row[q]!, b = row[q + 1]!;
      this.take(a + (b - a) * (s - q), weight);
    }
  }

  /** The dose at column i, blended along y, then z. */
  private column(i: number, j: number, k: number, fy: number, fz: number): number {
    const [nx, ny] = this.size, { dose } = this, p = (k * ny + j) * nx + i, q = p + nx * ny;
    const a = dose[p]!, b = dose[p + nx]!, d = dose[q]!, e = dose[q + nx]!;
    const lower = a + (b - a) * fy, upper = d + (e - d) * fy;
    return lower + (upper - lower) * fz;
  }

  private take(d: number, weight: number): void {
    if (Number.isNaN(d)) {
      this.noValue += weight;
      return;
    }
    const b = Math.max(0, Math.min(Math.trunc((d - this.low) * this.scale), this.histogram.length - 1));
    this.histogram[b]! += weight;
    this.sum += d * weight;
    if (d < this.least) this.least = d;
    if (d > this.greatest) this.greatest = d;
  }

  result(): DoseSpansResult {
    const { histogram, sum, noValue, least, greatest } = this;
    return { histogram: histogram.slice(), sum, noValue, least, greatest };
  }
}
