import type { Colour, Contour, ContourType, Finding, Roi, StructureSet } from '../../model/index.ts';
import { tagText, type DataSet, type DicomFile } from './dataSet.ts';
import { Tag } from './tags.ts';

/**
 * Reads an RT Structure Set. Never throws: what is odd (an empty ROI, a contour that is no contour, a reference to
 * nothing) is left out or kept as it is, and told.
 */
export function readStructureSet(file: DicomFile): StructureSet {
  const set = file.dataSet,
    findings: Finding[] = [];
  const { frames, seriesUids, imageUids } = referencedImages(set, findings);
  const contours = contoursByRoi(set, findings);
  const types = new Map(
    set.items(Tag.RTROIObservationsSequence).flatMap((item) => {
      const number = item.number(Tag.ReferencedROINumber),
        type = item.text(Tag.RTROIInterpretedType);
      return number === undefined || !type ? [] : [[number, type] as const];
    }),
  );
  const seen = new Set<number>();
  const rois = set.items(Tag.StructureSetROISequence).flatMap((item, index): Roi[] => {
    const number = item.number(Tag.ROINumber);
    if (number === undefined || seen.has(number)) {
      findings.push(
        invalid(
          number === undefined
            ? `ROI ${index + 1} has no number; its contours cannot be told from others.`
            : `ROI number ${number} is given twice; the second is left out.`,
          Tag.ROINumber,
        ),
      );
      return [];
    }
    seen.add(number);
    const drawn = contours.get(number);
    return [
      {
        number,
        name: item.text(Tag.ROIName) || `ROI ${number}`,
        type: types.get(number) ?? '',
        colour: drawn?.colour ?? null,
        frameOfReferenceUid:
          item.text(Tag.ReferencedFrameOfReferenceUID) || (frames.length === 1 ? frames[0]! : null),
        contours: drawn?.contours ?? [],
      },
    ];
  });
  for (const number of contours.keys()) {
    if (!seen.has(number))
      findings.push(
        invalid(
          `Contours are given for ROI ${number}, which the structure set does not name; they are left out.`,
          Tag.ReferencedROINumber,
        ),
      );
  }
  findings.push(...roiFindings(rois));
  const frameOfReferenceUids = [...new Set([...frames, ...rois.flatMap((r) => r.frameOfReferenceUid ?? [])])];
  if (frameOfReferenceUids.length === 0) {
    const own = set.text(Tag.FrameOfReferenceUID);
    if (own) frameOfReferenceUids.push(own);
  }
  return {
    sopInstanceUid: file.sopInstanceUid,
    label: set.text(Tag.StructureSetLabel) || set.text(Tag.StructureSetName) || '',
    date: set.text(Tag.StructureSetDate) ?? '',
    approval: set.text(Tag.ApprovalStatus) ?? '',
    frameOfReferenceUids,
    referencedSeriesUids: seriesUids,
    referencedImageUids: imageUids,
    rois,
    findings,
  };
}

const CONTOUR_TYPES: readonly string[] = [
  'CLOSED_PLANAR',
  'CLOSEDPLANAR_XOR',
  'OPEN_PLANAR',
  'OPEN_NONPLANAR',
  'POINT',
] satisfies ContourType[];
const isContourType = (text: string): text is ContourType => CONTOUR_TYPES.includes(text);

const invalid = (message: string, tag: `x${string}`): Finding => ({
  code: 'VALUE_INVALID',
  severity: 'warning',
  message,
  tag: tagText(tag),
});

/** A UID as PS3.5 9.1 allows it; references that are none ('', 'unknown', a name) lead nowhere. */
export const isUid = (text: string | undefined): text is string =>
  text !== undefined && /^[0-9]+(\.[0-9]+)*$/.test(text) && text.length <= 64;

interface ReferencedImages {
  readonly frames: readonly string[];
  readonly seriesUids: readonly string[];
  readonly imageUids: readonly string[];
}

function referencedImages(set: DataSet, findings: Finding[]): ReferencedImages {
  const frames = new Set<string>(),
    seriesUids = new Set<string>(),
    imageUids = new Set<string>();
  let wrong = 0;
  const take = (uid: string | undefined, into: Set<string>): void => {
    if (uid === undefined) return;
    if (isUid(uid)) into.add(uid);
    else wrong++;
  };
  for (const frame of set.items(Tag.ReferencedFrameOfReferenceSequence)) {
    take(frame.text(Tag.FrameOfReferenceUID), frames);
    for (const study of frame.items(Tag.RTReferencedStudySequence)) {
      for (const series of study.items(Tag.RTReferencedSeriesSequence)) {
        take(series.text(Tag.SeriesInstanceUID), seriesUids);
        for (const image of series.items(Tag.ContourImageSequence))
          take(image.text(Tag.ReferencedSOPInstanceUID), imageUids);
      }
    }
  }
  if (wrong > 0)
    findings.push({
      code: 'REFERENCE_INVALID',
      severity: 'warning',
      message: `${wrong} references to images are no valid UIDs and lead nowhere.`,
      tag: tagText(Tag.ReferencedSOPInstanceUID),
    });
  return { frames: [...frames], seriesUids: [...seriesUids], imageUids: [...imageUids] };
}

interface DrawnRoi {
  colour: Colour | null;
  contours: Contour[];
}

function contoursByRoi(set: DataSet, findings: Finding[]): Map<number, DrawnRoi> {
  const drawn = new Map<number, DrawnRoi>();
  let broken = 0,
    unknown = 0;
  for (const item of set.items(Tag.ROIContourSequence)) {
    const number = item.number(Tag.ReferencedROINumber);
    if (number === undefined) continue;
    const roi = drawn.get(number) ?? { colour: null, contours: [] };
    roi.colour ??= colourOf(item);
    drawn.set(number, roi);
    for (const contourItem of item.items(Tag.ContourSequence)) {
      const contour = readContour(contourItem);
      if (contour === 'unknown type') unknown++;
      else if (contour === 'broken') broken++;
      else if (contour) roi.contours.push(contour);
    }
  }
  if (broken > 0)
    findings.push(
      invalid(
        `${broken} contours hold coordinates that are not triples of numbers; they are left out.`,
        Tag.ContourData,
      ),
    );
  if (unknown > 0)
    findings.push(
      invalid(
        `${unknown} contours are of a kind that DICOM does not define; they are left out.`,
        Tag.ContourGeometricType,
      ),
    );
  return drawn;
}

/** null for a contour without points. */
function readContour(item: DataSet): Contour | 'unknown type' | 'broken' | null {
  const points = item.numbers(Tag.ContourData);
  if (points.length === 0) return null;
  if (points.length % 3 !== 0 || !allFinite(points)) return 'broken';
  const stated = item.text(Tag.ContourGeometricType) || (points.length === 3 ? 'POINT' : 'CLOSED_PLANAR');
  if (!isContourType(stated)) return 'unknown type';
  const image = item.items(Tag.ContourImageSequence)[0]?.text(Tag.ReferencedSOPInstanceUID);
  return { type: stated, points, referencedImageUid: isUid(image) ? image : null };
}

function allFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

function colourOf(item: DataSet): Colour | null {
  const c = item.numbers(Tag.ROIDisplayColor);
  if (c.length < 3 || !allFinite(c)) return null;
  const byte = (x: number): number => Math.max(0, Math.min(255, Math.round(x)));
  return [byte(c[0]!), byte(c[1]!), byte(c[2]!)];
}

function roiFindings(rois: readonly Roi[]): Finding[] {
  const findings: Finding[] = [];
  const empty = rois.filter((r) => r.contours.length === 0);
  if (empty.length > 0) {
    findings.push({
      code: 'ROI_EMPTY',
      severity: 'information',
      message: `${names(empty)} ${empty.length === 1 ? 'has' : 'have'} no contours.`,
    });
  }
  for (const [name, same] of Map.groupBy(rois, (r) => r.name)) {
    if (same.length > 1)
      findings.push(
        invalid(
          `${same.length} ROIs are named '${name}'; tell them apart by their numbers ${same.map((r) => r.number).join(', ')}.`,
          Tag.ROIName,
        ),
      );
  }
  const frames = new Set(rois.flatMap((r) => r.frameOfReferenceUid ?? []));
  if (frames.size > 1) {
    findings.push({
      code: 'FRAME_OF_REFERENCE_MIXED',
      severity: 'warning',
      message: `The ROIs lie in ${frames.size} frames of reference; each is shown only with what shares its frame.`,
      tag: tagText(Tag.ReferencedFrameOfReferenceUID),
    });
  }
  return findings;
}

const names = (rois: readonly Roi[]): string => rois.map((r) => `'${r.name}'`).join(', ');
