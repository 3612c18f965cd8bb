import type { Layer, ContourRoi } from '../types.ts';

export interface Box {
  readonly least: readonly number[];
  readonly greatest: readonly number[];
}

const boxes = new WeakMap<ContourRoi['contours'], Box>();

/** The box of an ROI's points, LPS mm; made once per array of contours. */
export function boxOf(contours: ContourRoi['contours']): Box {
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

/** Room that others may take beyond the external contour, mm. */
const BEYOND = 20;

/** Part of the external contour's box from which an ROI is taken to be all around as well. */
const AROUND = 0.5;

const volumeOf = ({ least, greatest }: Box): number =>
  [0, 1, 2].reduce((product, axis) => product * (greatest[axis]! - least[axis]!), 1);

/** The ROIs that lie all around the others, and would hide them: the external contour, and what takes at least half of its room. */
export function surroundingRois(layers: readonly Layer[]): ReadonlySet<ContourRoi> {
  const external = externalRoi(layers);
  if (!external) return new Set();
  const room = volumeOf(boxOf(external.contours));
  return new Set(
    layers.flatMap((layer) =>
      layer.kind === 'contours' && layer.visible
        ? layer.rois.filter(
            (roi) => roi === external || (room > 0 && volumeOf(boxOf(roi.contours)) >= AROUND * room),
          )
        : [],
    ),
  );
}

/** The external contour: the ROI of that type, else the one whose box holds those of all others; null where neither is. */
export function externalRoi(layers: readonly Layer[]): ContourRoi | null {
  const rois = layers
    .flatMap((layer) => (layer.kind === 'contours' && layer.visible ? layer.rois : []))
    .filter((roi) => roi.contours.length > 0);
  const typed = rois.find((roi) => roi.type === 'EXTERNAL');
  if (typed || rois.length < 2) return typed ?? null;
  const largest = rois.reduce((best, roi) =>
    volumeOf(boxOf(roi.contours)) > volumeOf(boxOf(best.contours)) ? roi : best,
  );
  const around = boxOf(largest.contours);
  const holdsAll = rois.every((roi) => {
    const box = boxOf(roi.contours);
    return [0, 1, 2].every(
      (axis) =>
        box.least[axis]! >= around.least[axis]! - BEYOND &&
        box.greatest[axis]! <= around.greatest[axis]! + BEYOND,
    );
  });
  return holdsAll ? largest : null;
}
