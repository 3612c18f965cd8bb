import { shapeVolume, stackPlanes, type PlaneStack } from '../../../src-shared/compute/contours/index.ts';
import type { Task } from '../../../src-shared/compute/tasks/index.ts';
import type { Vector3 } from '../../../src-shared/geometry/index.ts';
import type { Finding, StructureSet, VoxelArray } from '../../../src-shared/model/index.ts';
import { openStructures } from '../objects/index.ts';

export interface RoiFigures {
  readonly volumeCc: number | null;
  readonly centroid: Vector3 | null;
  readonly findings: readonly Finding[];
}

export interface ReadStructures {
  /** Every contour's points are a view on `points`, one after another. */
  readonly set: StructureSet;
  /** In shared memory: x, y, z triples. */
  readonly points: Float64Array;
  readonly figures: readonly RoiFigures[];
  /** Of each ROI, for its DVH; drawn contours stay behind. */
  readonly stacks: readonly PlaneStack[];
}

const withoutLoops = (stack: PlaneStack): PlaneStack => ({
  ...stack,
  sections: stack.sections.map((section) => ({ ...section, loops: [] })),
});

/** Reads a structure set and measures its ROIs with half end caps, off the host's own thread. */
export const structuresTask: Task<
  { readonly file: string; readonly imageDistance: number | null },
  ReadStructures
> = {
  name: 'review.structures',
  async run({ file, imageDistance }) {
    const read = await openStructures(file);
    const contours = read.rois.flatMap((roi) => roi.contours);
    const points = new Float64Array(
      new SharedArrayBuffer(8 * contours.reduce((sum, contour) => sum + contour.points.length, 0)),
    );
    let at = 0;
    const rois = read.rois.map((roi) => ({
      ...roi,
      contours: roi.contours.map((contour) => {
        points.set(contour.points, at);
        at += contour.points.length;
        return { ...contour, points: points.subarray(at - contour.points.length, at) };
      }),
    }));
    const stacks = rois.map((roi) => withoutLoops(stackPlanes(roi, { imageDistance })));
    const figures = stacks.map((stack): RoiFigures => ({
      ...shapeVolume(stack, 'half'),
      findings: stack.findings,
    }));
    return { set: { ...read, rois }, points, figures, stacks };
  },
};

export interface RangeInput {
  /** In shared memory, so that it is not copied. */
  readonly data: VoxelArray;
  readonly padding: { readonly from: number; readonly to: number } | null;
}

export interface ValueRange {
  readonly minimum: number | null;
  readonly maximum: number | null;
}

/** Smallest and largest value that is neither padding nor NaN; null where there is none. */
export const rangeTask: Task<RangeInput, ValueRange> = {
  name: 'review.range',
  run({ data, padding }) {
    const from = padding?.from ?? Infinity,
      to = padding?.to ?? -Infinity;
    let minimum = Infinity,
      maximum = -Infinity;
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (value >= from && value <= to) continue;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
    return minimum <= maximum ? { minimum, maximum } : { minimum: null, maximum: null };
  },
};

export const reviewTasks: readonly Task[] = [structuresTask, rangeTask];
