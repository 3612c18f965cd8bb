import {
  affineColumn,
  gridDirections,
  gridSpacing,
  voxelCentre,
  dot,
  cross,
  type PatientPosition,
} from '../../../geometry/index.ts';
import { Failure, type Volume } from '../../../model/index.ts';
import { contextAttributes, type WriteContext } from './context.ts';
import { SopClassUid } from '../uids.ts';
import { writeDicom } from './writeDicom.ts';

export interface CtSliceOptions {
  readonly instance: string;
  readonly patientPosition: PatientPosition;
  /** Body Part Examined, 'PELVIS'. */
  readonly bodyPart: string;
  readonly imageType?: readonly string[];
  readonly window?: { readonly centre: number; readonly width: number };
}

/**
 * Slice k of a CT volume as a CT Image file: signed 16-bit HU, no rescale.
 * @throws Failure INPUT_NOT_USABLE where the volume is not HU or the slice is not in it.
 */
export function writeCtSlice(
  volume: Volume<Int16Array>,
  k: number,
  context: WriteContext,
  options: CtSliceOptions,
): Uint8Array {
  const [nx, ny, nz] = volume.dimensions;
  if (volume.unit !== 'HU')
    throw new Failure(
      'INPUT_NOT_USABLE',
      `A CT slice holds Hounsfield units; this volume holds ${volume.unit}.`,
    );
  if (!(k >= 0 && k < nz))
    throw new Failure('INPUT_NOT_USABLE', `The volume has ${nz} slices; there is no slice ${k}.`);
  const [row, column] = gridDirections(volume),
    [dx, dy] = gridSpacing(volume);
  const normal = cross(row, column),
    position = voxelCentre(volume, [0, 0, k]);
  return writeDicom(
    {
      ...contextAttributes(context, 'CT'),
      ImageType: options.imageType ?? ['DERIVED', 'SECONDARY', 'AXIAL'],
      ContentDate: context.made.date,
      ContentTime: context.made.time,
      AcquisitionNumber: 1,
      BodyPartExamined: options.bodyPart,
      KVP: '',
      PatientPosition: options.patientPosition,
      ImagePositionPatient: position,
      ImageOrientationPatient: [...row, ...column],
      SliceLocation: dot(position, normal),
      PixelSpacing: [dy, dx],
      SliceThickness: Math.abs(dot(affineColumn(volume.affine, 2), normal)),
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      Rows: ny,
      Columns: nx,
      BitsAllocated: 16,
      BitsStored: 16,
      HighBit: 15,
      PixelRepresentation: 1,
      ...(volume.padding === null
        ? {}
        : { PixelPaddingValue: volume.padding.from, PixelPaddingRangeLimit: volume.padding.to }),
      RescaleIntercept: 0,
      RescaleSlope: 1,
      RescaleType: 'HU',
      ...(options.window === undefined
        ? {}
        : { WindowCenter: options.window.centre, WindowWidth: options.window.width }),
      BurnedInAnnotation: 'NO',
      PixelData: littleEndian16(volume.data.subarray(k * nx * ny, (k + 1) * nx * ny)),
    },
    { sopClass: SopClassUid.CtImage, instance: options.instance },
  );
}

function littleEndian16(values: Int16Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  values.forEach((value, n) => view.setInt16(n * 2, value, true));
  return new Uint8Array(view.buffer);
}
