/** Even–odd geometry of the closed loops of one plane. Coordinates mm. */

/** Loops on one another to this distance (mm) share a vertex. */
const SAME_POINT = 1e-3;

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

/**
 * Edges of the loops, u0, v0, u1, v1 each. Two edges with the same ends cancel: under even–odd they bound nothing, and
 * the channel of a keyhole must not count as a boundary when distances are taken.
 */
export function outlineEdges(loops: readonly Float64Array[]): Float64Array {
  const count = loops.reduce((sum, loop) => sum + loop.length / 2, 0);
  const all = new Float64Array(4 * count);
  let size = 1;
  while (size < 2 * count + 2) size *= 2;
  const table = new Int32Array(size),
    dead = new Uint8Array(count);
  let n = 0;
  for (const loop of loops) {
    for (let i = 0, j = loop.length - 2; i < loop.length; j = i, i += 2, n++) {
      all[4 * n] = loop[j]!;
      all[4 * n + 1] = loop[j + 1]!;
      all[4 * n + 2] = loop[i]!;
      all[4 * n + 3] = loop[i + 1]!;
      const a = Math.round(loop[j]! / SAME_POINT),
        b = Math.round(loop[j + 1]! / SAME_POINT);
      const c = Math.round(loop[i]! / SAME_POINT),
        d = Math.round(loop[i + 1]! / SAME_POINT);
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

/** Edges that are not horizontal, ordered by their lower end. */
function byLowerEnd(edges: Float64Array): Int32Array {
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
 * Area (mm²) and centroid under even–odd, exact where edges do not cross: between two neighbouring vertex heights every
 * piece is a trapezium.
 */
export function evenOddMoments(edges: Float64Array): {
  readonly area: number;
  readonly centroid: readonly [number, number];
} {
  const order = byLowerEnd(edges);
  const levels = new Float64Array(2 * order.length);
  order.forEach((e, i) => {
    levels[2 * i] = edges[4 * e + 1]!;
    levels[2 * i + 1] = edges[4 * e + 3]!;
  });
  levels.sort();
  const active: number[] = [],
    at: number[] = [];
  let next = 0,
    area = 0,
    momentU = 0,
    momentV = 0;
  for (let l = 0; l + 1 < levels.length; l++) {
    const low = levels[l]!,
      high = levels[l + 1]!;
    if (!(high > low)) continue;
    const middle = (low + high) / 2;
    for (let i = active.length - 1; i >= 0; i--) {
      const e = active[i]!;
      if (Math.max(edges[4 * e + 1]!, edges[4 * e + 3]!) <= low) active.splice(i, 1);
    }
    for (; next < order.length; next++) {
      const e = order[next]!;
      if (Math.min(edges[4 * e + 1]!, edges[4 * e + 3]!) > low) break;
      active.push(e);
    }
    // Nearly in order already, as they were in the strip below.
    for (let i = 0; i < active.length; i++) {
      const e = active[i]!,
        u = edgeAt(edges, e, middle);
      let j = i - 1;
      for (; j >= 0 && at[j]! > u; j--) {
        active[j + 1] = active[j]!;
        at[j + 1] = at[j]!;
      }
      active[j + 1] = e;
      at[j + 1] = u;
    }
    for (let i = 0; i + 1 < active.length; i += 2) {
      const p = active[i]!,
        q = active[i + 1]!,
        height = high - low;
      const p0 = edgeAt(edges, p, low),
        p1 = edgeAt(edges, p, high),
        q0 = edgeAt(edges, q, low),
        q1 = edgeAt(edges, q, high);
      const piece = ((q0 - p0 + q1 - p1) / 2) * height;
      area += piece;
      momentU += ((q0 * q0 + q0 * q1 + q1 * q1 - p0 * p0 - p0 * p1 - p1 * p1) / 6) * height;
      momentV += piece * middle + ((q1 - p1 - (q0 - p0)) * height * height) / 12;
    }
  }
  return { area, centroid: area > 0 ? [momentU / area, momentV / area] : [0, 0] };
}

const edgeAt = (edges: Float64Array, e: number, v: number): number => {
  const u0 = edges[4 * e]!,
    v0 = edges[4 * e + 1]!,
    u1 = edges[4 * e + 2]!,
    v1 = edges[4 * e + 3]!;
  return u0 + ((v - v0) / (v1 - v0)) * (u1 - u0);
};

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
