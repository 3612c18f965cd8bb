import { keep, ownersOf, type Survey } from './evenOdd.ts';
import { hasCrossing, loopEdges, outlineEdges, SAME_POINT } from './outline.ts';
import { eachStrip } from './strips.ts';

/** What comes of a closer look at loops that a survey suspects. */
export interface Overlap {
  /** The loops without what is there twice; the very same array where nothing is. */
  readonly loops: readonly Float64Array[];
  readonly repeated: number;
  /** Loops cross, themselves or one another, or overlap without one holding the other. */
  readonly crossing: boolean;
  /** mm² that is empty under even–odd only because loops overlap. */
  readonly emptied: number;
}

/** A loop, or what a loop falls apart into where it comes back to a point of its own. */
interface Part {
  readonly edges: Float64Array;
  /** 1 or −1. */
  readonly sense: number;
}

/**
 * Tells overlaps from nesting and from touching. What is thinner than `tolerance` mm is neither: outlines that run that
 * near to one another touch.
 */
export function lookCloser(loops: readonly Float64Array[], survey: Survey, tolerance: number): Overlap {
  let crossing = hasCrossing(outlineEdges(loopEdges(loops)), tolerance),
    emptied = 0,
    repeated = 0;
  const gone = new Set<number>(),
    instead = new Map<number, Float64Array[]>();
  const among = relate(loops, survey.pairs, [], tolerance);
  for (const [, b] of among.same) {
    if (gone.has(b)) continue;
    gone.add(b);
    repeated++;
  }
  crossing ||= among.crossing;
  emptied += among.emptied;
  for (const l of survey.tangled) {
    if (gone.has(l)) continue;
    const rings = ringsOf(loops[l]!),
      pairs = rings.flatMap((_, a) => rings.slice(a + 1).map((_, n) => [a, a + 1 + n] as const));
    const within = relate(rings, pairs, [...rings.keys()], tolerance);
    crossing ||= within.crossing;
    emptied += within.emptied;
    if (within.same.length === 0) continue;
    const twice = new Set(within.same.map(([, b]) => b));
    repeated += twice.size;
    instead.set(
      l,
      rings.filter((_, r) => !twice.has(r)),
    );
  }
  return {
    loops:
      repeated === 0 ? loops : loops.flatMap((loop, l) => (gone.has(l) ? [] : (instead.get(l) ?? [loop]))),
    repeated,
    crossing,
    emptied,
  };
}

const BOTH = 1,
  FIRST = 2,
  SECOND = 4;

/**
 * What pairs of loops have to do with one another, and whether some of them (`alone`) cross themselves. A relation is
 * only seen where there is a place deep enough for it.
 */
function relate(
  loops: readonly Float64Array[],
  pairs: readonly (readonly [number, number])[],
  alone: readonly number[],
  tolerance: number,
): {
  readonly same: readonly (readonly [number, number])[];
  readonly crossing: boolean;
  readonly emptied: number;
} {
  const parts = loops.map((loop): Part => ({ edges: loopEdges([loop]), sense: senseOf(loop) })),
    pairsOf = loops.map((): number[] => []),
    seen = new Uint8Array(pairs.length),
    checked = new Uint8Array(loops.length),
    crossed = new Uint8Array(loops.length);
  pairs.forEach(([a, b], p) => {
    pairsOf[a]!.push(p);
    pairsOf[b]!.push(p);
  });
  for (const l of alone) checked[l] = 1;
  eachCell(loops, ({ u, v, width, winding, around }) => {
    if (width <= tolerance) return;
    const deep = (l: number): boolean => isFar(parts[l]!.edges, u, v, tolerance / 2);
    for (const l of around) {
      for (const p of pairsOf[l]!) {
        const [a, b] = pairs[p]!,
          inA = (winding[a]! & 1) === 1,
          inB = (winding[b]! & 1) === 1;
        const kind = inA ? (inB ? BOTH : FIRST) : inB ? SECOND : 0;
        if (kind !== 0 && (seen[p]! & kind) === 0 && deep(a) && deep(b)) seen[p]! |= kind;
      }
      if (checked[l] === 1 && crossed[l] === 0 && winding[l] !== parts[l]!.sense && deep(l)) crossed[l] = 1;
    }
  });
  const isOverlap = (p: number): boolean => seen[p] === (BOTH | FIRST | SECOND),
    crossing = crossed.includes(1) || seen.some((_, p) => isOverlap(p));
  let emptied = 0;
  if (crossing)
    eachCell(loops, ({ area, winding, around }) => {
      const depth = around.reduce((sum, l) => sum + Math.abs(winding[l]!), 0);
      if (depth === 0 || (depth & 1) === 1) return;
      const byOverlap = (p: number): boolean => {
        const [a, b] = pairs[p]!;
        return isOverlap(p) && (winding[a]! & winding[b]! & 1) === 1;
      };
      if (around.some((l) => (crossed[l] === 1 && (winding[l]! & 1) === 0) || pairsOf[l]!.some(byOverlap)))
        emptied += area;
    });
  return { same: pairs.filter((_, p) => seen[p] === BOTH), crossing, emptied };
}

interface Cell {
  /** Its middle. */
  u: number;
  v: number;
  /** mm along u, and mm². */
  width: number;
  area: number;
  /** How often each loop goes round it. */
  readonly winding: Int32Array;
  /** Those that do. */
  readonly around: number[];
}

function eachCell(loops: readonly Float64Array[], visit: (cell: Cell) => void): void {
  const edges = loopEdges(loops),
    owner = ownersOf(loops),
    winding = new Int32Array(loops.length),
    around: number[] = [],
    cell: Cell = { u: 0, v: 0, width: 0, area: 0, winding, around };
  eachStrip(edges, ({ low, high, count, edge, atLow, atHigh }) => {
    cell.v = (low + high) / 2;
    for (let i = 0; i + 1 < count; i++) {
      const e = edge[i]!,
        loop = owner[e]!;
      winding[loop]! += edges[4 * e + 3]! > edges[4 * e + 1]! ? 1 : -1;
      keep(around, loop, winding[loop] !== 0);
      const left = (atLow[i]! + atHigh[i]!) / 2;
      cell.width = (atLow[i + 1]! + atHigh[i + 1]!) / 2 - left;
      cell.u = left + cell.width / 2;
      cell.area = cell.width * (high - low);
      visit(cell);
    }
    winding.fill(0);
    around.length = 0;
  });
}

/** Whether a point is farther than `reach` mm from all edges. */
function isFar(edges: Float64Array, u: number, v: number, reach: number): boolean {
  for (let o = 0; o < edges.length; o += 4) {
    if (squaredDistance(edges, o, u, v) <= reach * reach) return false;
  }
  return true;
}

function squaredDistance(edges: Float64Array, o: number, u: number, v: number): number {
  const t = placeOn(edges, o, u, v),
    a = edges[o]! + t * (edges[o + 2]! - edges[o]!) - u,
    b = edges[o + 1]! + t * (edges[o + 3]! - edges[o + 1]!) - v;
  return a * a + b * b;
}

/** Where on an edge (0 to 1) a point is nearest. */
function placeOn(edges: Float64Array, o: number, u: number, v: number): number {
  const du = edges[o + 2]! - edges[o]!,
    dv = edges[o + 3]! - edges[o + 1]!,
    length = du * du + dv * dv;
  const t = length > 0 ? ((u - edges[o]!) * du + (v - edges[o + 1]!) * dv) / length : 0;
  return t < 0 ? 0 : t > 1 ? 1 : t;
}

function senseOf(loop: Float64Array): number {
  let twice = 0;
  for (let i = 0, j = loop.length - 2; i < loop.length; j = i, i += 2)
    twice +=
      (loop[j]! - loop[0]!) * (loop[i + 1]! - loop[1]!) - (loop[i]! - loop[0]!) * (loop[j + 1]! - loop[1]!);
  // Seen from the left an edge that goes up comes first in a clockwise loop.
  return twice > 0 ? -1 : 1;
}

/**
 * What a loop falls apart into where it comes back to a point of its own: a keyhole into its outline and its hole.
 * Together they enclose what the loop does under even–odd.
 */
export function ringsOf(loop: Float64Array): Float64Array[] {
  const path = throughOwnPoints(loop),
    rings: Float64Array[] = [],
    open: number[] = [],
    place = new Map<number, number>(),
    name = namesOf(path);
  const take = (members: readonly number[]): void => {
    const ring = Float64Array.from(members.flatMap((n) => [path[2 * n]!, path[2 * n + 1]!]));
    if (ring.length >= 6) rings.push(ring);
  };
  for (let n = 0; n < name.length; n++) {
    const known = place.get(name[n]!);
    if (known !== undefined) {
      const ring = open.splice(known);
      for (const m of ring) place.delete(name[m]!);
      take(ring);
    }
    place.set(name[n]!, open.length);
    open.push(n);
  }
  take(open);
  return rings;
}

/** The loop with a point wherever one of its own lies on one of its edges. */
function throughOwnPoints(loop: Float64Array): Float64Array {
  const edges = loopEdges([loop]),
    path: number[] = [];
  for (let o = 0; o < edges.length; o += 4) {
    path.push(edges[o]!, edges[o + 1]!);
    const on: (readonly [number, number])[] = [];
    const left = Math.min(edges[o]!, edges[o + 2]!) - SAME_POINT,
      right = Math.max(edges[o]!, edges[o + 2]!) + SAME_POINT;
    const low = Math.min(edges[o + 1]!, edges[o + 3]!) - SAME_POINT,
      high = Math.max(edges[o + 1]!, edges[o + 3]!) + SAME_POINT;
    for (let i = 0; i < loop.length; i += 2) {
      const u = loop[i]!,
        v = loop[i + 1]!;
      if (u < left || u > right || v < low || v > high) continue;
      const t = placeOn(edges, o, u, v);
      if (t > 0 && t < 1 && squaredDistance(edges, o, u, v) <= SAME_POINT * SAME_POINT) on.push([t, i]);
    }
    for (const [, i] of on.sort((p, q) => p[0] - q[0])) path.push(loop[i]!, loop[i + 1]!);
  }
  return Float64Array.from(path);
}

/** A number for each point, the same for points within {@link SAME_POINT}. */
function namesOf(path: Float64Array): Int32Array {
  const cells = new Map<string, number[]>(),
    names = new Int32Array(path.length / 2);
  for (let n = 0; n < names.length; n++) {
    const u = path[2 * n]!,
      v = path[2 * n + 1]!,
      a = Math.floor(u / SAME_POINT),
      b = Math.floor(v / SAME_POINT);
    const known = nearIn(cells, a, b).find(
      (m) => Math.hypot(path[2 * m]! - u, path[2 * m + 1]! - v) <= SAME_POINT,
    );
    names[n] = known ?? n;
    if (known !== undefined) continue;
    const key = `${a} ${b}`,
      there = cells.get(key);
    if (there) there.push(n);
    else cells.set(key, [n]);
  }
  return names;
}

function nearIn(cells: ReadonlyMap<string, readonly number[]>, a: number, b: number): number[] {
  const near: number[] = [];
  for (let i = a - 1; i <= a + 1; i++)
    for (let j = b - 1; j <= b + 1; j++) near.push(...(cells.get(`${i} ${j}`) ?? []));
  return near;
}
