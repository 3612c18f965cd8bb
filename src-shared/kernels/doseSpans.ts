import { kernelModule } from './modules.ts';
import { accumulate, type DoseSpans, type DoseSpansResult } from './doseSpansFace.ts';
import { ScalarDoseSpans } from './doseSpansTwin.ts';

interface Exports {
  begin(
    dose: number,
    nx: number,
    ny: number,
    nz: number,
    row: number,
    histogram: number,
    bins: number,
    low: number,
    perUnit: number,
  ): void;
  setCell: DoseSpans['setCell'];
  addRow: DoseSpans['addRow'];
  addSpan: DoseSpans['addSpan'];
  getSum(): number;
  getNoValue(): number;
  getLeast(): number;
  getGreatest(): number;
}

const PAGE = 65536;
/** Below it the module keeps its own data. */
const HEAP = 1024;

class WasmDoseSpans implements DoseSpans {
  readonly setCell: DoseSpans['setCell'];
  readonly addRow: DoseSpans['addRow'];
  readonly addSpan: DoseSpans['addSpan'];
  private readonly memory: WebAssembly.Memory;
  private readonly exports: Exports;
  private size: readonly [number, number, number] = [0, 0, 0];
  private bins = 0;
  private row = 0;
  private dose = 0;

  constructor(module: WebAssembly.Module) {
    this.memory = new WebAssembly.Memory({ initial: 16 });
    this.exports = new WebAssembly.Instance(module, { env: { memory: this.memory } })
      .exports as unknown as Exports;
    this.setCell = this.exports.setCell;
    this.addRow = this.exports.addRow;
    this.addSpan = this.exports.addSpan;
  }

  grid(nx: number, ny: number, nz: number, bins: number): Float32Array {
    this.size = [nx, ny, nz];
    this.bins = bins;
    this.row = HEAP + 8 * (bins + 1);
    this.dose = this.row + 8 * (3 * nx + 1);
    const bytes = this.dose + 4 * nx * ny * nz,
      missing = bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return new Float32Array(this.memory.buffer, this.dose, nx * ny * nz);
  }

  begin(low: number, perUnit: number): void {
    this.exports.begin(this.dose, ...this.size, this.row, HEAP, this.bins, low, perUnit);
  }

  result(): DoseSpansResult {
    return {
      histogram: accumulate(new Float64Array(this.memory.buffer, HEAP, this.bins + 1)),
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
