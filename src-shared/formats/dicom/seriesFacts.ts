import type { Vector3 } from '../../geometry/index.ts';
import type { InstanceRecord } from '../../model/index.ts';
import type { DataSet, DicomFile, TagKey } from './dataSet.ts';
import { Tag } from './tags.ts';
import { valueMeanings } from './valueMeaning.ts';

export type Orientation = readonly [number, number, number, number, number, number];

/** What the headers say about one slice: a whole single-frame image, or one frame of a multi-frame image. */
export interface SliceFacts {
  readonly sopInstanceUid: string;
  /** 0-based frame within the file. */
  readonly frame: number;
  readonly rows: number;
  readonly columns: number;
  readonly frameOfReferenceUid: string | null;
  /** Image Position (Patient), mm. */
  readonly position: Vector3 | null;
  /** Image Orientation (Patient): row direction, then column direction. */
  readonly orientation: Orientation | null;
  /** Row then column spacing, mm, as Pixel Spacing. */
  readonly pixelSpacing: readonly [number, number] | null;
  readonly sliceThickness: number | null;
  readonly imageType: readonly string[];
  /**
   * Attributes that tell one pass over the patient from the next, in the order in which they are tried when two
   * slices lie at one place (`PASSES` names them); '' where the header is silent, and left out at the end.
   */
  readonly passes: readonly string[];
  /** What the values stand for, in words; '' where the kind of image gives them no unit. Only the file knows it. */
  readonly meaning?: string;
}

const EFFECTIVE_ECHO_TIME: TagKey = 'x00189082';
const MR_ECHO_SEQUENCE: TagKey = 'x00189114';

/** The slices of an image file, in the file's order of frames. Enhanced objects are read through their functional groups. */
export function sliceFactsOfFile(file: DicomFile): SliceFacts[] {
  const set = file.dataSet;
  const frames = Math.max(1, Math.trunc(set.number(Tag.NumberOfFrames) ?? 1));
  const shared = set.items(Tag.SharedFunctionalGroupsSequence)[0];
  const perFrame = set.items(Tag.PerFrameFunctionalGroupsSequence);
  const meaningOf = valueMeanings(file);
  if (frames === 1 && !shared && perFrame.length === 0)
    return [factsOf(file, 0, [set], null, meaningOf(0).name)];
  const spaced = perFrame.length === 0 && !shared ? evenlySpacedFrames(set) : null;
  return Array.from({ length: frames }, (_, frame) => {
    const own = perFrame[frame];
    const sources = [
      ...groupsOf(own),
      ...groupsOf(shared),
      set,
      ...set.items(Tag.DetectorInformationSequence).slice(0, 1),
    ];
    return factsOf(file, frame, sources, spaced?.(frame) ?? null, meaningOf(frame).name);
  });
}

/**
 * The slice that the index knows of an image; null for multi-frame images, whose frames only the file can place,
 * and for what is no image.
 */
export function sliceFactsOfRecord(record: InstanceRecord): SliceFacts | null {
  const image = record.image;
  if (!image || image.frames > 1) return null;
  return {
    sopInstanceUid: record.sopInstanceUid,
    frame: 0,
    rows: image.rows,
    columns: image.columns,
    frameOfReferenceUid: record.series.frameOfReferenceUid,
    position: image.position,
    orientation: image.orientation,
    pixelSpacing: image.pixelSpacing,
    sliceThickness: image.sliceThickness,
    imageType: image.imageType,
    passes: image.passes ?? [],
  };
}

/** The data sets in which the macros of one functional group item lie. */
const groupsOf = (item: DataSet | undefined): readonly DataSet[] =>
  item
    ? [
        Tag.PlanePositionSequence,
        Tag.PlaneOrientationSequence,
        Tag.PixelMeasuresSequence,
        Tag.FrameContentSequence,
        Tag.MRDiffusionSequence,
        MR_ECHO_SEQUENCE,
      ].flatMap((tag) => item.items(tag).slice(0, 1))
    : [];

/** Frames of a classic multi-frame image (nuclear medicine) that lie at one spacing along the normal of the first. */
function evenlySpacedFrames(set: DataSet): ((frame: number) => Vector3) | null {
  const sources = [set, ...set.items(Tag.DetectorInformationSequence).slice(0, 1)];
  const spacing = set.number(Tag.SpacingBetweenSlices);
  const position = vectorOf(sources, Tag.ImagePositionPatient),
    orientation = orientationOf(sources);
  if (!spacing || !position || !orientation) return null;
  const [a, b, c, d, e, f] = orientation;
  const normal: Vector3 = [b * f - c * e, c * d - a * f, a * e - b * d];
  return (frame) => [
    position[0] + frame * spacing * normal[0],
    position[1] + frame * spacing * normal[1],
    position[2] + frame * spacing * normal[2],
  ];
}

function factsOf(
  file: DicomFile,
  frame: number,
  sources: readonly DataSet[],
  position: Vector3 | null,
  meaning: string,
): SliceFacts {
  const set = file.dataSet;
  const spacing = firstNumbers(sources, Tag.PixelSpacing, 2);
  return {
    sopInstanceUid: file.sopInstanceUid,
    frame,
    rows: set.number(Tag.Rows) ?? 0,
    columns: set.number(Tag.Columns) ?? 0,
    frameOfReferenceUid: set.text(Tag.FrameOfReferenceUID) || null,
    position: position ?? vectorOf(sources, Tag.ImagePositionPatient),
    orientation: orientationOf(sources),
    pixelSpacing: spacing ? [spacing[0]!, spacing[1]!] : null,
    sliceThickness: firstNumbers(sources, Tag.SliceThickness, 1)?.[0] ?? null,
    imageType: set.texts(Tag.ImageType),
    passes:
      sources.length > 1
        ? [
            Tag.FrameAcquisitionNumber,
            Tag.TemporalPositionIndex,
            EFFECTIVE_ECHO_TIME,
            Tag.DiffusionBValue,
            null,
            null,
            Tag.StackID,
          ].map((tag) => (tag === null ? '' : firstText(sources, tag)))
        : passesOf(set),
    meaning,
  };
}

/** {@link SliceFacts.passes} of a single-frame image. */
export const passesOf = (set: DataSet): readonly string[] => [
  ...[
    Tag.AcquisitionNumber,
    Tag.TemporalPositionIdentifier,
    Tag.EchoTime,
    Tag.DiffusionBValue,
    Tag.TriggerTime,
  ].map((tag) => firstText([set], tag)),
  set.texts(Tag.ImageType).join('\\'),
];

const firstText = (sources: readonly DataSet[], tag: TagKey): string => {
  for (const source of sources) {
    const text = source.number(tag)?.toString() ?? source.text(tag);
    if (text) return text;
  }
  return '';
};

function firstNumbers(sources: readonly DataSet[], tag: TagKey, count: number): Float64Array | null {
  for (const source of sources) {
    if (!source.has(tag)) continue;
    const values = source.numbers(tag);
    if (values.length >= count && values.subarray(0, count).every(Number.isFinite)) return values;
  }
  return null;
}

function vectorOf(sources: readonly DataSet[], tag: TagKey): Vector3 | null {
  const v = firstNumbers(sources, tag, 3);
  return v ? [v[0]!, v[1]!, v[2]!] : null;
}

function orientationOf(sources: readonly DataSet[]): Orientation | null {
  const v = firstNumbers(sources, Tag.ImageOrientationPatient, 6);
  return v ? [v[0]!, v[1]!, v[2]!, v[3]!, v[4]!, v[5]!] : null;
}
