/** The closed loops of one plane and what their outline is under even–odd. Coordinates mm. */
import { byLowerEnd } from './strips.ts';

/** Loops on one another to this distance (mm) share a vertex. */
export const SAME_POINT = 1e-3;

/** Drops points on top of their predecessor, and a last point that repeats the first. */
export function tidyLoop(points: Float64Array): Float64Array {
  const out = new Float64Array(points.length);
  let n = 0;
  for (let i = 0; i < points.length; i += 2) {
    if (n > 0 && Math.abs(points[i]! - out[n - 2]!) < 1e-6 && Math.abs(points[i + 1]! - out[n - 1]!) < 1e-6)
      continue;
    out[n++] = points[i]!;
    out[n++] = points[i + 1]!;
  }
  while (n > 2 && Math.abs(out[0]! - out[n - 2]!) < 1e-6 && Math.abs(out[1]! - out[n - 1]!) < 1e-6) n -= 2;
  return out.slice(0, n);
}

/** Area enclosed by one loop, mm², positive whatever its sense. */
export function loopArea(loop: Float64Array): number {
  let sum = 0;
  const n = loop.length,
    u0 = loop[0] ?? 0,
    v0 = loop[1] ?? 0;
  for (let i = 0, j = n - 2; i < n; j = i, i += 2)
    sum += (loop[j]! - u0) * (loop[i + 1]! - v0) - (loop[i]! - u0) * (loop[j + 1]! - v0);
  return Math.abs(sum) / 2;
}

/** Edges of the loops, u0, v0, u1, v1 each, in the sense in which they were drawn. */
export function loopEdges(loops: readonly Float64Array[]): Float64Array {
  const edges = new Float64Array(2 * loops.reduce((sum, loop) => sum + loop.length, 0));
  let o = 0;
  for (const loop of loops) {
    for (let i = 0, j = loop.length - 2; i < loop.length; j = i, i += 2) {
      edges[o++] = loop[j]!;
      edges[o++] = loop[j + 1]!;
      edges[o++] = loop[i]!;
      edges[o++] = loop[i + 1]!;
    }
  }
  return edges;
}

/**
 * The edges that bound something. Two edges with the same ends cancel: under even–odd they bound nothing, and the
 * channel of a keyhole must not count as a boundary when distances are taken.
 */
export function outlineEdges(all: Float64Array): Float64Array {
  const count = all.length / 4;
  let size = 1;
  while (size < 2 * count + 2) size *= 2;
  const table = new Int32Array(size),
    dead = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    const a = Math.round(all[4 * n]! / SAME_POINT),
      b = Math.round(all[4 * n + 1]! / SAME_POINT);
    const c = Math.round(all[4 * n + 2]! / SAME_POINT),
      d = Math.round(all[4 * n + 3]! / SAME_POINT);
    // The sums do not depend on the sense of the edge.
    let slot = (Math.imul((a + c) | 0, 0x9e3779b1) ^ Math.imul((b + d) | 0, 0x85ebca6b)) & (size - 1);
    for (; table[slot] !== 0; slot = (slot + 1) & (size - 1)) {
      const other = table[slot]! - 1;
      if (dead[other] === 0 && sameEdge(all, other, n)) {
        dead[other] = dead[n] = 1;
        break;
      }
    }
    if (dead[n] === 0) table[slot] = n + 1;
  }
  const kept = new Float64Array(4 * count);
  let m = 0;
  for (let e = 0; e < count; e++) if (dead[e] === 0) kept.set(all.subarray(4 * e, 4 * e + 4), 4 * m++);
  return kept.slice(0, 4 * m);
}

function sameEdge(edges: Float64Array, p: number, q: number): boolean {
  const near = (i: number, j: number): boolean =>
    Math.abs(edges[i]! - edges[j]!) <= SAME_POINT && Math.abs(edges[i + 1]! - edges[j + 1]!) <= SAME_POINT;
  return (
    (near(4 * p, 4 * q + 2) && near(4 * p + 2, 4 * q)) || (near(4 * p, 4 * q) && near(4 * p + 2, 4 * q + 2))
  );
}

/** Whether two loops are one contour drawn twice, whatever their start and sense. Tolerance mm. */
export function sameLoop(a: Float64Array, b: Float64Array, tolerance: number): boolean {
  if (a.length !== b.length) return false;
  const n = a.length / 2;
  const near = (i: number, j: number): boolean =>
    Math.abs(a[2 * i]! - b[2 * j]!) <= tolerance && Math.abs(a[2 * i + 1]! - b[2 * j + 1]!) <= tolerance;
  for (let start = 0; start < n; start++) {
    if (!near(0, start)) continue;
    for (const step of [1, n - 1]) {
      let i = 1;
      while (i < n && near(i, (start + i * step) % n)) i++;
      if (i === n) return true;
    }
  }
  return false;
}

/** Whether two edges of the outline pass through each other by more than `tolerance` mm. */
export function hasCrossing(edges: Float64Array, tolerance: number): boolean {
  const order = byLowerEnd(edges);
  let active: number[] = [];
  for (const e of order) {
    const low = Math.min(edges[4 * e + 1]!, edges[4 * e + 3]!);
    const left = Math.min(edges[4 * e]!, edges[4 * e + 2]!),
      right = Math.max(edges[4 * e]!, edges[4 * e + 2]!);
    let kept = 0;
    for (const other of active) {
      if (Math.max(edges[4 * other + 1]!, edges[4 * other + 3]!) <= low) continue;
      active[kept++] = other;
      if (
        Math.min(edges[4 * other]!, edges[4 * other + 2]!) >= right ||
        Math.max(edges[4 * other]!, edges[4 * other + 2]!) <= left
      )
        continue;
      if (apart(edges, e, other, tolerance) && apart(edges, other, e, tolerance)) return true;
    }
    active = active.slice(0, kept);
    active.push(e);
  }
  return crossesHorizontal(edges, tolerance);
}

/** Whether the ends of edge q lie on both sides of the line through p, each by more than `tolerance`. */
function apart(edges: Float64Array, p: number, q: number, tolerance: number): boolean {
  const u = edges[4 * p]!,
    v = edges[4 * p + 1]!,
    du = edges[4 * p + 2]! - u,
    dv = edges[4 * p + 3]! - v;
  const reach = tolerance * Math.hypot(du, dv);
  const a = du * (edges[4 * q + 1]! - v) - dv * (edges[4 * q]! - u);
  const b = du * (edges[4 * q + 3]! - v) - dv * (edges[4 * q + 2]! - u);
  return (a > reach && b < -reach) || (a < -reach && b > reach);
}

function crossesHorizontal(edges: Float64Array, tolerance: number): boolean {
  const flat: number[] = [],
    others: number[] = [];
  for (let e = 0; e < edges.length / 4; e++) (edges[4 * e + 1] === edges[4 * e + 3] ? flat : others).push(e);
  const byHeight = flat.sort((p, q) => edges[4 * p + 1]! - edges[4 * q + 1]!);
  const heights = Float64Array.from(byHeight, (e) => edges[4 * e + 1]!);
  for (const q of others) {
    const low = Math.min(edges[4 * q + 1]!, edges[4 * q + 3]!),
      high = Math.max(edges[4 * q + 1]!, edges[4 * q + 3]!);
    for (let i = firstAbove(heights, low); i < heights.length && heights[i]! < high; i++) {
      const p = byHeight[i]!;
      if (apart(edges, p, q, tolerance) && apart(edges, q, p, tolerance)) return true;
    }
  }
  return false;
}

function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0,
    high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
