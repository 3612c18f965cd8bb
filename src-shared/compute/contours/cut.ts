import { dot, normalise, cross, scale, subtract, type Plane, type Vector3 } from '../../geometry/index.ts';
import { INSIDE, marchOutlines } from './marching.ts';
import { Profile, profileAlong, spansAt, Spans, type Line } from './profile.ts';
import { indexOf } from './sectionIndex.ts';
import { slabsOf, type Slab } from './slabs.ts';
import type { EndCaps, PlaneSection, PlaneStack } from './types.ts';

/** A plane this near to a contour plane shows the contours as they were drawn, mm. */
const OWN_PLANE = 0.05;

export interface CutOptions {
  /** Default 'half'. */
  readonly endCaps?: EndCaps;
  /** Finest step of outlines that are not contours as drawn, mm; default 0.5. Large ROIs take up to 200 steps across. */
  readonly step?: number;
}

export interface Cut {
  /** Closed outlines, the first point not repeated: pairs along the plane's u and v, mm from its origin. */
  readonly outlines: readonly Float64Array[];
  /** False where they are contours as drawn; otherwise they were computed between or across contours. */
  readonly interpolated: boolean;
}

const NOTHING: Cut = { outlines: [], interpolated: false };

/**
 * The outlines of an ROI on any plane: the contours themselves on their own plane, the blend of signed distances
 * between planes, cut through across them. SPEC.md C12 to C14.
 */
export function cutStack(stack: PlaneStack, plane: Plane, options: CutOptions = {}): Cut {
  const { frame, sections } = stack;
  if (sections.length === 0) return NOTHING;
  const normal = cross(plane.u, plane.v),
    aligned = Math.abs(dot(normal, frame.normal)) > 1 - 1e-7;
  const slabs = slabsOf(stack, options.endCaps ?? 'half');
  if (aligned) {
    const w = dot(plane.origin, frame.normal);
    const own = nearest(sections, w);
    if (Math.abs(own.w - w) <= OWN_PLANE)
      return { outlines: own.loops.map((loop) => drawn(loop, stack, plane)), interpolated: false };
    const slab = slabs.find((s) => w >= s.from && w <= s.to);
    if (!slab) return NOTHING;
    if (slab.lower === slab.upper)
      return {
        outlines: sections[slab.lower]!.loops.map((loop) => drawn(loop, stack, plane)),
        interpolated: true,
      };
  }
  return { outlines: marchCut(stack, slabs, plane, aligned, options.step ?? 0.5), interpolated: true };
}

function nearest(sections: readonly PlaneSection[], w: number): PlaneSection {
  let best = sections[0]!;
  for (const section of sections) if (Math.abs(section.w - w) < Math.abs(best.w - w)) best = section;
  return best;
}

/** A contour in the coordinates of a parallel plane. */
function drawn(loop: Float64Array, { frame }: PlaneStack, plane: Plane): Float64Array {
  const uu = dot(frame.u, plane.u),
    uv = dot(frame.u, plane.v),
    vu = dot(frame.v, plane.u),
    vv = dot(frame.v, plane.v);
  const shift = subtract(scale(frame.normal, dot(plane.origin, frame.normal)), plane.origin);
  const a = dot(shift, plane.u),
    b = dot(shift, plane.v),
    out = new Float64Array(loop.length);
  for (let i = 0; i < loop.length; i += 2) {
    out[i] = loop[i]! * uu + loop[i + 1]! * vu + a;
    out[i + 1] = loop[i]! * uv + loop[i + 1]! * vv + b;
  }
  return out;
}

/** The cutting plane as origin + p·P + q·Q, P along the stack's planes: all points of a row have one height w. */
interface Lattice {
  readonly p: Vector3;
  readonly q: Vector3;
  readonly firstP: number;
  readonly firstQ: number;
  readonly step: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
}

function latticeOf(
  stack: PlaneStack,
  slabs: readonly Slab[],
  plane: Plane,
  aligned: boolean,
  finest: number,
): Lattice | null {
  const { frame, sections } = stack,
    normal = cross(plane.u, plane.v);
  // Of a parallel plane only the sections on its two sides count.
  const height = dot(plane.origin, frame.normal),
    between = aligned ? slabs.filter((s) => height >= s.from && height <= s.to) : slabs;
  const used = new Set(between.flatMap((s) => [sections[s.lower]!, sections[s.upper]!]));
  const p = aligned ? plane.u : normalise(cross(frame.normal, normal)),
    q = cross(normal, p);
  const box = { p: [Infinity, -Infinity] as [number, number], q: [Infinity, -Infinity] as [number, number] };
  const take = (range: [number, number], x: number): void => {
    if (x < range[0]) range[0] = x;
    if (x > range[1]) range[1] = x;
  };
  const pu = dot(frame.u, p),
    pv = dot(frame.v, p),
    pw = dot(plane.origin, p);
  const qu = dot(frame.u, q),
    qv = dot(frame.v, q),
    qn = dot(frame.normal, q),
    qw = dot(plane.origin, q);
  for (const section of used) {
    const corners = indexOf(section).box;
    for (const i of [0, 2])
      for (const j of [1, 3]) {
        const u = corners[i]!,
          v = corners[j]!;
        take(box.p, u * pu + v * pv - pw);
        if (aligned) take(box.q, u * qu + v * qv - qw);
      }
  }
  if (!aligned) {
    const w = dot(plane.origin, frame.normal);
    for (const slab of slabs) for (const end of [slab.from, slab.to]) take(box.q, (end - w) / qn);
  }
  const size = [box.p[1] - box.p[0], box.q[1] - box.q[0]] as const;
  if (!(size[0] > 0 && size[1] > 0)) return null;
  const step = Math.max(finest, Math.max(size[0], size[1]) / 200);
  const columns = Math.max(4, Math.ceil(size[0] / step)),
    rows = Math.max(4, Math.ceil(size[1] / step));
  const dp = size[0] / columns,
    dq = size[1] / rows;
  // One ring of nodes outside closes every outline; nodes stand half a step off the box, never on it.
  return {
    p,
    q,
    firstP: box.p[0] - dp / 2,
    firstQ: box.q[0] - dq / 2,
    step: [dp, dq],
    columns: columns + 2,
    rows: rows + 2,
  };
}

/** What a lattice node is inside of. */
const SOLID = INSIDE,
  LOWER = 2,
  UPPER = 4;

function marchCut(
  stack: PlaneStack,
  slabs: readonly Slab[],
  plane: Plane,
  aligned: boolean,
  finest: number,
): Float64Array[] {
  const lattice = latticeOf(stack, slabs, plane, aligned, finest);
  if (!lattice) return [];
  const { frame } = stack,
    { p, q, columns, rows, step } = lattice;
  const indices = stack.sections.map(indexOf),
    states = new Uint8Array(columns * rows),
    profile = new Profile(),
    spans = new Spans();
  const slabOfRow: (Slab | null)[] = [],
    lines: Line[] = [],
    heights = new Float64Array(rows);
  const direction = { du: dot(p, frame.u), dv: dot(p, frame.v) };
  const mark = (j: number, ends: Float64Array, n: number, state: number): void => {
    for (let s = 0; s + 1 < n; s += 2) {
      const from = Math.max(1, Math.ceil((ends[s]! - lattice.firstP) / step[0]));
      const to = Math.min(columns - 2, Math.floor((ends[s + 1]! - lattice.firstP) / step[0]));
      for (let i = from; i <= to; i++) states[j * columns + i]! |= state;
    }
  };
  let at = 0;
  for (let j = 0; j < rows; j++) {
    const b = lattice.firstQ + j * step[1];
    const origin: Vector3 = [
      plane.origin[0] + b * q[0],
      plane.origin[1] + b * q[1],
      plane.origin[2] + b * q[2],
    ];
    const w = dot(origin, frame.normal),
      line = { u: dot(origin, frame.u), v: dot(origin, frame.v), ...direction };
    lines.push(line);
    heights[j] = w;
    while (at < slabs.length - 1 && w > slabs[at]!.to) at++;
    while (at > 0 && w < slabs[at]!.from) at--;
    const slab = slabs[at];
    if (!slab || w < slab.from || w > slab.to) {
      slabOfRow.push(null);
      continue;
    }
    slabOfRow.push(slab);
    const lower = indices[slab.lower]!,
      upper = indices[slab.upper]!;
    const na = lower.crossings(line.u, line.v, line.du, line.dv),
      nb = lower === upper ? na : upper.crossings(line.u, line.v, line.du, line.dv);
    mark(j, lower.found, na, LOWER);
    mark(j, upper.found, nb, UPPER);
    profileAlong(lower, upper, line, lower.found, na, upper.found, nb, step[0], profile);
    spansAt(profile, (w - slab.from) / (slab.to - slab.from), spans);
    mark(j, spans.ends, spans.length, SOLID);
  }
  const runs = runsOf(slabs),
    known = new Float64Array(columns * rows).fill(NaN);
  const value = (i: number, j: number): number => {
    const n = j * columns + i;
    if (!Number.isNaN(known[n])) return known[n]!;
    const state = states[n]!,
      sign = state & SOLID ? 1 : -1,
      w = heights[j]!,
      slab = slabOfRow[j],
      line = lines[j]!;
    let size = Infinity;
    if (slab) {
      const s = lattice.firstP + i * step[0],
        u = line.u + s * line.du,
        v = line.v + s * line.dv,
        t = (w - slab.from) / (slab.to - slab.from);
      const lower = indices[slab.lower]!,
        upper = indices[slab.upper]!,
        a = lower.distance(u, v),
        b = lower === upper ? a : upper.distance(u, v);
      size = Math.abs((1 - t) * (state & LOWER ? a : -a) + t * (state & UPPER ? b : -b));
    }
    if (!aligned && (sign > 0 || !slab)) for (const end of runs) size = Math.min(size, Math.abs(w - end));
    return (known[n] = sign * Math.max(size, 1e-9));
  };
  const pu = dot(p, plane.u),
    pv = dot(p, plane.v),
    qu = dot(q, plane.u),
    qv = dot(q, plane.v);
  return marchOutlines(columns, rows, states, value).map((outline) => {
    for (let i = 0; i < outline.length; i += 2) {
      const a = lattice.firstP + outline[i]! * step[0],
        b = lattice.firstQ + outline[i + 1]! * step[1];
      outline[i] = a * pu + b * qu;
      outline[i + 1] = a * pv + b * qv;
    }
    return outline;
  });
}

/** Heights at which the solid starts or ends. */
function runsOf(slabs: readonly Slab[]): number[] {
  const ends: number[] = [];
  slabs.forEach((slab, n) => {
    if (slabs[n - 1]?.to !== slab.from) ends.push(slab.from);
    if (slabs[n + 1]?.from !== slab.to) ends.push(slab.to);
  });
  return ends;
}
