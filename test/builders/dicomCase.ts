import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Grid } from '../../src-shared/geometry/index.ts';
import { SopClassUid } from '../../src-shared/formats/dicom/uids.ts';
import {
  derivedUid,
  writeCtSlice,
  writeDose,
  writeStructureSet,
  type WriteContext,
} from '../../src-shared/formats/dicom/write/index.ts';
import { writeNrrd } from '../../src-shared/formats/nrrd/index.ts';
import type { Roi } from '../../src-shared/model/index.ts';
import { contour, doseOn, prism, rectangle, type Loop } from './rois.ts';

/** Axial slices of 8 × 8 pixels of 5 mm, 6 of them 4 mm apart; x and y from −17.5 to 17.5, z from 0 to 20. */
const CT: Grid = { dimensions: [8, 8, 6], affine: [5, 0, 0, -17.5, 0, 5, 0, -17.5, 0, 0, 4, 0] };
/** Covers the CT with some to spare. */
const DOSE: Grid = { dimensions: [21, 21, 15], affine: [3, 0, 0, -30, 0, 3, 0, -30, 0, 0, 3, -9] };
const BOX: Loop = rectangle(-10, -6, 10, 6);

const uid = (...names: string[]): string => derivedUid('Fluence tests', ...names);
const roi = (number: number, name: string, shape: Roi): Roi => ({
  ...shape,
  number,
  name,
  frameOfReferenceUid: uid('frame'),
});

export const UIDS = {
  study: uid('study'),
  ct: uid('ct'),
  structures: uid('structures'),
  structureSeries: uid('structure series'),
  dose: uid('dose'),
};

/**
 * A small case with known answers: CT/, RS.dcm with "Box" (20 × 12 mm on the planes z = 4 to 16: 2.88 cc without caps,
 * 3.84 cc with half caps) and "Flat" (the same on z = 8 alone: 0.96 cc by the images' distance), and RD.dcm with a dose
 * of 20 Gy + 0.5 Gy/mm · x.
 */
export function writeCase(folder: string): void {
  mkdirSync(join(folder, 'CT'), { recursive: true });
  const context = (series: string, number: number, instance: number): WriteContext => ({
    patient: { id: 'TEST', name: 'Test^Case', birthDate: '', sex: '' },
    study: { uid: UIDS.study, id: '1', date: '20260101', time: '120000', description: 'Test', accession: '' },
    series: { uid: series, number, description: 'Test series' },
    frameOfReferenceUid: uid('frame'),
    instanceNumber: instance,
    made: { date: '20260101', time: '120000' },
    equipment: { manufacturer: 'Fluence', model: 'Tests', version: '1' },
  });
  const [nx, ny, nz] = CT.dimensions;
  const image = {
    ...CT,
    data: new Int16Array(nx * ny * nz).fill(40),
    unit: 'HU',
    frameOfReferenceUid: uid('frame'),
    padding: null,
  } as const;
  const instances = Array.from({ length: nz }, (_, k) => uid('slice', String(k)));
  instances.forEach((instance, k) =>
    writeFileSync(
      join(folder, 'CT', `${k}.dcm`),
      writeCtSlice(image, k, context(UIDS.ct, 1, k + 1), {
        instance,
        patientPosition: 'HFS',
        bodyPart: 'PELVIS',
      }),
    ),
  );
  const set = {
    sopInstanceUid: UIDS.structures,
    label: 'Test',
    date: '20260101',
    approval: '',
    frameOfReferenceUids: [uid('frame')],
    referencedSeriesUids: [UIDS.ct],
    referencedImageUids: instances,
    rois: [
      roi(1, 'Box', prism([BOX], 4, 4, 4)),
      roi(2, 'Flat', { ...prism([], 0, 1, 1), contours: [contour(BOX, 8)] }),
    ],
    findings: [],
  };
  const drawnOn = { seriesUid: UIDS.ct, sopClass: SopClassUid.CtImage, instances };
  writeFileSync(
    join(folder, 'RS.dcm'),
    writeStructureSet(set, context(UIDS.structureSeries, 2, 1), { name: 'Test', images: [drawnOn] }),
  );
  const dose = {
    sopInstanceUid: UIDS.dose,
    volume: { ...doseOn(DOSE, ([x]) => 20 + 0.5 * x), frameOfReferenceUid: uid('frame') },
    type: 'PHYSICAL',
    summation: 'PLAN',
    comment: '',
    referencedPlanUid: null,
    referencedBeamNumbers: [],
    referencedStructureSetUid: null,
    storedDvhs: [],
    findings: [],
  };
  writeFileSync(join(folder, 'RD.dcm'), writeDose(dose, context(uid('dose series'), 3, 1)));
}

/** Masks on voxels of 4 × 3 × 4 mm: Box.nrrd, the box of RS.dcm without caps, and None.nrrd, which holds nothing. */
export function writeMasks(folder: string): void {
  mkdirSync(folder);
  const box = {
    dimensions: [5, 4, 3],
    affine: [4, 0, 0, -8, 0, 3, 0, -4.5, 0, 0, 4, 6],
    data: new Uint8Array(60).fill(1),
    unit: 'label',
    frameOfReferenceUid: null,
    padding: null,
  } as const;
  writeFileSync(join(folder, 'Box.nrrd'), writeNrrd(box));
  writeFileSync(join(folder, 'None.nrrd'), writeNrrd({ ...box, data: new Uint8Array(60) }));
}
