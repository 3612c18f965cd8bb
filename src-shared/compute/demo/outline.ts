import type { Section } from './solid.ts';
import type { Bend } from './bend.ts';

type Point = readonly [number, number];

/** Loops smaller than this many mm² are left out: no one would draw them. */
const SMALLEST_AREA = 12;
const BISECTIONS = 24;

/**
 * The closed outlines of a section in space (marching squares on a lattice of `step` mm, each crossing found by
 * bisection, so that points lie on the surface to a hundredth of a millimetre). Points are rounded to 0.01 mm.
 */
export function outlines(section: Section, z: number, bend: Bend, step: number): Point[][] {
  const { box } = section,
    margin = 3 * step;
  const x0 = box[0] - margin,
    y0 = box[2] - margin;
  const nx = Math.ceil((box[1] + margin - x0) / step) + 1,
    ny = Math.ceil((box[3] + margin - y0) / step) + 1;
  const field = (x: number, y: number): number => section.field(x + bend.alongX(y, z), y + bend.alongY(x, z));
  const values = new Float64Array(nx * ny);
  for (let n = 0; n < values.length; n++)
    values[n] = field(x0 + (n % nx) * step, y0 + Math.floor(n / nx) * step);
  const next = crossings(values, nx, ny);
  const loops: Point[][] = [];
  for (const start of [...next.keys()].sort((a, b) => a - b)) {
    const loop: Point[] = [];
    for (let edge = start, following = next.get(edge); following !== undefined; following = next.get(edge)) {
      next.delete(edge);
      loop.push(onEdge(edge, nx, x0, y0, step, field));
      edge = following;
    }
    if (loop.length >= 8 && Math.abs(area(loop)) >= SMALLEST_AREA)
      loops.push(loop.filter((_, n) => !tooClose(loop, n, step)));
  }
  return loops;
}

/** Marching squares leaves pairs of points close together; one of a pair does. */
const tooClose = (loop: readonly Point[], n: number, step: number): boolean => {
  const a = loop[n]!,
    b = loop[(n + 1) % loop.length]!;
  return n % 2 === 1 && Math.hypot(a[0] - b[0], a[1] - b[1]) < 0.45 * step;
};

export function area(loop: readonly Point[]): number {
  let sum = 0;
  loop.forEach((a, n) => {
    const b = loop[(n + 1) % loop.length]!;
    sum += a[0] * b[1] - b[0] * a[1];
  });
  return sum / 2;
}

/**
 * From each crossed lattice edge to the next, the solid on the same hand. An edge is 2 × its lower point, plus 1
 * where it goes along y.
 */
function crossings(values: Float64Array, nx: number, ny: number): Map<number, number> {
  const next = new Map<number, number>();
  const inside = (n: number): boolean => values[n]! < 0;
  for (let j = 0; j < ny - 1; j++) {
    for (let i = 0; i < nx - 1; i++) {
      const n = i + nx * j,
        corners = [n, n + 1, n + 1 + nx, n + nx] as const;
      const edges = [2 * n, 2 * (n + 1) + 1, 2 * (n + nx), 2 * n + 1] as const;
      const from: number[] = [],
        to: number[] = [];
      for (let side = 0; side < 4; side++) {
        const a = inside(corners[side]!),
          b = inside(corners[(side + 1) % 4]!);
        // Walking round the cell: where the solid is entered a piece begins, where it is left a piece ends
        if (!a && b) from.push(side);
        if (a && !b) to.push(side);
      }
      // Of two pieces in a cell, each cuts off its own corner of the solid: it ends at the next leaving after its entering
      for (const side of from) {
        const end = to.toSorted((p, q) => ((p - side + 4) % 4) - ((q - side + 4) % 4))[0]!;
        next.set(edges[side]!, edges[end]!);
      }
    }
  }
  return next;
}

function onEdge(
  edge: number,
  nx: number,
  x0: number,
  y0: number,
  step: number,
  field: (x: number, y: number) => number,
): Point {
  const n = Math.floor(edge / 2),
    alongY = edge % 2 === 1,
    x = x0 + (n % nx) * step,
    y = y0 + Math.floor(n / nx) * step;
  const at = (t: number): Point => (alongY ? [x, y + t * step] : [x + t * step, y]);
  let low = 0,
    high = 1;
  const insideAtLow = field(...at(0)) < 0;
  for (let s = 0; s < BISECTIONS; s++) {
    const middle = (low + high) / 2;
    if (field(...at(middle)) < 0 === insideAtLow) low = middle;
    else high = middle;
  }
  const [px, py] = at((low + high) / 2);
  return [Number(px.toFixed(2)), Number(py.toFixed(2))];
}
