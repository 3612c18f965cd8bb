import type { Lattice } from './lattice.ts';

/** One isodose line: x, y pairs in plane coordinates, mm. */
export interface Isoline {
  readonly points: Float64Array;
  readonly closed: boolean;
}

/** How far a chord may lie from the bilinear curve, mm. */
const CHORD_TOLERANCE = 0.02;

/**
 * Lines on which the lattice's function is `level`, joined end to end with the higher side on their left in (i, j).
 * Where the function is bilinear between the points, crossings are exact and chords stray at most 0.02 mm from it;
 * else crossings are refined on the function itself. Cells with a corner that is NaN carry no line.
 */
export function isolines(lattice: Lattice, level: number): Isoline[] {
  const segments = collect(lattice, level);
  return join(lattice, segments, level);
}

interface Segments {
  /** Lattice edge on which a segment starts and ends, and the cell it crosses; three numbers each. */
  readonly list: number[];
}

/** Edge to the right of point n is 2n, edge below it 2n + 1. */
function collect(lattice: Lattice, level: number): Segments {
  const { columns, rows, values } = lattice;
  const list: number[] = [];
  for (let j = 0; j + 1 < rows; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const n = i + columns * j;
      const v00 = values[n]!,
        v10 = values[n + 1]!,
        v01 = values[n + columns]!,
        v11 = values[n + columns + 1]!;
      const code =
        (v00 >= level ? 1 : 0) | (v10 >= level ? 2 : 0) | (v11 >= level ? 4 : 0) | (v01 >= level ? 8 : 0);
      if (code === 0 || code === 15) continue;
      // Any NaN makes the sum NaN.
      if (Number.isNaN(v00 + v10 + v01 + v11)) continue;
      const top = 2 * n,
        right = 2 * (n + 1) + 1,
        bottom = 2 * (n + columns),
        left = 2 * n + 1;
      const add = (from: number, to: number): void => void list.push(from, to, n);
      switch (code) {
        case 1:
          add(left, top);
          break;
        case 2:
          add(top, right);
          break;
        case 3:
          add(left, right);
          break;
        case 4:
          add(right, bottom);
          break;
        case 6:
          add(top, bottom);
          break;
        case 7:
          add(left, bottom);
          break;
        case 8:
          add(bottom, left);
          break;
        case 9:
          add(bottom, top);
          break;
        case 11:
          add(bottom, right);
          break;
        case 12:
          add(right, left);
          break;
        case 13:
          add(right, top);
          break;
        case 14:
          add(top, left);
          break;
        default: {
          // Saddle: the bilinear function's value where its two branches would meet decides.
          const saddle = (v00 * v11 - v10 * v01) / (v00 + v11 - v10 - v01);
          if (code === 5) {
            if (saddle >= level) {
              add(left, bottom);
              add(right, top);
            } else {
              add(left, top);
              add(right, bottom);
            }
          } else if (saddle >= level) {
            add(top, left);
            add(bottom, right);
          } else {
            add(top, right);
            add(bottom, left);
          }
        }
      }
    }
  }
  return { list };
}

function join(lattice: Lattice, { list }: Segments, level: number): Isoline[] {
  const startingAt = new Map<number, number>();
  const ends = new Set<number>();
  for (let s = 0; s < list.length; s += 3) {
    startingAt.set(list[s]!, s);
    ends.add(list[s + 1]!);
  }
  const used = new Uint8Array(list.length / 3);
  const lines: Isoline[] = [];
  const follow = (first: number): void => {
    const points: number[] = [];
    let s: number | undefined = first;
    let closed = false;
    pushCrossing(lattice, list[first]!, level, points);
    while (s !== undefined && !used[s / 3]) {
      used[s / 3] = 1;
      const from = points.length - 2;
      const end = crossing(lattice, list[s + 1]!, level);
      if (lattice.bilinear)
        pushCurve(lattice, list[s + 2]!, level, points[from]!, points[from + 1]!, end[0], end[1], points, 0);
      points.push(end[0], end[1]);
      s = startingAt.get(list[s + 1]!);
      closed = s === first;
    }
    lines.push({ points: Float64Array.from(points), closed });
  };
  // Open lines from their start, then what is left: rings.
  for (let s = 0; s < list.length; s += 3) if (!used[s / 3] && !ends.has(list[s]!)) follow(s);
  for (let s = 0; s < list.length; s += 3) if (!used[s / 3]) follow(s);
  return lines;
}

function pushCrossing(lattice: Lattice, edge: number, level: number, into: number[]): void {
  const [a, b] = crossing(lattice, edge, level);
  into.push(a, b);
}

/** Plane coordinates at which the level crosses a lattice edge. */
function crossing(lattice: Lattice, edge: number, level: number): [number, number] {
  const n = edge >> 1,
    down = edge & 1;
  const i = n % lattice.columns,
    j = (n - i) / lattice.columns;
  const v0 = lattice.values[n]!,
    v1 = lattice.values[down ? n + lattice.columns : n + 1]!;
  let t = (level - v0) / (v1 - v0);
  if (!lattice.bilinear) t = refine(lattice, i, j, down, level, v0, v1, t);
  return place(lattice, i + (down ? 0 : t), j + (down ? t : 0));
}

const place = (lattice: Lattice, i: number, j: number): [number, number] => [
  lattice.origin[0] + i * lattice.stepI[0] + j * lattice.stepJ[0],
  lattice.origin[1] + i * lattice.stepI[1] + j * lattice.stepJ[1],
];

/** Regula falsi along an edge, on the function itself. */
function refine(
  lattice: Lattice,
  i: number,
  j: number,
  down: number,
  level: number,
  v0: number,
  v1: number,
  first: number,
): number {
  let t0 = 0,
    t1 = 1,
    f0 = v0 - level,
    f1 = v1 - level,
    t = first;
  for (let n = 0; n < 10; n++) {
    const [a, b] = place(lattice, i + (down ? 0 : t), j + (down ? t : 0));
    const f = lattice.at(a, b) - level;
    if (!(Math.abs(f) > 1e-9 * Math.abs(f1 - f0))) break;
    if (f * f0 > 0) {
      t0 = t;
      f0 = f;
      f1 /= 2;
    } else {
      t1 = t;
      f1 = f;
      f0 /= 2;
    }
    t = (t0 * f1 - t1 * f0) / (f1 - f0);
  }
  return t;
}

/** Adds the points between two crossings of a cell that the bilinear curve needs to be met within the tolerance. */
function pushCurve(
  lattice: Lattice,
  cell: number,
  level: number,
  a0: number,
  b0: number,
  a1: number,
  b1: number,
  into: number[],
  depth: number,
): void {
  if (depth === 3) return;
  const mid = onCurve(lattice, cell, level, (a0 + a1) / 2, (b0 + b1) / 2);
  if (!mid || Math.hypot(mid[0] - (a0 + a1) / 2, mid[1] - (b0 + b1) / 2) < CHORD_TOLERANCE) return;
  pushCurve(lattice, cell, level, a0, b0, mid[0], mid[1], into, depth + 1);
  into.push(mid[0], mid[1]);
  pushCurve(lattice, cell, level, mid[0], mid[1], a1, b1, into, depth + 1);
}

/** The point of the curve nearest to (a, b), by Newton's steps along the gradient; null where it leaves the cell. */
function onCurve(
  lattice: Lattice,
  cell: number,
  level: number,
  a: number,
  b: number,
): [number, number] | null {
  const { columns, values, stepI, stepJ, origin } = lattice;
  const ci = cell % columns,
    cj = (cell - ci) / columns;
  const v00 = values[cell]!,
    v10 = values[cell + 1]!,
    v01 = values[cell + columns]!,
    v11 = values[cell + columns + 1]!;
  const det = stepI[0] * stepJ[1] - stepI[1] * stepJ[0];
  let x = a,
    y = b;
  for (let n = 0; n < 3; n++) {
    const i = ((x - origin[0]) * stepJ[1] - (y - origin[1]) * stepJ[0]) / det - ci;
    const j = ((y - origin[1]) * stepI[0] - (x - origin[0]) * stepI[1]) / det - cj;
    const value = (v00 * (1 - i) + v10 * i) * (1 - j) + (v01 * (1 - i) + v11 * i) * j;
    const di = (v10 - v00) * (1 - j) + (v11 - v01) * j,
      dj = (v01 - v00) * (1 - i) + (v11 - v10) * i;
    const ga = (di * stepJ[1] - dj * stepI[1]) / det,
      gb = (dj * stepI[0] - di * stepJ[0]) / det;
    const slope = ga * ga + gb * gb;
    if (!(slope > 0)) return null;
    x += ((level - value) * ga) / slope;
    y += ((level - value) * gb) / slope;
    if (i < -0.01 || i > 1.01 || j < -0.01 || j > 1.01) return null;
  }
  return [x, y];
}
