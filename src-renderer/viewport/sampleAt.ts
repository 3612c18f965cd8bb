import type { Vector3 } from '../../src-shared/geometry/index.ts';
import { roiHolds } from './contours/outlines.ts';
import { nearestVoxel, trilinear } from './dose/trilinear.ts';
import { referenceImage, sliceFrame } from './geometry/frame.ts';
import type { ContourRoi, ViewportState } from './types.ts';

export interface Sample {
  /** Value of the voxel that the point lies in, in units of the image; null outside it and on padding. */
  readonly value: number | null;
  /** Trilinear dose; null outside its grid or where it has no value. */
  readonly dose: number | null;
  /** Visible ROIs that hold the point, in the order of their layer. */
  readonly rois: readonly ContourRoi[];
}

/** What is under a point of patient space: for the status line. Pure. */
export function sampleAt(state: ViewportState, point: Vector3): Sample {
  const image = referenceImage(state);
  const stored = image ? nearestVoxel(image.grid, image.data, point) : null;
  const padding = image?.padding;
  const padded = stored !== null && padding != null && stored >= padding.from && stored <= padding.to;
  const imageDistance = sliceFrame(state).axes.axial.stepMm;
  let dose: number | null = null;
  const rois: ContourRoi[] = [];
  for (const layer of state.layers) {
    if (!layer.visible) continue;
    if (layer.kind === 'dose') {
      const value = trilinear(layer.grid, layer.data, point);
      dose = Number.isNaN(value) ? null : value;
    } else if (layer.kind === 'contours') {
      rois.push(...layer.rois.filter((roi) => roi.visible && roiHolds(roi, point, imageDistance)));
    }
  }
  return { value: padded || stored === null || Number.isNaN(stored) ? null : stored, dose, rois };
}
