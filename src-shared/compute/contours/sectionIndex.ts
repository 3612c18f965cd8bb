import type { PlaneSection } from './types.ts';

/** Edges per block: neighbours on a contour lie together, so that a block's box keeps most distances from being taken. */
const BLOCK = 8;

/** A section's edges with the boxes of every 8 and every 64 of them. Derived, never sent. */
export class SectionIndex {
  readonly edges: Float64Array;
  readonly count: number;
  /** Left, low, right, high: the box of the outline. */
  readonly box: Float64Array;
  private readonly blocks: Float64Array;
  private readonly groups: Float64Array;
  private hint = 0;
  private rowAt = NaN;
  private row = new Float64Array(16);
  private rowCount = 0;

  constructor(section: PlaneSection) {
    this.edges = section.edges;
    this.count = section.edges.length / 4;
    this.blocks = boxes(this.edges, this.count, BLOCK);
    this.groups = boxes(this.edges, this.count, BLOCK * BLOCK);
    this.box = boxes(this.edges, this.count, this.count);
  }

  /** Distance (mm) from a point to the outline. Does not depend on what was asked before. */
  distance(u: number, v: number): number {
    let best = this.squared(this.hint, u, v),
      bestEdge = this.hint;
    const { blocks, groups, count } = this;
    // A box is passed over only where it is farther beyond rounding, so that the search order cannot show.
    for (let g = 0, n = groups.length / 4; g < n; g++) {
      if (boxDistance(groups, g, u, v) > best * (1 + 1e-9)) continue;
      const last = Math.min((g + 1) * BLOCK, blocks.length / 4);
      for (let b = g * BLOCK; b < last; b++) {
        if (boxDistance(blocks, b, u, v) > best * (1 + 1e-9)) continue;
        const end = Math.min((b + 1) * BLOCK, count);
        for (let e = b * BLOCK; e < end; e++) {
          const d = this.squared(e, u, v);
          if (d < best) {
            best = d;
            bestEdge = e;
          }
        }
      }
    }
    this.hint = bestEdge;
    return Math.sqrt(best);
  }

  private squared(e: number, u: number, v: number): number {
    const { edges } = this,
      o = 4 * e;
    const u0 = edges[o]!,
      v0 = edges[o + 1]!,
      du = edges[o + 2]! - u0,
      dv = edges[o + 3]! - v0;
    const pu = u - u0,
      pv = v - v0,
      l = du * du + dv * dv;
    let t = l > 0 ? (pu * du + pv * dv) / l : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    const a = pu - t * du,
      b = pv - t * dv;
    return a * a + b * b;
  }

  /** Whether a point is inside. Points of one row in turn are fast. */
  contains(u: number, v: number): boolean {
    if (v !== this.rowAt) {
      this.rowCount = this.rowCrossings(v);
      this.rowAt = v;
      if (this.row.length < this.rowCount) this.row = new Float64Array(2 * this.rowCount);
      this.row.set(this.found.subarray(0, this.rowCount));
    }
    let inside = false;
    for (let i = 0; i < this.rowCount && this.row[i]! <= u; i++) inside = !inside;
    return inside;
  }

  /** Where the line (u, v) + s·(du, dv), |d| = 1, crosses the outline, ascending in s; valid until the next call. */
  found = new Float64Array(16);

  /** {@link crossings} of the row at v, where s is u. */
  rowCrossings(v: number): number {
    const { edges, blocks, count } = this;
    let n = 0;
    for (let b = 0, last = blocks.length / 4; b < last; b++) {
      if (v < blocks[4 * b + 1]! || v > blocks[4 * b + 3]!) continue;
      for (let o = 4 * BLOCK * b, end = Math.min(o + 4 * BLOCK, 4 * count); o < end; o += 4) {
        const v0 = edges[o + 1]!,
          v1 = edges[o + 3]!;
        if (v0 <= v === v1 <= v) continue;
        if (n === this.found.length) this.lengthen();
        this.found[n++] = edges[o]! + ((v - v0) / (v1 - v0)) * (edges[o + 2]! - edges[o]!);
      }
    }
    sortStart(this.found, n);
    return n;
  }

  private lengthen(): void {
    const longer = new Float64Array(2 * this.found.length);
    longer.set(this.found);
    this.found = longer;
  }

  /** Fills {@link found}; returns how many crossings there are. */
  crossings(u: number, v: number, du: number, dv: number): number {
    const { edges, blocks, count } = this;
    let n = 0;
    for (let b = 0, last = blocks.length / 4; b < last; b++) {
      if (!boxMeetsLine(blocks, b, u, v, du, dv)) continue;
      const end = Math.min((b + 1) * BLOCK, count);
      for (let e = b * BLOCK; e < end; e++) {
        const o = 4 * e;
        const u0 = edges[o]! - u,
          v0 = edges[o + 1]! - v,
          u1 = edges[o + 2]! - u,
          v1 = edges[o + 3]! - v;
        const side0 = v0 * du - u0 * dv,
          side1 = v1 * du - u1 * dv;
        if (side0 <= 0 === side1 <= 0) continue;
        const t = side0 / (side0 - side1);
        if (n === this.found.length) this.lengthen();
        this.found[n++] = (u0 + t * (u1 - u0)) * du + (v0 + t * (v1 - v0)) * dv;
      }
    }
    sortStart(this.found, n);
    return n;
  }
}

/** Sorts the first `n` values; the lists are short, and few of them out of order. */
export function sortStart(values: Float64Array, n: number): void {
  if (n > 40) {
    values.subarray(0, n).sort();
    return;
  }
  for (let i = 1; i < n; i++) {
    const x = values[i]!;
    let j = i - 1;
    for (; j >= 0 && values[j]! > x; j--) values[j + 1] = values[j]!;
    values[j + 1] = x;
  }
}

function boxes(edges: Float64Array, count: number, size: number): Float64Array {
  const n = Math.ceil(count / size),
    out = new Float64Array(4 * n);
  for (let b = 0; b < n; b++) {
    let left = Infinity,
      low = Infinity,
      right = -Infinity,
      high = -Infinity;
    for (let o = 4 * b * size, end = Math.min(4 * (b + 1) * size, 4 * count); o < end; o += 2) {
      const u = edges[o]!,
        v = edges[o + 1]!;
      if (u < left) left = u;
      if (u > right) right = u;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    out.set([left, low, right, high], 4 * b);
  }
  return out;
}

function boxDistance(box: Float64Array, b: number, u: number, v: number): number {
  const o = 4 * b,
    left = box[o]!,
    low = box[o + 1]!,
    right = box[o + 2]!,
    high = box[o + 3]!;
  const a = u < left ? left - u : u > right ? u - right : 0;
  const c = v < low ? low - v : v > high ? v - high : 0;
  return a * a + c * c;
}

function boxMeetsLine(box: Float64Array, b: number, u: number, v: number, du: number, dv: number): boolean {
  const o = 4 * b,
    left = box[o]! - u,
    low = box[o + 1]! - v,
    right = box[o + 2]! - u,
    high = box[o + 3]! - v;
  const p = low * du - left * dv,
    q = high * du - right * dv,
    r = low * du - right * dv,
    s = high * du - left * dv;
  const least = Math.min(p, q, r, s),
    greatest = Math.max(p, q, r, s);
  return least <= 0 && greatest >= 0;
}

const known = new WeakMap<PlaneSection, SectionIndex>();

/** The index of a section, made once. */
export function indexOf(section: PlaneSection): SectionIndex {
  let index = known.get(section);
  if (!index) {
    index = new SectionIndex(section);
    known.set(section, index);
  }
  return index;
}
