import {
  isFailure,
  type Failure,
  type Finding,
  type InstanceRecord,
  type ObjectKind,
} from '../../model/index.ts';
import { type DataSet, type DicomFile, type TagKey, tagText } from './dataSet.ts';
import { factsOf } from './facts.ts';
import { type Identity, identityOf } from './identity.ts';
import { failureOf, parseAsFarAsPossible, subjectOf } from './parse.ts';
import { refuse } from './pixelFormat.ts';
import { frameOfReferenceUidsOf, referencesOf } from './references.ts';
import { passesOf } from './seriesFacts.ts';
import { Tag, tagKey } from './tags.ts';
import { SopClassUid } from './uids.ts';
import { validatePixels } from './validatePixels.ts';

/**
 * Everything the library keeps of one file: parsed, checked (pixel data against the header, packed data by their
 * codestreams' heads, nothing decoded) and described.
 *
 * @throws Failure INPUT_NOT_USABLE with `detail.finding`, for files that Fluence does not take in (SPEC F20 to F27)
 */
export function readRecord(bytes: Uint8Array, fileName: string): InstanceRecord {
  const subject = subjectOf(fileName);
  const { file, problem } = parseAsFarAsPossible(bytes, { fileName });
  if (!problem) {
    const identity = identityOf(file, bytes, subject);
    return describe(file, identity, checkContent(file, identity.kind, subject));
  }
  const failure = failureOf(problem, fileName);
  if (problem.code !== 'FILE_TRUNCATED' || !file.sopClassUid || !file.sopInstanceUid) throw failure;
  const identity = identityOf(file, null, subject);
  if (!LISTED_WHEN_CUT.has(identity.kind)) throw failure;
  const cut: Finding = {
    code: 'FILE_TRUNCATED',
    severity: 'error',
    message: `${subject} ${problem.what}; it is listed but cannot be opened. Send it again.`,
    ...(problem.tag === 0 ? {} : { tag: tagText(tagKey(problem.tag)) }),
  };
  return { ...describe(file, { ...identity, kind: 'other' }, [cut]), references: [], facts: {} };
}

/** Where an object belongs whose file could not be taken. */
export interface Belonging {
  readonly study: string;
  /** SOP Instance UID; '' where it has none. */
  readonly object: string;
  readonly modality: string;
}

/** Where a file belongs that readRecord refuses, as far as it can be read at all; null where it does not say. */
export function belongingOf(bytes: Uint8Array): Belonging | null {
  try {
    const { file } = parseAsFarAsPossible(bytes);
    const study = file.dataSet.text(Tag.StudyInstanceUID) ?? '';
    if (study === '') return null;
    return { study, object: file.sopInstanceUid, modality: file.dataSet.text(Tag.Modality) ?? '' };
  } catch (error) {
    if (isFailure(error)) return null;
    throw error;
  }
}

/** A plan or report that is cut is kept in the list, as an object that no reader opens. */
const LISTED_WHEN_CUT: ReadonlySet<ObjectKind> = new Set<ObjectKind>(['plan', 'document', 'other']);

/**
 * The record of a file that was read whole. Nothing is checked that readRecord does not need for it.
 *
 * @param bytes the whole file: an object without a UID has the one that is made from them, as in the library; null where
 *   they are not at hand, and an object without a UID is refused
 * @throws Failure INPUT_NOT_USABLE where the file does not say what it is
 */
export function describeInstance(file: DicomFile, bytes: Uint8Array | null): InstanceRecord {
  return describe(file, identityOf(file, bytes, 'The file'), []);
}

function checkContent(file: DicomFile, kind: ObjectKind, subject: string): Finding[] {
  if (kind === 'directory') throw directoryFailure(file.dataSet, subject);
  const hasPixels =
    file.pixelData !== undefined &&
    (file.pixelData.value.length > 0 || (file.pixelData.fragments?.length ?? 0) > 0);
  if (hasPixels) {
    return [...validatePixels(file, subject).doubts];
  }
  if (kind === 'dose' && file.dataSet.items(Tag.DVHSequence).length > 0)
    return [missingPixels('The dose has no grid, only stored curves.')];
  if (kind === 'image' && file.sopClassUid === SopClassUid.RtImage)
    return [missingPixels('The RT image has no pixel data; it is listed only.')];
  if (kind === 'image' || kind === 'segmentation' || kind === 'dose') {
    throw refuse(
      subject,
      'PIXEL_DATA_MISSING',
      Tag.PixelData,
      kind === 'dose' ? 'is a dose without a dose grid' : 'is an image without pixel data',
    );
  }
  return [];
}

/** A directory holds no data of its own: the files it names are found in their folder. One that points elsewhere is told apart. */
function directoryFailure(dataSet: DataSet, subject: string): Failure {
  for (const record of dataSet.items(Tag.DirectoryRecordSequence)) {
    const parts = record.texts(Tag.ReferencedFileID);
    if (parts.some((part) => part === '..' || part === '.' || /[/\\:]/.test(part))) {
      return refuse(
        subject,
        'DICOMDIR_ESCAPES',
        Tag.ReferencedFileID,
        `is a directory that points outside its own folder ('${parts.join('/').slice(0, 60)}')`,
      );
    }
  }
  return refuse(
    subject,
    'DIRECTORY_FILE',
    Tag.DirectoryRecordSequence,
    'is a directory of other files; they were read, the directory itself is not kept',
  );
}

const missingPixels = (message: string): Finding => ({
  code: 'PIXEL_DATA_MISSING',
  severity: 'warning',
  message,
  tag: tagText(Tag.PixelData),
});

function describe(file: DicomFile, identity: Identity, findings: readonly Finding[]): InstanceRecord {
  const { dataSet } = file;
  const { kind } = identity;
  const text = (tag: TagKey): string => dataSet.text(tag) ?? '';
  const frameOfReferenceUids = frameOfReferenceUidsOf(dataSet);
  return {
    sopInstanceUid: identity.sopInstanceUid,
    sopClassUid: file.sopClassUid,
    transferSyntaxUid: file.transferSyntaxUid,
    kind,
    patient: {
      id: text(Tag.PatientID),
      name: text(Tag.PatientName),
      birthDate: text(Tag.PatientBirthDate),
      sex: text(Tag.PatientSex),
    },
    study: {
      uid: identity.studyUid,
      id: text(Tag.StudyID),
      date: text(Tag.StudyDate),
      time: text(Tag.StudyTime),
      description: text(Tag.StudyDescription),
      accession: text(Tag.AccessionNumber),
    },
    series: {
      uid: identity.seriesUid,
      number: dataSet.number(Tag.SeriesNumber) ?? null,
      modality: identity.modality,
      description: text(Tag.SeriesDescription),
      date: text(Tag.SeriesDate),
      frameOfReferenceUid: frameOfReferenceUids[0] ?? null,
      patientPosition:
        text(Tag.PatientPosition) ||
        (dataSet.items(Tag.PatientSetupSequence)[0]?.text(Tag.PatientPosition) ?? ''),
      manufacturer: text(Tag.Manufacturer),
    },
    instanceNumber: dataSet.number(Tag.InstanceNumber) ?? null,
    label: labelOf(dataSet, kind),
    image: file.pixelData && dataSet.has(Tag.Rows) ? imageOf(dataSet) : null,
    references: referencesOf(dataSet, kind),
    frameOfReferenceUids,
    facts: factsOf(dataSet, kind),
    findings: [...file.repairs, ...identity.findings, ...findings],
  };
}

const LABELS: Readonly<Partial<Record<ObjectKind, readonly TagKey[]>>> = {
  structures: [Tag.StructureSetLabel, Tag.StructureSetName],
  plan: [Tag.RTPlanLabel, Tag.RTPlanName],
  other: [Tag.RTPlanLabel, Tag.ContentLabel],
  dose: [Tag.DoseComment],
  image: [Tag.RTImageLabel],
  segmentation: [Tag.ContentLabel],
  registration: [Tag.ContentLabel],
  document: [Tag.DocumentTitle, Tag.ContentLabel],
};

function labelOf(dataSet: DataSet, kind: ObjectKind): string {
  for (const tag of LABELS[kind] ?? []) {
    const label = dataSet.text(tag);
    if (label) return label;
  }
  return kind === 'document'
    ? (dataSet.items(Tag.ConceptNameCodeSequence)[0]?.text(Tag.CodeMeaning) ?? '')
    : '';
}

/** `count` finite numbers of a tag, or null. */
function finite(dataSet: DataSet | undefined, tag: TagKey, count: number): number[] | null {
  const values = [...(dataSet?.numbers(tag) ?? [])];
  return values.length === count && values.every(Number.isFinite) ? values : null;
}

type Image = NonNullable<InstanceRecord['image']>;

/** Of multi-frame objects, position and orientation are those of the first frame (functional groups, PS3.3 C.7.6.16). */
function imageOf(dataSet: DataSet): Image {
  const groups = [
    dataSet.items(Tag.PerFrameFunctionalGroupsSequence)[0],
    dataSet.items(Tag.SharedFunctionalGroupsSequence)[0],
  ];
  const find = (sequence: TagKey, tag: TagKey, count: number): number[] | null => {
    for (const owner of [dataSet, ...groups.map((group) => group?.items(sequence)[0])]) {
      const values = finite(owner, tag, count);
      if (values) return values;
    }
    return null;
  };
  const position = find(Tag.PlanePositionSequence, Tag.ImagePositionPatient, 3);
  const orientation = find(Tag.PlaneOrientationSequence, Tag.ImageOrientationPatient, 6);
  const spacing =
    find(Tag.PixelMeasuresSequence, Tag.PixelSpacing, 2) ??
    finite(dataSet, Tag.ImagePlanePixelSpacing, 2) ??
    finite(dataSet, Tag.ImagerPixelSpacing, 2);
  return {
    rows: dataSet.number(Tag.Rows) ?? 0,
    columns: dataSet.number(Tag.Columns) ?? 0,
    frames: dataSet.number(Tag.NumberOfFrames) ?? 1,
    bitsAllocated: dataSet.number(Tag.BitsAllocated) ?? 0,
    position: position as Image['position'],
    orientation: orientation as Image['orientation'],
    pixelSpacing: spacing as Image['pixelSpacing'],
    sliceThickness: find(Tag.PixelMeasuresSequence, Tag.SliceThickness, 1)?.[0] ?? null,
    imageType: dataSet.texts(Tag.ImageType),
    passes: passesOf(dataSet),
  };
}
