import { kernelModule } from './modules.ts';
import { ScalarDoseSpans } from './doseSpansTwin.ts';

/** Sums over the samples taken since `begin`. */
export interface DoseSpansResult {
  /** Volume per bin. */
  readonly histogram: Float64Array;
  /** Σ dose × volume. */
  readonly sum: number;
  /** Volume of the samples without a dose (NaN). */
  readonly noValue: number;
  /** Infinity where there was no sample. */
  readonly least: number;
  readonly greatest: number;
}

/**
 * Samples a dose grid (trilinear, at least 2 voxels each way) along straight spans into a histogram. The WASM kernel
 * and its scalar twin give the same bits.
 */
export interface DoseSpans {
  /** A buffer for the grid, nx·ny·nz values, i fastest; to be filled before {@link begin}. Contents undefined. */
  grid(nx: number, ny: number, nz: number, bins: number): Float32Array;
  /** Bin of a dose d: trunc((d − low) · perUnit), kept inside 0 … bins − 1. Clears all sums. */
  begin(low: number, perUnit: number): void;
  /** `count` samples from (x, y, z) by (dx, dy, dz), grid indices inside the grid, each of volume `weight`. */
  addSpan(x: number, y: number, z: number, dx: number, dy: number, dz: number, count: number, weight: number): void;
  result(): DoseSpansResult;
}

interface Exports {
  begin(dose: number, nx: number, ny: number, nz: number, row: number, histogram: number, bins: number, low: number, perUnit: number): void;
  addSpan(x: number, y: number, z: number, dx: number, dy: number, dz: number, count: number, weight: number): void;
  getSum(): number;
  getNoValue(): number;
  getLeast(): number;
  getGreatest(): number;
}

const PAGE = 65536;
/** Below it the module keeps its own data. */
const HEAP = 1024;

class WasmDoseSpans implements DoseSpans {
  readonly addSpan: DoseSpans['addSpan'];
  private readonly memory: WebAssembly.Memory;
  private readonly exports: Exports;
  private size: readonly [number, number, number] = [0, 0, 0];
  private bins = 0;
  private row = 0;
  private dose = 0;

  constructor(module: WebAssembly.Module) {
    this.memory = new WebAssembly.Memory({ initial: 16 });
    this.exports = new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports as unknown as Exports;
    this.addSpan = this.exports.addSpan;
  }

  grid(nx: number, ny: number, nz: number, bins: number): Float32Array {
    this.size = [nx, ny, nz];
    this.bins = bins;
    this.row = HEAP + 8 * bins;
    this.dose = this.row + 8 * (nx + 1);
    const bytes = this.dose + 4 * nx * ny * nz, missing = bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return new Float32Array(this.memory.buffer, this.dose, nx * ny * nz);
  }

  begin(low: number, perUnit: number): void {
    this.exports.begin(this.dose, ...this.size, this.row, HEAP, this.bins, low, perUnit);
  }

  result(): DoseSpansResult {
    return {
      histogram: new Float64Array(this.memory.buffer, HEAP, this.bins).slice(),
      sum: this.exports.getSum(),
      noValue: this.exports.getNoValue(),
      least: this.exports.getLeast(),
      greatest: this.exports.getGreatest(),
    };
  }
}

/** The kernel where its module was provided and can run here, otherwise the twin. */
export function createDoseSpans(): DoseSpans {
  const module = kernelModule('doseSpans');
  return module === null ? new ScalarDoseSpans() : new WasmDoseSpans(module);
}
