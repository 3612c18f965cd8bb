import type { InstanceRecord } from '../../../model/index.ts';
import type { Attributes } from './attributes.ts';

/** Whose object it is, and where it belongs: what every object carries besides its own content. */
export interface WriteContext {
  readonly patient: InstanceRecord['patient'] & { readonly comments?: string };
  readonly study: InstanceRecord['study'];
  readonly series: { readonly uid: string; readonly number: number; readonly description: string };
  readonly frameOfReferenceUid: string;
  readonly instanceNumber: number;
  /** DICOM DA and TM of the making; handed in, as the writer asks no clock. */
  readonly made: { readonly date: string; readonly time: string };
  readonly equipment: { readonly manufacturer: string; readonly model: string; readonly version: string };
}

/** Patient, study, series, frame of reference, equipment and SOP common modules. */
export const contextAttributes = (context: WriteContext, modality: string): Attributes => ({
  InstanceCreationDate: context.made.date,
  InstanceCreationTime: context.made.time,
  StudyDate: context.study.date,
  StudyTime: context.study.time,
  AccessionNumber: context.study.accession,
  Modality: modality,
  Manufacturer: context.equipment.manufacturer,
  ManufacturerModelName: context.equipment.model,
  DeviceSerialNumber: '1',
  SoftwareVersions: context.equipment.version,
  ReferringPhysicianName: '',
  OperatorsName: '',
  StudyDescription: context.study.description,
  SeriesDate: context.made.date,
  SeriesTime: context.made.time,
  SeriesDescription: context.series.description,
  PatientName: context.patient.name,
  PatientID: context.patient.id,
  PatientBirthDate: context.patient.birthDate,
  PatientSex: context.patient.sex,
  PatientComments: context.patient.comments,
  StudyInstanceUID: context.study.uid,
  SeriesInstanceUID: context.series.uid,
  StudyID: context.study.id,
  SeriesNumber: context.series.number,
  InstanceNumber: context.instanceNumber,
  FrameOfReferenceUID: context.frameOfReferenceUid,
  PositionReferenceIndicator: '',
});
