import type { SectionIndex } from './sectionIndex.ts';

/**
 * The shape between two sections along one line. The signed distance (positive inside) is blended linearly, so a point
 * inside both sections is inside all the way, a point inside neither never, and one inside the lower (upper) section
 * alone up to (from) the height T = d_lower / (d_lower + d_upper) of the layer, 0 ≤ T ≤ 1. A profile is the list of
 * pieces along the line, T linear in each. Distances are only taken where the sections differ.
 */
export class Profile {
  /** s0, T0, s1, T1, kind per piece. */
  pieces = new Float64Array(5 * 16);
  count = 0;

  add(s0: number, t0: number, s1: number, t1: number, kind: PieceKind): void {
    const o = 5 * this.count++;
    if (o + 5 > this.pieces.length) {
      const longer = new Float64Array(2 * this.pieces.length);
      longer.set(this.pieces);
      this.pieces = longer;
    }
    this.pieces[o] = s0;
    this.pieces[o + 1] = t0;
    this.pieces[o + 2] = s1;
    this.pieces[o + 3] = t1;
    this.pieces[o + 4] = kind;
  }
}

export const INSIDE_BOTH = 0,
  INSIDE_LOWER = 1,
  INSIDE_UPPER = 2;
export type PieceKind = typeof INSIDE_BOTH | typeof INSIDE_LOWER | typeof INSIDE_UPPER;

/** Fraction of the layer's height at which the blended distance at (u, v) is 0. */
export function changeHeight(lower: SectionIndex, upper: SectionIndex, u: number, v: number): number {
  const a = lower.distance(u, v),
    b = upper.distance(u, v);
  return a + b > 0 ? a / (a + b) : 0.5;
}

/** A line in a section's plane: (u, v) + s·(du, dv), of unit direction. */
export interface Line {
  readonly u: number;
  readonly v: number;
  readonly du: number;
  readonly dv: number;
}

/**
 * Fills `out` with the pieces along a line, given its sorted crossings `a` (first `na`) with the lower and `b` with the
 * upper section. T is sampled at least every `step` mm.
 */
export function profileAlong(
  lower: SectionIndex,
  upper: SectionIndex,
  line: Line,
  a: Float64Array,
  na: number,
  b: Float64Array,
  nb: number,
  step: number,
  out: Profile,
): void {
  out.count = 0;
  let i = 0,
    j = 0,
    inLower = false,
    inUpper = false,
    from = 0,
    fromLower = false;
  while (i < na || j < nb) {
    const atLower = j >= nb || (i < na && a[i]! <= b[j]!);
    const s = atLower ? a[i++]! : b[j++]!;
    if (inLower && inUpper) {
      if (s > from) out.add(from, 0, s, 0, INSIDE_BOTH);
    } else if (inLower || inUpper) {
      // T is 0 on the lower outline, 1 on the upper.
      between(
        lower,
        upper,
        line,
        from,
        fromLower ? 0 : 1,
        s,
        atLower ? 0 : 1,
        inLower ? INSIDE_LOWER : INSIDE_UPPER,
        step,
        out,
      );
    }
    if (atLower) inLower = !inLower;
    else inUpper = !inUpper;
    from = s;
    fromLower = atLower;
  }
}

function between(
  lower: SectionIndex,
  upper: SectionIndex,
  line: Line,
  s0: number,
  t0: number,
  s1: number,
  t1: number,
  kind: PieceKind,
  step: number,
  out: Profile,
): void {
  if (!(s1 > s0)) return;
  const length = s1 - s0,
    n = Math.max(t0 === t1 ? 2 : 1, Math.ceil(length / step));
  let s = s0,
    t = t0;
  for (let m = 1; m <= n; m++) {
    const nextS = m === n ? s1 : s0 + (length * m) / n;
    const nextT =
      m === n ? t1 : changeHeight(lower, upper, line.u + nextS * line.du, line.v + nextS * line.dv);
    out.add(s, t, nextS, nextT, kind);
    s = nextS;
    t = nextT;
  }
}

/** Spans of a line inside the solid, s0 and s1 in turn. */
export class Spans {
  ends = new Float64Array(32);
  /** Twice the number of spans. */
  length = 0;

  add(s0: number, s1: number): void {
    if (!(s1 > s0)) return;
    if (this.length > 0 && this.ends[this.length - 1] === s0) {
      this.ends[this.length - 1] = s1;
      return;
    }
    if (this.length + 2 > this.ends.length) {
      const longer = new Float64Array(2 * this.ends.length);
      longer.set(this.ends);
      this.ends = longer;
    }
    this.ends[this.length++] = s0;
    this.ends[this.length++] = s1;
  }
}

/** The spans of a profile at a height `t` of the layer, 0 < t < 1. */
export function spansAt(profile: Profile, t: number, out: Spans): void {
  out.length = 0;
  const { pieces } = profile;
  for (let o = 0, end = 5 * profile.count; o < end; o += 5) {
    const s0 = pieces[o]!,
      t0 = pieces[o + 1]!,
      s1 = pieces[o + 2]!,
      t1 = pieces[o + 3]!,
      kind = pieces[o + 4]!;
    if (kind === INSIDE_BOTH) {
      out.add(s0, s1);
      continue;
    }
    const in0 = kind === INSIDE_LOWER ? t0 > t : t0 < t,
      in1 = kind === INSIDE_LOWER ? t1 > t : t1 < t;
    if (in0 && in1) out.add(s0, s1);
    else if (in0 || in1) {
      const s = s0 + ((t - t0) / (t1 - t0)) * (s1 - s0);
      if (in0) out.add(s0, s);
      else out.add(s, s1);
    }
  }
}
