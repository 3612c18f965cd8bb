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
import type { Deferred } from '../deferred.ts';
import { RecentMap } from '../recentMap.ts';
import type { ContourRoi } from '../types.ts';
import { boxOf } from './box.ts';

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

/** A cut of an ROI and what a drawing module likes to keep with it. */
export interface KeptCut<T> {
  readonly cut: Cut;
  /** The plane lies between those that were drawn. */
  readonly between: boolean;
  kept: T | null;
}

/** Outlines of ROIs on planes. `get` answers null for what takes long, and puts it off. */
export class OutlineCache<T> {
  readonly #deferred: Deferred;
  readonly #cuts = new WeakMap<ContourRoi['contours'], RecentMap<KeptCut<T>>>();

  constructor(deferred: Deferred) {
    this.#deferred = deferred;
  }

  get(roi: ContourRoi, plane: Plane, key: string, imageDistance: number): KeptCut<T> | null {
    const cuts = this.#of(roi);
    if (!cuts.has(key) && !isQuick(roi, plane)) {
      this.#deferred.put(() => void this.#cut(cuts, roi, plane, key, imageDistance), roi.selected);
      return null;
    }
    return this.#cut(cuts, roi, plane, key, imageDistance);
  }

  #of(roi: ContourRoi): RecentMap<KeptCut<T>> {
    let cuts = this.#cuts.get(roi.contours);
    if (!cuts) {
      cuts = new RecentMap<KeptCut<T>>(300);
      this.#cuts.set(roi.contours, cuts);
    }
    return cuts;
  }

  #cut(
    cuts: RecentMap<KeptCut<T>>,
    roi: ContourRoi,
    plane: Plane,
    key: string,
    imageDistance: number,
  ): KeptCut<T> {
    return cuts.obtain(key, () => {
      const stack = stackOf(roi, imageDistance);
      const cut = cutStack(stack, plane);
      return { cut, between: cut.interpolated && isParallel(stack, plane), kept: null };
    });
  }
}

/** Room for end caps around the contours, mm: half of the largest slice distance that is met. */
const BOX_MARGIN = 15;

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
    const lower = indexOf(stack.sections[slab.lower]!),
      upper = indexOf(stack.sections[slab.upper]!);
    const inside = lower.contains(u, v);
    // Inside or outside both: the distances, which take long, would tell nothing else.
    if (inside === upper.contains(u, v)) return inside;
    const t = slab.to > slab.from ? (w - slab.from) / (slab.to - slab.from) : 0;
    const sign = inside ? 1 : -1;
    return sign * ((1 - t) * lower.distance(u, v) - t * upper.distance(u, v)) >= 0;
  });
}
