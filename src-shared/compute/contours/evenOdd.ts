import { eachStrip } from './strips.ts';

/** What closed loops of one plane enclose under even–odd, and where they may be in one another's way. */
export interface Survey {
  /** mm² */
  readonly area: number;
  readonly centroid: readonly [number, number];
  /** Loops that go round some place twice, or round places in either sense. */
  readonly tangled: readonly number[];
  /** Loops that may overlap without one holding the other, or that may be the same. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** mm²: what is smaller in a strip, or in all, is rounding. */
const ROUNDING_OF_PIECE = 1e-9;
const ROUNDING_OF_AREA = 1e-6;

/**
 * Area and centroid, exact for any loops, crossing ones too. `edges` are those of all loops in turn, none cancelled.
 * `same` (mm) is how far apart two loops may run and still be suspected to be one.
 */
export function surveyLoops(loops: readonly Float64Array[], edges: Float64Array, same: number): Survey {
  const owner = ownersOf(loops),
    many = loops.length > 1,
    winding = new Int32Array(loops.length),
    sense = new Int8Array(loops.length),
    tangled = new Uint8Array(loops.length),
    own = new Float64Array(loops.length),
    common = new Map<number, number>(),
    around: number[] = [];
  let area = 0,
    momentU = 0,
    momentV = 0;
  eachStrip(edges, ({ low, high, count, edge, atLow, atHigh }) => {
    const middle = (low + high) / 2,
      height = high - low;
    let odd = false;
    for (let i = 0; i + 1 < count; i++) {
      const e = edge[i]!,
        loop = owner[e]!;
      const turns = (winding[loop]! += edges[4 * e + 3]! > edges[4 * e + 1]! ? 1 : -1);
      odd = !odd;
      const p0 = atLow[i]!,
        p1 = atHigh[i]!,
        q0 = atLow[i + 1]!,
        q1 = atHigh[i + 1]!;
      const piece = ((q0 - p0 + q1 - p1) / 2) * height;
      if (odd) {
        area += piece;
        momentU += ((q0 * q0 + q0 * q1 + q1 * q1 - p0 * p0 - p0 * p1 - p1 * p1) / 6) * height;
        momentV += piece * middle + ((q1 - p1 - (q0 - p0)) * height * height) / 12;
      }
      if (many) keep(around, loop, turns !== 0);
      else around[0] = loop;
      if (!(piece > ROUNDING_OF_PIECE)) continue;
      for (let a = 0; a < around.length; a++) {
        const l = around[a]!,
          w = winding[l]!;
        if (w === 0) continue;
        if (sense[l] === 0) sense[l] = w;
        if (w !== sense[l] || w * w > 1) tangled[l] = 1;
      }
      if (many) share(around, winding, piece, own, common);
    }
    // The last edge closes what is still open.
    for (const loop of around) winding[loop] = 0;
    around.length = 0;
  });
  const pairs: (readonly [number, number])[] = [];
  for (const [key, both] of common) {
    const a = Math.floor(key / loops.length),
      b = key % loops.length,
      aAlone = own[a]! - both,
      bAlone = own[b]! - both;
    const rounding = ROUNDING_OF_AREA + 1e-10 * (own[a]! + own[b]!);
    if (!(both > rounding)) continue;
    const nested = aAlone <= rounding || bAlone <= rounding;
    if (!nested || aAlone + bAlone <= same * Math.max(lengthOf(loops[a]!), lengthOf(loops[b]!)))
      pairs.push([a, b]);
  }
  return {
    area,
    centroid: area > 0 ? [momentU / area, momentV / area] : [0, 0],
    tangled: [...tangled.keys()].filter((loop) => tangled[loop] === 1),
    pairs,
  };
}

/** The loop of each edge, where the edges are those of all loops in turn. */
export function ownersOf(loops: readonly Float64Array[]): Int32Array {
  const owner = new Int32Array(loops.reduce((sum, loop) => sum + loop.length / 2, 0));
  let e = 0;
  loops.forEach((loop, l) => {
    owner.fill(l, e, (e += loop.length / 2));
  });
  return owner;
}

/** Has a loop among those that go round a place, or not. */
export function keep(around: number[], loop: number, within: boolean): void {
  const at = around.indexOf(loop);
  if (within && at < 0) around.push(loop);
  else if (!within && at >= 0) around.splice(at, 1);
}

function share(
  around: readonly number[],
  winding: Int32Array,
  piece: number,
  own: Float64Array,
  common: Map<number, number>,
): void {
  for (let i = 0; i < around.length; i++) {
    const a = around[i]!;
    if ((winding[a]! & 1) === 0) continue;
    own[a]! += piece;
    for (let j = 0; j < i; j++) {
      const b = around[j]!;
      if ((winding[b]! & 1) === 0) continue;
      const key = a < b ? a * own.length + b : b * own.length + a;
      common.set(key, (common.get(key) ?? 0) + piece);
    }
  }
}

function lengthOf(loop: Float64Array): number {
  let length = 0;
  for (let i = 0, j = loop.length - 2; i < loop.length; j = i, i += 2)
    length += Math.hypot(loop[i]! - loop[j]!, loop[i + 1]! - loop[j + 1]!);
  return length;
}
