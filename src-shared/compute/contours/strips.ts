/** What lies between two heights at which nothing begins, ends or crosses: all pieces in it are trapezia. */
export interface Strip {
  low: number;
  high: number;
  count: number;
  /** The edges that run through, from left to right. */
  readonly edge: number[];
  /** Where each of them is at `low` and at `high`. */
  readonly atLow: number[];
  readonly atHigh: number[];
}

/** mm: edges that pass each other by less within a strip do so by rounding. */
const IN_ORDER = 1e-9;

/** Edges that are not horizontal, ordered by their lower end. */
export function byLowerEnd(edges: Float64Array): Int32Array {
  const lower = new Float64Array(edges.length / 4),
    ids = new Int32Array(lower.length);
  let n = 0;
  for (let e = 0; e < lower.length; e++) {
    lower[e] = Math.min(edges[4 * e + 1]!, edges[4 * e + 3]!);
    if (edges[4 * e + 1] !== edges[4 * e + 3]) ids[n++] = e;
  }
  return ids.subarray(0, n).sort((p, q) => lower[p]! - lower[q]!);
}

/**
 * Visits the strips that edges (u0, v0, u1, v1 each) cut their plane into, from low to high. The strip is the same object
 * each time. Edges may cross: a strip ends there too.
 */
export function eachStrip(edges: Float64Array, visit: (strip: Strip) => void): void {
  const order = byLowerEnd(edges);
  const levels = new Float64Array(2 * order.length);
  order.forEach((e, i) => {
    levels[2 * i] = edges[4 * e + 1]!;
    levels[2 * i + 1] = edges[4 * e + 3]!;
  });
  levels.sort();
  const strip: Strip = { low: 0, high: 0, count: 0, edge: [], atLow: [], atHigh: [] },
    active = strip.edge,
    at: number[] = [];
  let next = 0;
  for (let l = 0; l + 1 < levels.length; l++) {
    const low = levels[l]!,
      high = levels[l + 1]!;
    if (!(high > low)) continue;
    for (let i = active.length - 1; i >= 0; i--) {
      const e = active[i]!;
      if (Math.max(edges[4 * e + 1]!, edges[4 * e + 3]!) <= low) active.splice(i, 1);
    }
    for (; next < order.length; next++) {
      const e = order[next]!;
      if (Math.min(edges[4 * e + 1]!, edges[4 * e + 3]!) > low) break;
      active.push(e);
    }
    if (lay(strip, edges, low, high, at)) {
      visit(strip);
      continue;
    }
    const heights = crossingHeights(strip);
    for (let h = 0; h <= heights.length; h++) {
      const from = heights[h - 1] ?? low,
        to = heights[h] ?? high;
      if (!(to > from)) continue;
      lay(strip, edges, from, to, at);
      visit(strip);
    }
  }
}

/** Orders the strip's edges as they are half way up; false where some cross within it. */
function lay(strip: Strip, edges: Float64Array, low: number, high: number, at: number[]): boolean {
  const { edge, atLow, atHigh } = strip,
    middle = (low + high) / 2;
  strip.low = low;
  strip.high = high;
  strip.count = edge.length;
  // Nearly in order already, as they were in the strip below.
  for (let i = 0; i < edge.length; i++) {
    const e = edge[i]!,
      u = edgeAt(edges, e, middle);
    let j = i - 1;
    for (; j >= 0 && at[j]! > u; j--) {
      edge[j + 1] = edge[j]!;
      at[j + 1] = at[j]!;
    }
    edge[j + 1] = e;
    at[j + 1] = u;
  }
  let inOrder = true;
  for (let i = 0; i < edge.length; i++) {
    const a = (atLow[i] = edgeAt(edges, edge[i]!, low)),
      b = (atHigh[i] = edgeAt(edges, edge[i]!, high));
    if (i > 0 && (atLow[i - 1]! > a + IN_ORDER || atHigh[i - 1]! > b + IN_ORDER)) inOrder = false;
  }
  return inOrder;
}

/** Heights within a strip at which two of its edges cross, ascending. */
function crossingHeights({ low, high, count, atLow, atHigh }: Strip): number[] {
  const heights: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const a = atLow[j]! - atLow[i]!,
        b = atHigh[j]! - atHigh[i]!;
      if (a * b < 0) heights.push(low + (a / (a - b)) * (high - low));
    }
  }
  return heights.sort((a, b) => a - b);
}

const edgeAt = (edges: Float64Array, e: number, v: number): number => {
  const u0 = edges[4 * e]!,
    v0 = edges[4 * e + 1]!,
    u1 = edges[4 * e + 2]!,
    v1 = edges[4 * e + 3]!;
  return u0 + ((v - v0) / (v1 - v0)) * (u1 - u0);
};
