import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  derivedUid,
  writeCtSlice,
  type WriteContext,
} from '../../../src-shared/formats/dicom/write/index.ts';

export interface CtOptions {
  /** Everything else follows from the name: patient, study, series and instance UIDs. */
  readonly name: string;
  readonly slices: number;
  /** Rows and columns. */
  readonly size?: number;
  /** HU of every voxel: another value, other bytes under the same UIDs. */
  readonly value?: number;
  readonly patient?: string;
  readonly study?: string;
  readonly description?: string;
}

/** The slices of a small CT series as DICOM files, for tests and benchmarks. */
export function ctFiles(options: CtOptions): Uint8Array[] {
  const { name, slices, size = 8, value = 0, patient = name, study = name } = options;
  const volume = {
    data: new Int16Array(size * size * slices).fill(value),
    dimensions: [size, size, slices] as const,
    affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0] as const,
    unit: 'HU' as const,
    frameOfReferenceUid: derivedUid(study, 'frame'),
    padding: null,
  };
  return Array.from({ length: slices }, (_, k) => {
    const context: WriteContext = {
      patient: { id: `ID-${patient}`, name: `Surname${patient}^Given`, birthDate: '19600101', sex: 'O' },
      study: {
        uid: derivedUid(patient, study, 'study'),
        id: study,
        date: '20260105',
        time: '120000',
        description: `Study ${study}`,
        accession: '',
      },
      series: {
        uid: derivedUid(name, 'series'),
        number: 1,
        description: options.description ?? `Series ${name}`,
      },
      frameOfReferenceUid: volume.frameOfReferenceUid,
      instanceNumber: k + 1,
      made: { date: '20260105', time: '120000' },
      equipment: { manufacturer: 'Fluence', model: 'test', version: '1' },
    };
    return writeCtSlice(volume, k, context, {
      instance: instanceUid(name, k),
      patientPosition: 'HFS',
      bodyPart: 'PELVIS',
    });
  });
}

export const instanceUid = (name: string, k: number): string => derivedUid(name, 'instance', String(k));
export const seriesUid = (name: string): string => derivedUid(name, 'series');
export const studyUid = (patient: string, study = patient): string => derivedUid(patient, study, 'study');

/** Writes the slices into `folder` as CT.000.dcm …; answers the paths. */
export function writeCtFolder(folder: string, options: CtOptions): string[] {
  mkdirSync(folder, { recursive: true });
  return ctFiles(options).map((bytes, k) => {
    const path = join(folder, `CT.${String(k).padStart(3, '0')}.dcm`);
    writeFileSync(path, bytes);
    return path;
  });
}
