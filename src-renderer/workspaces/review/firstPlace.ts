import {
  invert,
  transformPoint,
  voxelCentre,
  type Grid,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';
import type { LoadedDose, LoadedRoi, LoadedStructures } from './caseData.ts';

const TARGETS = ['PTV', 'GTV', 'CTV'] as const;

/** What the ROI is by its type, else by its name. */
const isTarget = ({ info }: LoadedRoi, kind: string): boolean =>
  info.type.toUpperCase() === kind || info.name.toUpperCase().startsWith(kind);

/**
 * What a reader would look at first: the first PTV, else GTV, else CTV, else the first structure that has contours and
 * is not the outer contour, which hides the rest when it is filled and tells little.
 */
export function firstStructure({ rois }: LoadedStructures): LoadedRoi | null {
  const drawn = rois.filter(({ contours }) => contours.length > 0);
  for (const kind of TARGETS) {
    const target = drawn.find((roi) => isTarget(roi, kind));
    if (target) return target;
  }
  return drawn.find(({ info }) => info.type.toUpperCase() !== 'EXTERNAL') ?? drawn[0] ?? null;
}

/** Centre of the hottest voxel; null where none has a dose. */
function hottest({ grid, data }: LoadedDose): Vector3 | null {
  let at = -1,
    most = 0;
  for (let n = 0; n < data.length; n++) {
    const value = data[n] ?? 0;
    if (value > most) [at, most] = [n, value];
  }
  if (at < 0) return null;
  const [nx, ny] = grid.dimensions;
  return voxelCentre(grid, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]);
}

/** LPS mm: the middle of the selected structure where it is a target, else the dose maximum, else the structure's middle. */
export function firstPlace(
  structures: LoadedStructures | null,
  selected: number | null,
  dose: LoadedDose | null,
): Vector3 | null {
  const roi = structures?.rois.find(({ info }) => info.number === selected);
  const target = roi !== undefined && TARGETS.some((kind) => isTarget(roi, kind));
  if (target && roi.info.centroid) return roi.info.centroid;
  return (dose && hottest(dose)) ?? roi?.info.centroid ?? null;
}

/** The nearest voxel centre of an image: a place between two slices would show contours that nobody drew. */
export function onVoxel(grid: Grid, place: Vector3): Vector3 {
  const [i, j, k] = transformPoint(invert(grid.affine), place);
  const inside = (index: number, count: number): number =>
    Math.min(Math.max(Math.round(index), 0), count - 1);
  return voxelCentre(grid, [
    inside(i, grid.dimensions[0]),
    inside(j, grid.dimensions[1]),
    inside(k, grid.dimensions[2]),
  ]);
}
