import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { derivedUid, writeCtSlice, type WriteContext } from '../../src-shared/formats/dicom/write/index.ts';

const SLICES = 12,
  SIZE = 64;
const uid = (...names: string[]): string => derivedUid('Fluence tests', 'two passes', ...names);
export const TWO_PASSES = { study: uid('study'), series: uid('series'), values: [40, 900] as const };

/**
 * One CT series of two passes over the same places, told apart by their image type: a block of 40 HU in air, then one
 * of 900 HU.
 */
export function writeTwoPasses(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [pass, value] of TWO_PASSES.values.entries()) {
    const data = new Int16Array(SIZE * SIZE * SLICES).fill(-1000);
    for (let n = 0; n < data.length; n++) {
      const column = n % SIZE,
        row = Math.floor(n / SIZE) % SIZE;
      if (column >= 16 && column < 48 && row >= 12 && row < 52) data[n] = value;
    }
    const volume = {
      data,
      dimensions: [SIZE, SIZE, SLICES],
      affine: [4, 0, 0, -126, 0, 4, 0, -126, 0, 0, 5, 0],
      unit: 'HU',
      frameOfReferenceUid: uid('frame'),
      padding: null,
    } as const;
    for (let k = 0; k < SLICES; k++) {
      const context: WriteContext = {
        patient: { id: 'PASSES', name: 'Passes^Two', birthDate: '', sex: '' },
        study: {
          uid: TWO_PASSES.study,
          id: '1',
          date: '20260101',
          time: '120000',
          description: '',
          accession: '',
        },
        series: { uid: TWO_PASSES.series, number: 1, description: 'Two passes' },
        frameOfReferenceUid: volume.frameOfReferenceUid,
        instanceNumber: pass * SLICES + k + 1,
        made: { date: '20260101', time: '120000' },
        equipment: { manufacturer: 'Fluence', model: 'Tests', version: '1' },
      };
      const bytes = writeCtSlice(volume, k, context, {
        instance: uid('instance', String(pass), String(k)),
        patientPosition: 'HFS',
        bodyPart: 'PELVIS',
        imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL', pass === 0 ? 'PLAIN' : 'CONTRAST'],
      });
      writeFileSync(join(folder, `${pass}-${String(k).padStart(2, '0')}.dcm`), bytes);
    }
  }
}
