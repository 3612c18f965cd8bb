import { Failure, type Finding, type ObjectKind } from '../../model/index.ts';
import { type DicomFile, tagText } from './dataSet.ts';
import { uidFromBytes, uidFromText } from './madeUid.ts';
import { refuse } from './pixelFormat.ts';
import { Tag } from './tags.ts';
import { kindOfModality, SopClassUid, sopClassOf } from './uids.ts';

export interface Identity {
  readonly kind: ObjectKind;
  readonly sopInstanceUid: string;
  readonly studyUid: string;
  readonly seriesUid: string;
  /** Modality, set right where it contradicts the SOP class. */
  readonly modality: string;
  readonly findings: readonly Finding[];
}

/** Modalities that the SOP class leaves no doubt about. */
const MODALITY_OF_CLASS = new Map<string, string>([
  [SopClassUid.CtImage, 'CT'],
  [SopClassUid.EnhancedCtImage, 'CT'],
  [SopClassUid.MrImage, 'MR'],
  [SopClassUid.EnhancedMrImage, 'MR'],
  [SopClassUid.PetImage, 'PT'],
  [SopClassUid.RtImage, 'RTIMAGE'],
  [SopClassUid.RtDose, 'RTDOSE'],
  [SopClassUid.RtStructureSet, 'RTSTRUCT'],
  [SopClassUid.RtPlan, 'RTPLAN'],
  [SopClassUid.RtIonPlan, 'RTPLAN'],
  [SopClassUid.SpatialRegistration, 'REG'],
  [SopClassUid.DeformableSpatialRegistration, 'REG'],
  [SopClassUid.Segmentation, 'SEG'],
  [SopClassUid.LabelMapSegmentation, 'SEG'],
]);

/** What the object is, by its SOP class; by its modality or pixel data only where it names no class. */
function kindOf(file: DicomFile, subject: string): ObjectKind {
  if (file.sopClassUid !== '') {
    const known = sopClassOf(file.sopClassUid);
    if (known) return known.kind;
    if (file.pixelData) return 'image';
    throw refuse(
      subject,
      'VALUE_INVALID',
      Tag.SOPClassUID,
      `is of the class ${file.sopClassUid}, which is not one of DICOM's`,
    );
  }
  const kind = kindOfModality(file.dataSet.text(Tag.Modality) ?? '');
  if (kind) return kind;
  throw refuse(
    subject,
    'REQUIRED_TAG_MISSING',
    Tag.SOPClassUID,
    'does not say what kind of object it is (no SOP Class UID)',
  );
}

/**
 * Kind and UIDs of an object. Missing instance, study and series UIDs are made from its content.
 *
 * @param bytes the whole file
 * @throws Failure INPUT_NOT_USABLE where the file does not say what it is
 */
export function identityOf(file: DicomFile, bytes: Uint8Array | null, subject: string): Identity {
  const findings: Finding[] = [];
  const { dataSet } = file;
  const kind = kindOf(file, subject);
  const made = (
    tag: typeof Tag.SOPInstanceUID | typeof Tag.StudyInstanceUID | typeof Tag.SeriesInstanceUID,
    name: string,
  ): void => {
    findings.push({
      code: 'VALUE_REPAIRED',
      severity: 'information',
      tag: tagText(tag),
      message: `The file has no ${name}; one was made from its content.`,
    });
  };
  let { sopInstanceUid } = file;
  if (sopInstanceUid === '') {
    if (!bytes)
      throw new Failure('INPUT_NOT_USABLE', `${subject} has no SOP Instance UID.`, {
        finding: 'REQUIRED_TAG_MISSING',
        tag: tagText(Tag.SOPInstanceUID),
      });
    sopInstanceUid = uidFromBytes(bytes);
    made(Tag.SOPInstanceUID, 'SOP Instance UID');
  }
  if (file.sopClassUid === '') {
    findings.push({
      code: 'VALUE_REPAIRED',
      severity: 'warning',
      tag: tagText(Tag.SOPClassUID),
      message: 'The file has no SOP Class UID; what it is was taken from its modality.',
    });
  }
  let studyUid = dataSet.text(Tag.StudyInstanceUID) ?? '';
  let seriesUid = dataSet.text(Tag.SeriesInstanceUID) ?? '';
  if (kind !== 'directory') {
    if (studyUid === '') {
      studyUid = uidFromText(`study ${sopInstanceUid}`);
      made(Tag.StudyInstanceUID, 'Study Instance UID');
    }
    if (seriesUid === '') {
      seriesUid = uidFromText(`series ${sopInstanceUid}`);
      made(Tag.SeriesInstanceUID, 'Series Instance UID');
    }
  }
  const stated = dataSet.text(Tag.Modality) ?? '';
  const certain = MODALITY_OF_CLASS.get(file.sopClassUid);
  if (certain !== undefined && stated !== '' && stated !== certain) {
    findings.push({
      code: 'MODALITY_CORRECTED',
      severity: 'warning',
      tag: tagText(Tag.Modality),
      message: `The file says modality ${stated}, but its SOP class is that of ${certain}; it was taken as ${certain}.`,
    });
  }
  return { kind, sopInstanceUid, studyUid, seriesUid, modality: certain ?? stated, findings };
}
