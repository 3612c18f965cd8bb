import type { Contour, Roi } from '../../model/index.ts';
import { bendOf } from './bend.ts';
import type { DemoDefinition } from './definition.ts';
import { outlines } from './outline.ts';
import { solidOf } from './solid.ts';

/** The ROIs as contours on the slice planes. `imageUids` and `planes` (z, mm) go together. */
export function drawRois(
  definition: DemoDefinition,
  planes: readonly number[],
  imageUids: readonly string[],
  frameOfReferenceUid: string,
): Roi[] {
  const bend = bendOf(definition.bend);
  return definition.rois.map((roi) => {
    const solid = solidOf(roi.shape, definition.shapes);
    const contours = planes.flatMap((z, k): Contour[] => {
      const section = solid(z);
      return section === null
        ? []
        : outlines(section, z, bend, roi.step).map((loop) => ({
            type: 'CLOSED_PLANAR' as const,
            points: Float64Array.from(loop.flatMap(([x, y]) => [x, y, z])),
            referencedImageUid: imageUids[k] ?? null,
          }));
    });
    return {
      number: roi.number,
      name: roi.name,
      type: roi.type,
      colour: roi.colour,
      frameOfReferenceUid,
      contours,
    };
  });
}
