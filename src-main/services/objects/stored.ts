import { decodeFrames } from '../../../src-shared/formats/dicom/index.ts';
import { affineFromColumns } from '../../../src-shared/geometry/index.ts';
import type { Volume } from '../../../src-shared/model/index.ts';
import { codecAssets } from '../codecAssets.ts';
import { readDicom } from './radiotherapy.ts';

export interface StoredImage {
  readonly volume: Volume;
  /** Values per pixel: 3 for colour. */
  readonly components: number;
}

/**
 * An image file's values as stored: no rescale, palette, window or colour conversion; frames as slices in the file's
 * order, colour components as the fastest axis. Pixel spacing where the file gives it, else 1 mm; no place in a patient.
 * @throws Failure INPUT_NOT_USABLE where it has no pixels or they cannot be decoded.
 */
export async function openStored(file: string): Promise<StoredImage> {
  const parsed = await readDicom(file);
  const { samples, shape } = await decodeFrames(parsed, codecAssets);
  const [frames, rows, columns, components] = shape;
  const [down = 1, along = 1] = parsed.dataSet.numbers('x00280030');
  const step = (value: number): number => (value > 0 ? value : 1);
  return {
    components,
    volume: {
      dimensions: [columns, rows, frames],
      affine: affineFromColumns([step(along), 0, 0], [0, step(down), 0], [0, 0, 1], [0, 0, 0]),
      data: samples,
      unit: 'stored',
      frameOfReferenceUid: null,
      padding: null,
    },
  };
}
