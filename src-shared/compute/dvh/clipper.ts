import type { Vector3 } from '../../geometry/index.ts';
import type { DoseSpans } from '../../kernels/index.ts';
import type { ChunkInput } from './chunk.ts';

type Clip = Pick<ChunkInput, 'index' | 'box' | 'dimensions'>;
type Loaded = Pick<ChunkInput, 'box' | 'dose' | 'doseFirst' | 'doseSize' | 'bins' | 'low' | 'perUnit'>;

/** How far (voxels) a row may leave the grid's box by rounding alone. */
const ROUNDING = 1e-6;

/** Hands the part of the dose that is needed to the kernel, and empties its histogram. */
export function loadDose(
  { box, dose, doseFirst, doseSize, bins, low, perUnit }: Loaded,
  spans: DoseSpans,
): void {
  const size = box?.size ?? [2, 2, 2],
    part = spans.grid(size[0], size[1], size[2], bins);
  if (box) {
    for (let k = 0; k < size[2]; k++) {
      for (let j = 0; j < size[1]; j++) {
        const from =
          box.first[0] -
          doseFirst[0] +
          doseSize[0] * (box.first[1] - doseFirst[1] + j + doseSize[1] * (box.first[2] - doseFirst[2] + k));
        part.set(dose.subarray(from, from + size[0]), size[0] * (j + size[1] * k));
      }
    }
  }
  spans.begin(low, perUnit);
}

/** Cuts spans at the box of the dose's voxel centres; adds up what lies outside. */
export class Clipper {
  /** mm³ */
  outside = 0;
  private readonly input: Clip;
  private readonly origin: Vector3;

  constructor(input: Clip) {
    this.input = input;
    const first = input.box?.first ?? [0, 0, 0],
      { origin } = input.index;
    this.origin = [origin[0] - first[0], origin[1] - first[1], origin[2] - first[2]];
  }

  setCell(rowStep: number, thickness: number, spans: DoseSpans): void {
    const { v, w } = this.input.index;
    spans.setCell(
      rowStep * v[0],
      rowStep * v[1],
      rowStep * v[2],
      thickness * w[0],
      thickness * w[1],
      thickness * w[2],
    );
  }

  span(from: number, to: number, v: number, w: number, cell: number, step: number, spans: DoseSpans): void {
    const { index, box, dimensions } = this.input,
      length = to - from;
    if (box === null) {
      this.outside += length * cell;
      return;
    }
    let begin = from,
      end = to;
    const base: [number, number, number] = [0, 0, 0],
      slope: [number, number, number] = [0, 0, 0];
    for (const a of [0, 1, 2] as const) {
      const b = this.origin[a] + v * index.v[a] + w * index.w[a],
        least = -box.first[a],
        greatest = dimensions[a] - 1 - box.first[a];
      let g = index.u[a];
      base[a] = b;
      if (Math.abs(g) * length < ROUNDING * 1e-3) {
        // Nothing but rounding: the row runs along the grid.
        base[a] = b + g * from;
        g = 0;
        if (base[a] < least - ROUNDING || base[a] > greatest + ROUNDING) end = begin;
      } else {
        const p = (least - b) / g,
          q = (greatest - b) / g;
        begin = Math.max(begin, Math.min(p, q));
        end = Math.min(end, Math.max(p, q));
      }
      slope[a] = g;
    }
    if (!(end > begin)) {
      this.outside += length * cell;
      return;
    }
    this.outside += (begin - from + to - end) * cell;
    if (slope[1] === 0 && slope[2] === 0) {
      const p = base[0] + begin * slope[0],
        q = base[0] + end * slope[0];
      if (Math.abs(q - p) > ROUNDING * 1e-3)
        spans.addRow(Math.min(p, q), Math.max(p, q), base[1], base[2], (end - begin) * cell);
      return;
    }
    const count = Math.ceil((end - begin) / step),
      du = (end - begin) / count,
      u = begin + du / 2;
    spans.addSpan(
      base[0] + u * slope[0],
      base[1] + u * slope[1],
      base[2] + u * slope[2],
      du * slope[0],
      du * slope[1],
      du * slope[2],
      count,
      du * cell,
    );
  }
}
