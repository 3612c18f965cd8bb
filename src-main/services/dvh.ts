import { stackPlanes, type EndCaps, type PlaneStack } from '../../src-shared/compute/contours/index.ts';
import { computeDvhs, maskDvh, type Dvh } from '../../src-shared/compute/dvh/index.ts';
import type { TaskRunner } from '../../src-shared/compute/tasks/index.ts';
import {
  Failure,
  type Dose,
  type Roi,
  type StructureSet,
  type Volume,
} from '../../src-shared/model/index.ts';

export interface DvhQuestion {
  readonly binGy: number;
  readonly prescription: number | null;
  readonly at: readonly string[];
  readonly signal?: AbortSignal;
}

/** What contours need besides. */
export interface ContourQuestion extends DvhQuestion {
  readonly endCaps: EndCaps;
  /** The planes of an ROI. */
  readonly stackOf: (roi: Roi) => PlaneStack;
}

/** Lays the contours of ROIs into planes; mm between the images they were drawn on, null where those are not known. */
export const stacksWith =
  (imageDistance: number | null): ContourQuestion['stackOf'] =>
  (roi) =>
    stackPlanes(roi, { imageDistance });

/** An ROI as voxels: values above 0 belong to it. */
export interface NamedMask {
  readonly name: string;
  readonly number: number;
  readonly mask: Volume;
}

export type RoiDvh = Dvh & { readonly number: number };

/** Two objects meet only if their frames of reference agree; one that names none lies in that of the other. */
export function checkFrames(rois: readonly Roi[], structures: StructureSet, dose: Dose): void {
  const frame = dose.volume.frameOfReferenceUid;
  if (frame === null) return;
  const other = rois.find(
    (roi) => (roi.frameOfReferenceUid ?? structures.frameOfReferenceUids[0] ?? frame) !== frame,
  );
  if (!other) return;
  throw new Failure(
    'FRAME_OF_REFERENCE_MISMATCH',
    `The dose lies in another frame of reference than ${other.name}: register the two series, or take the dose of the same planning CT.`,
    {
      finding: 'FRAME_OF_REFERENCE_MISMATCH',
      tag: '(0020,0052)',
      structures: other.frameOfReferenceUid ?? structures.frameOfReferenceUids[0],
      dose: frame,
    },
  );
}

/** As {@link checkFrames}, for masks. */
export function checkMaskFrames(masks: readonly NamedMask[], dose: Dose): void {
  const frame = dose.volume.frameOfReferenceUid;
  const other = masks.find(
    ({ mask }) => frame !== null && mask.frameOfReferenceUid !== null && mask.frameOfReferenceUid !== frame,
  );
  if (other)
    throw new Failure(
      'FRAME_OF_REFERENCE_MISMATCH',
      `The dose lies in another frame of reference than the mask ${other.name}: register the two first.`,
    );
}

/** Contours a volume can be made of. */
export const hasClosedContours = (roi: Roi): boolean =>
  roi.contours.some(({ type }) => type === 'CLOSED_PLANAR' || type === 'CLOSEDPLANAR_XOR');

/**
 * The DVHs of a structure set in a dose: for the window and for the command line. ROIs without closed contours (points,
 * empty ones) are left out unless they were asked for.
 * @throws Failure FRAME_OF_REFERENCE_MISMATCH, USAGE on a figure that is none.
 */
export async function dvhsOf(
  structures: StructureSet,
  rois: readonly Roi[] | null,
  dose: Dose,
  question: ContourQuestion,
  runner: TaskRunner,
): Promise<RoiDvh[]> {
  const wanted = rois ?? structures.rois.filter(hasClosedContours);
  checkFrames(wanted, structures, dose);
  const { endCaps, binGy, prescription, at, signal } = question;
  const dvhs = await computeDvhs(
    wanted.map(question.stackOf),
    dose.volume,
    { endCaps, binGy, prescription, at, ...(signal ? { signal } : {}) },
    runner,
  );
  return dvhs.map((dvh, n) => ({ ...dvh, number: wanted[n]!.number }));
}

/**
 * The DVHs of masks, each on its own grid.
 * @throws Failure FRAME_OF_REFERENCE_MISMATCH, USAGE on a figure that is none.
 */
export async function maskDvhsOf(
  masks: readonly NamedMask[],
  dose: Dose,
  { binGy, prescription, at, signal }: DvhQuestion,
): Promise<RoiDvh[]> {
  checkMaskFrames(masks, dose);
  const dvhs: RoiDvh[] = [];
  for (const { name, number, mask } of masks) {
    // Between two of them whoever wants to stop is heard.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    dvhs.push({ ...maskDvh(name, mask, dose.volume, { binGy, prescription, at }), number });
  }
  return dvhs;
}
