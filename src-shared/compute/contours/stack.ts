import type { Vector3 } from '../../geometry/index.ts';
import type { Finding, FindingCode, Roi } from '../../model/index.ts';
import { extentAlong, frameOf, PLANAR_WITHIN } from './frame.ts';
import { surveyLoops } from './evenOdd.ts';
import { loopArea, loopEdges, outlineEdges, sameLoop, tidyLoop } from './outline.ts';
import { lookCloser } from './overlap.ts';
import type { PlaneFrame, PlaneSection, PlaneStack } from './types.ts';

/** Planes this near are one, mm. Also the reach within which contours are the same, or touch without crossing. */
export const SAME_PLANE = 0.01;
/** A contour that leaves its plane by no more than this (mm) is laid into it; beyond, it is left out. */
const PROJECTED_WITHIN = 1;
/** mm²: smaller contours are told, as they are more often a slip of the hand than anatomy. */
const TINY_AREA = 0.01;
/** A distance above this many slice distances is a gap. */
const GAP_FACTOR = 1.5;
/** Distances of planes and images that differ by this factor are told, though the rule goes by the planes. */
const ODD_FACTOR = 3;
/** mm: where the images are not known. No planning image is coarser. */
const ODD_ABOVE = 10;

export interface StackOptions {
  /** Distance of the images that the ROI was drawn on, mm: the slice distance of an ROI of a single plane, and what that of others is told by. */
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
    string,
    {
      count: number;
      readonly code: FindingCode;
      readonly severity: Finding['severity'];
      readonly sentence: (count: number) => string;
    }
  >();

  constructor(name: string) {
    this.name = name;
  }

  /** `times`: how often it was met, 0 for not at all; `kind` keeps apart what is told under one code. */
  add(
    code: FindingCode,
    severity: Finding['severity'],
    sentence: (count: number) => string,
    { times = 1, kind = code }: { readonly times?: number; readonly kind?: string } = {},
  ): void {
    const entry = this.entries.get(kind);
    if (entry) entry.count += times;
    else if (times > 0) this.entries.set(kind, { count: times, code, severity, sentence });
  }

  list(): Finding[] {
    return [...this.entries.values()].map(({ code, count, severity, sentence }) => ({
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
        (n) => `${several(n, 'open contour takes', 'open contours take')} no part in the volume.`,
      );
      continue;
    }
    const { points } = contour;
    if (points.length < 9) {
      tally.add(
        'CONTOUR_TINY',
        'information',
        (n) =>
          `${several(n, 'contour')} with fewer than three points or hardly any area: next to nothing of the volume.`,
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
          `${several(n, 'contour does', 'contours do')} not lie in a plane of the others; small deviations were laid flat, the rest left out of the volume.`,
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
          `${several(n, 'contour')} with fewer than three points or hardly any area: next to nothing of the volume.`,
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
  return area < TINY_AREA ? surveyLoops([loop], loopEdges([loop]), SAME_PLANE).area : area;
};

const along = (points: Float64Array, i: number, d: Vector3): number =>
  points[i]! * d[0] + points[i + 1]! * d[1] + points[i + 2]! * d[2];

/** A section, and the area that is empty in it only because contours overlap; null where they do not cross. */
interface Made {
  readonly section: PlaneSection;
  readonly emptied: number | null;
}

function made(w: number, drawn: readonly Float64Array[], tally: Tally): Made {
  let loops = drawn.reduce<readonly Float64Array[]>(
    (kept, loop) => (kept.some((other) => sameLoop(other, loop, SAME_PLANE)) ? kept : [...kept, loop]),
    [],
  );
  let repeated = drawn.length - loops.length,
    emptied: number | null = null,
    edges = loopEdges(loops),
    survey = surveyLoops(loops, edges, SAME_PLANE);
  while (survey.tangled.length > 0 || survey.pairs.length > 0) {
    const found = lookCloser(loops, survey, SAME_PLANE);
    if (found.repeated === 0) {
      if (found.crossing) emptied = found.emptied;
      break;
    }
    repeated += found.repeated;
    loops = found.loops;
    edges = loopEdges(loops);
    survey = surveyLoops(loops, edges, SAME_PLANE);
  }
  tally.add(
    'CONTOUR_DUPLICATE',
    'warning',
    (n) => `${several(n, 'contour is', 'contours are')} there twice on one plane; each counts once.`,
    { times: repeated },
  );
  const { area, centroid } = survey;
  // Contours can cancel one another to the last, an outline and its two halves, say.
  if (loops.length > 1 && area < TINY_AREA && loops.some((loop) => loopArea(loop) >= TINY_AREA))
    emptied ??= 0;
  return { section: { w, loops, edges: outlineEdges(edges), area, centroid }, emptied };
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
    tally.add('CONTOUR_OBLIQUE', 'information', () => 'the contours lie in oblique planes.');

  const placed = place(roi, frame, tally).sort((a, b) => a.w - b.w);
  const sections: PlaneSection[] = [],
    emptied: number[] = [];
  for (let i = 0; i < placed.length;) {
    let j = i + 1;
    while (j < placed.length && placed[j]!.w - placed[i]!.w <= SAME_PLANE) j++;
    const found = made(
      placed[i]!.w,
      placed.slice(i, j).map((p) => p.loop),
      tally,
    );
    if (found.section.edges.length > 0) sections.push(found.section);
    if (found.emptied !== null) emptied.push(found.emptied);
    i = j;
  }

  const distances = sections.slice(1).map((s, k) => s.w - sections[k]!.w);
  const imageDistance = options.imageDistance ?? null,
    sliceDistance = median(distances) ?? (sections.length === 1 ? imageDistance : null);
  const linked = distances.map(
    (d) => options.bridgeGaps === true || d <= GAP_FACTOR * (sliceDistance ?? Infinity),
  );
  tellCrossings(emptied, sliceDistance, tally);
  tellDistances(distances, linked, { ...options, sliceDistance }, tally);
  if (sections.length === 1 && sliceDistance === null) {
    tally.add(
      'SINGLE_PLANE_NO_VOLUME',
      'warning',
      () => 'it has a single plane and its images are not known, so it has no volume.',
    );
  }
  return { name: roi.name, frame, sections, linked, sliceDistance, findings: tally.list() };
}

const mm = (distance: number): string => `${Number(distance.toPrecision(3))} mm`;

/** C5: on how many planes, and what the volume lacks by it. */
function tellCrossings(emptied: readonly number[], sliceDistance: number | null, tally: Tally): void {
  const cc = (emptied.reduce((sum, area) => sum + area, 0) * (sliceDistance ?? 0)) / 1000,
    lacking = cc >= 0.005 ? `: about ${cc.toFixed(2)} cc are left out of its volume` : '';
  tally.add(
    'CONTOUR_CROSSING',
    'warning',
    (n) =>
      `contours cross or overlap on ${several(n, 'plane')}; where they overlap the ROI is taken to be empty${lacking}.`,
    { times: emptied.length },
  );
}

/** C7, C8: gaps, and distances that were bridged though the images say that contours are missing. */
function tellDistances(
  distances: readonly number[],
  linked: readonly boolean[],
  options: StackOptions & { readonly sliceDistance: number | null },
  tally: Tally,
): void {
  const own = options.sliceDistance ?? 0,
    known = (options.imageDistance ?? 0) > 0 ? options.imageDistance! : null;
  const images = known === null ? 'its images are not known' : `its images are ${mm(known)} apart`;
  tally.add(
    'CONTOUR_GAP',
    'warning',
    (n) =>
      `contours are missing at ${several(n, 'place')}, farther apart than 1.5 times its slice distance of ${mm(own)}${
        known !== null && own < known / ODD_FACTOR ? ` (${images})` : ''
      }; the ROI is left empty there.`,
    { kind: 'gap', times: linked.filter((isLinked) => !isLinked).length },
  );
  // Who asked for bridges need not be told of them.
  if (options.bridgeGaps === true) return;
  const far = distances.filter(
    (d, k) => linked[k] === true && d > (known === null ? ODD_ABOVE : ODD_FACTOR * known) + SAME_PLANE,
  );
  tally.add(
    'CONTOUR_GAP',
    'warning',
    (n) =>
      `contours up to ${mm(Math.max(...far))} apart are joined at ${several(n, 'place')}, as its slice distance is that of its own contours, ${mm(own)}; ${images}.`,
    { kind: 'far', times: far.length },
  );
}
