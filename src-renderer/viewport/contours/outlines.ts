import { cross, dot, type Plane, type Vector3 } from '../../../src-shared/geometry/index.ts';
import {
  cutStack,
  frameCoordinates,
  indexOf,
  slabsOf,
  stackPlanes,
  type Cut,
  type PlaneStack,
} from '../../../src-shared/compute/contours/index.ts';
import type { ContourType } from '../../../src-shared/model/index.ts';
import { planeKey } from '../dose/isodoses.ts';
import { RecentMap } from '../recentMap.ts';
import type { ContourRoi } from '../types.ts';

const stacks = new WeakMap<ContourRoi['contours'], PlaneStack>();

/** The ROI's contours ready for cutting; made once per array of contours. */
export function stackOf(roi: ContourRoi, imageDistance: number): PlaneStack {
  const known = stacks.get(roi.contours);
  if (known) return known;
  const made = stackPlanes(
    {
      number: roi.number,
      name: roi.name,
      type: '',
      colour: null,
      frameOfReferenceUid: null,
      contours: roi.contours.map((contour) => ({
        type: contour.type as ContourType,
        points: contour.points,
        referencedImageUid: null,
      })),
    },
    { imageDistance },
  );
  stacks.set(roi.contours, made);
  return made;
}

/** A plane on which the ROI has contours of its own, or none near: cutting there takes no time. */
function isQuick(roi: ContourRoi, plane: Plane): boolean {
  const stack = stacks.get(roi.contours);
  if (!stack) return false;
  if (!isParallel(stack, plane)) return false;
  const w = dot(plane.origin, stack.frame.normal);
  const first = stack.sections[0],
    last = stack.sections.at(-1);
  if (!first || !last || w < first.w - 20 || w > last.w + 20) return true;
  return stack.sections.some((section) => Math.abs(section.w - w) <= 0.05);
}

const isParallel = (stack: PlaneStack, plane: Plane): boolean =>
  Math.abs(dot(cross(plane.u, plane.v), stack.frame.normal)) >= 1 - 1e-7;

interface Job {
  readonly roi: ContourRoi;
  readonly plane: Plane;
  readonly key: string;
}

/** A cut of an ROI and what a drawing module likes to keep with it. */
export interface KeptCut<T> {
  readonly cut: Cut;
  /** The plane lies between those that were drawn. */
  readonly between: boolean;
  kept: T | null;
}

/**
 * Outlines of ROIs on planes. What takes long is put off, so that the picture of a new slice never waits: `get` answers
 * null for it, and `work` does it when there is time.
 */
export class OutlineCache<T> {
  readonly #cuts = new WeakMap<ContourRoi['contours'], RecentMap<KeptCut<T>>>();
  readonly #done = new WeakMap<ContourRoi['contours'], Set<string>>();
  #jobs: Job[] = [];
  #imageDistance = 1;

  /** Forgets what is waiting; each frame asks anew for what it shows. */
  begin(imageDistance: number): void {
    this.#jobs = [];
    this.#imageDistance = imageDistance;
  }

  get(roi: ContourRoi, plane: Plane): KeptCut<T> | null {
    const key = planeKey(plane);
    if (this.#done.get(roi.contours)?.has(key) || isQuick(roi, plane)) return this.#cut(roi, plane, key);
    this.#jobs.push({ roi, plane, key });
    return null;
  }

  #cut(roi: ContourRoi, plane: Plane, key: string): KeptCut<T> {
    let cuts = this.#cuts.get(roi.contours);
    let done = this.#done.get(roi.contours);
    if (!cuts || !done) {
      cuts = new RecentMap<KeptCut<T>>(100);
      done = new Set();
      this.#cuts.set(roi.contours, cuts);
      this.#done.set(roi.contours, done);
    }
    if (done.size > 2000) done.clear();
    done.add(key);
    return cuts.obtain(key, () => {
      const stack = stackOf(roi, this.#imageDistance);
      const cut = cutStack(stack, plane);
      return { cut, between: cut.interpolated && isParallel(stack, plane), kept: null };
    });
  }

  get waiting(): number {
    return this.#jobs.length;
  }

  /** Works off what is waiting, the selected first, for about `milliseconds`; at least one piece. */
  work(milliseconds: number): void {
    const until = performance.now() + milliseconds;
    this.#jobs.sort((a, b) => Number(b.roi.selected) - Number(a.roi.selected));
    do {
      const job = this.#jobs.shift();
      if (!job) return;
      this.#cut(job.roi, job.plane, job.key);
    } while (performance.now() < until);
  }
}

interface Box {
  readonly least: readonly number[];
  readonly greatest: readonly number[];
}

/** Room for end caps around the contours, mm: half of the largest slice distance that is met. */
const BOX_MARGIN = 15;
const boxes = new WeakMap<ContourRoi['contours'], Box>();

/** So that a point far from an ROI costs next to nothing, also before the ROI was made ready for cutting. */
function boxOf(contours: ContourRoi['contours']): Box {
  const known = boxes.get(contours);
  if (known) return known;
  const least = [Infinity, Infinity, Infinity],
    greatest = [-Infinity, -Infinity, -Infinity];
  for (const { points } of contours) {
    for (let n = 0; n < points.length; n++) {
      const axis = n % 3,
        value = points[n]!;
      if (value < least[axis]!) least[axis] = value;
      if (value > greatest[axis]!) greatest[axis] = value;
    }
  }
  const box: Box = { least, greatest };
  boxes.set(contours, box);
  return box;
}

/**
 * True where the ROI is at a point: blend of the signed distances to its contours below and above, half a slice
 * distance beyond the outermost ones.
 */
export function roiHolds(roi: ContourRoi, point: Vector3, imageDistance: number): boolean {
  const box = boxOf(roi.contours);
  if (
    point.some(
      (value, axis) => value < box.least[axis]! - BOX_MARGIN || value > box.greatest[axis]! + BOX_MARGIN,
    )
  )
    return false;
  const stack = stackOf(roi, imageDistance);
  const [u, v, w] = frameCoordinates(stack.frame, point);
  return slabsOf(stack, 'half').some((slab) => {
    if (w < slab.from || w > slab.to) return false;
    const signed = (section: number): number => {
      const index = indexOf(stack.sections[section]!);
      return index.contains(u, v) ? index.distance(u, v) : -index.distance(u, v);
    };
    const t = slab.to > slab.from ? (w - slab.from) / (slab.to - slab.from) : 0;
    return (1 - t) * signed(slab.lower) + t * signed(slab.upper) >= 0;
  });
}
