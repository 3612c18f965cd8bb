import type { Vector3 } from '../../geometry/index.ts';
import type { Finding, FindingCode, Roi } from '../../model/index.ts';
import { extentAlong, frameOf, PLANAR_WITHIN } from './frame.ts';
import { evenOddMoments, hasCrossing, loopArea, outlineEdges, sameLoop, tidyLoop } from './outline.ts';
import type { PlaneFrame, PlaneSection, PlaneStack } from './types.ts';

/** Planes this near are one, mm. Also the reach within which contours are the same, or touch without crossing. */
export const SAME_PLANE = 0.01;
/** A contour that leaves its plane by no more than this (mm) is laid into it; beyond, it is left out. */
const PROJECTED_WITHIN = 1;
/** mm²: smaller contours are told, as they are more often a slip of the hand than anatomy. */
const TINY_AREA = 0.01;
/** A distance above this many slice distances is a gap. */
const GAP_FACTOR = 1.5;

export interface StackOptions {
  /** Distance of the images that the ROI was drawn on, mm: the slice distance of an ROI of a single plane. */
  readonly imageDistance?: number | null;
  /** Bridge gaps instead of leaving them empty. */
  readonly bridgeGaps?: boolean;
}

interface Placed {
  readonly w: number;
  readonly loop: Float64Array;
}

/** Findings of one ROI: each kind told once, with how often it was met. */
class Tally {
  private readonly name: string;
  private readonly entries = new Map<
    FindingCode,
    { count: number; severity: Finding['severity']; sentence: (count: number) => string }
  >();

  constructor(name: string) {
    this.name = name;
  }

  add(code: FindingCode, severity: Finding['severity'], sentence: (count: number) => string): void {
    const entry = this.entries.get(code);
    if (entry) entry.count++;
    else this.entries.set(code, { count: 1, severity, sentence });
  }

  list(): Finding[] {
    return [...this.entries].map(([code, { count, severity, sentence }]) => ({
      code,
      severity,
      message: `${this.name}: ${sentence(count)}`,
    }));
  }
}

const several = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** The closed contours of an ROI laid into their planes; what cannot be is told. */
function place(roi: Roi, frame: PlaneFrame, tally: Tally): Placed[] {
  const placed: Placed[] = [];
  for (const contour of roi.contours) {
    if (contour.type === 'POINT') continue;
    if (contour.type !== 'CLOSED_PLANAR' && contour.type !== 'CLOSEDPLANAR_XOR') {
      tally.add(
        'NOTE',
        'information',
        (n) => `${several(n, 'open contour takes', 'open contours take')} no part in its volume.`,
      );
      continue;
    }
    const { points } = contour;
    if (points.length < 9) {
      tally.add(
        'CONTOUR_TINY',
        'information',
        (n) =>
          `${several(n, 'contour')} with fewer than three points or hardly any area: next to nothing of its volume.`,
      );
      continue;
    }
    const [least, greatest] = extentAlong(points, frame.normal),
      middle = (least + greatest) / 2;
    if (greatest - least > PLANAR_WITHIN) {
      const within = greatest - least <= PROJECTED_WITHIN;
      tally.add(
        'CONTOUR_NOT_PLANAR',
        'warning',
        (n) =>
          `${several(n, 'contour does', 'contours do')} not lie in a plane of the others; small deviations were laid flat, the rest left out of its volume.`,
      );
      if (!within) continue;
    }
    const flat = new Float64Array((points.length / 3) * 2);
    for (let i = 0, o = 0; i + 2 < points.length; i += 3) {
      flat[o++] = along(points, i, frame.u);
      flat[o++] = along(points, i, frame.v);
    }
    const loop = tidyLoop(flat),
      area = loop.length < 6 ? 0 : enclosed(loop);
    if (area < TINY_AREA) {
      tally.add(
        'CONTOUR_TINY',
        'information',
        (n) =>
          `${several(n, 'contour')} with fewer than three points or hardly any area: next to nothing of its volume.`,
      );
      if (!(area > 1e-9)) continue;
    }
    placed.push({ w: middle, loop });
  }
  return placed;
}

/** A loop that crosses itself may enclose more than its signed area. */
const enclosed = (loop: Float64Array): number => {
  const area = loopArea(loop);
  return area < TINY_AREA ? evenOddMoments(outlineEdges([loop])).area : area;
};

const along = (points: Float64Array, i: number, d: Vector3): number =>
  points[i]! * d[0] + points[i + 1]! * d[1] + points[i + 2]! * d[2];

function section(w: number, drawn: readonly Float64Array[], tally: Tally): PlaneSection {
  const loops: Float64Array[] = [];
  for (const loop of drawn) {
    if (loops.some((kept) => sameLoop(kept, loop, SAME_PLANE))) {
      tally.add(
        'CONTOUR_DUPLICATE',
        'warning',
        (n) => `${several(n, 'contour is', 'contours are')} there twice on one plane; each counts once.`,
      );
    } else loops.push(loop);
  }
  const edges = outlineEdges(loops);
  if (hasCrossing(edges, SAME_PLANE)) {
    tally.add(
      'CONTOUR_CROSSING',
      'warning',
      (n) => `contours cross on ${several(n, 'plane')}; where they overlap the ROI is taken to be empty.`,
    );
  }
  return { w, loops, edges, ...evenOddMoments(edges) };
}

/** Of an even number the lower of the two in the middle, so that one gap among two distances is seen as one. */
function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? null;
}

/**
 * The closed contours of an ROI as a stack of parallel planes, by SPEC.md C1 to C9. Never throws: an ROI that has no
 * volume gives a stack without sections, and its findings say why.
 */
export function stackPlanes(roi: Roi, options: StackOptions = {}): PlaneStack {
  const tally = new Tally(roi.name);
  const closed = roi.contours
    .filter((c) => c.type === 'CLOSED_PLANAR' || c.type === 'CLOSEDPLANAR_XOR')
    .map((c) => c.points);
  const found = frameOf(closed.filter((points) => points.length >= 9));
  if (roi.contours.length === 0) tally.add('ROI_EMPTY', 'information', () => 'it has no contours.');
  const frame: PlaneFrame = found?.frame ?? { u: [1, 0, 0], v: [0, 1, 0], normal: [0, 0, 1] };
  if (found?.oblique)
    tally.add('CONTOUR_OBLIQUE', 'information', () => 'its contours lie in oblique planes.');

  const placed = place(roi, frame, tally).sort((a, b) => a.w - b.w);
  const sections: PlaneSection[] = [];
  for (let i = 0; i < placed.length;) {
    let j = i + 1;
    while (j < placed.length && placed[j]!.w - placed[i]!.w <= SAME_PLANE) j++;
    const made = section(
      placed[i]!.w,
      placed.slice(i, j).map((p) => p.loop),
      tally,
    );
    if (made.edges.length > 0) sections.push(made);
    i = j;
  }

  const distances = sections.slice(1).map((s, k) => s.w - sections[k]!.w);
  const sliceDistance = median(distances) ?? (sections.length === 1 ? (options.imageDistance ?? null) : null);
  const linked = distances.map(
    (d) => options.bridgeGaps === true || d <= GAP_FACTOR * (sliceDistance ?? Infinity),
  );
  for (const isLinked of linked) {
    if (!isLinked)
      tally.add(
        'CONTOUR_GAP',
        'warning',
        (n) => `contours are missing at ${several(n, 'place')}; the ROI is left empty there.`,
      );
  }
  if (sections.length === 1 && sliceDistance === null) {
    tally.add(
      'SINGLE_PLANE_NO_VOLUME',
      'warning',
      () => 'it has a single plane and its images are not known, so it has no volume.',
    );
  }
  return { name: roi.name, frame, sections, linked, sliceDistance, findings: tally.list() };
}
