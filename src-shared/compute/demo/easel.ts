import type { Bend } from './bend.ts';
import type { Section } from './solid.ts';

/** The pixels of one axial plane, where they lie in space and how the patient is bent there. */
export interface Easel {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Shift in x per row, in y per column. */
  readonly shiftX: Float64Array;
  readonly shiftY: Float64Array;
}

export const easelAt = (x: Float64Array, y: Float64Array, z: number, bend: Bend): Easel => ({
  x,
  y,
  shiftX: y.map((value) => bend.alongX(value, z)),
  shiftY: x.map((value) => bend.alongY(value, z)),
});

/** Blocks of so many pixels are decided by one look at their middle, and split where that does not decide. */
const BLOCK = 16;
const SMALLEST_BLOCK = 4;
/** Fields are distances on the surface only; a block is taken as all in or all out with this much to spare. */
const CAUTION = 1.7;

/** Calls `visit` for each pixel that the section covers, with the covered share (0 to 1, soft over `edge` mm). */
export function cover(
  easel: Easel,
  section: Section,
  edge: number,
  visit: (pixel: number, share: number) => void,
): void {
  const { x, y, shiftX, shiftY } = easel,
    { field, box } = section;
  const nx = x.length,
    dx = x[1]! - x[0]!,
    dy = y[1]! - y[0]!,
    diagonal = Math.sqrt(dx * dx + dy * dy);
  const bound = (value: number, from: number, step: number, count: number): number =>
    Math.min(count, Math.max(0, Math.round((value - from) / step)));
  // Room for the bend, which is a few mm at most
  const i0 = bound(box[0] - 6, x[0]!, dx, nx),
    i1 = bound(box[1] + 6, x[0]!, dx, nx);
  const j0 = bound(box[2] - 6, y[0]!, dy, y.length),
    j1 = bound(box[3] + 6, y[0]!, dy, y.length);
  const at = (i: number, j: number): number => field(x[i]! + shiftX[j]!, y[j]! + shiftY[i]!);

  const block = (i: number, j: number, size: number): void => {
    const iEnd = Math.min(i1, i + size),
      jEnd = Math.min(j1, j + size),
      reach = CAUTION * diagonal * size * 0.5 + edge;
    const middle = at(Math.min(i1 - 1, i + size / 2), Math.min(j1 - 1, j + size / 2));
    if (middle > reach) return;
    if (middle >= -reach && size > SMALLEST_BLOCK) {
      for (let jj = j; jj < jEnd; jj += size / 2)
        for (let ii = i; ii < iEnd; ii += size / 2) block(ii, jj, size / 2);
      return;
    }
    for (let jj = j; jj < jEnd; jj++) {
      for (let ii = i; ii < iEnd; ii++) {
        const share = middle < -reach ? 1 : 0.5 - at(ii, jj) / edge;
        if (share > 0) visit(ii + nx * jj, Math.min(1, share));
      }
    }
  };
  for (let j = j0; j < j1; j += BLOCK) for (let i = i0; i < i1; i += BLOCK) block(i, j, BLOCK);
}
