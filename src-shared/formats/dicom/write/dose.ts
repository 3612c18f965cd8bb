import {
  affineColumn,
  cross,
  dot,
  gridDirections,
  gridSpacing,
  length,
  voxelCentre,
} from '../../../geometry/index.ts';
import { Failure, type Dose } from '../../../model/index.ts';
import { contextAttributes, type WriteContext } from './context.ts';
import { decimalString } from './decimalString.ts';
import { SopClassUid } from '../uids.ts';
import { writeDicom } from './writeDicom.ts';

export interface DoseOptions {
  /** Bits per stored value. 32 resolves any dose; 16 is half the size. */
  readonly bits?: 16 | 32;
  /** Tissue Heterogeneity Correction: IMAGE, ROI_OVERRIDE, WATER. */
  readonly heterogeneity?: 'IMAGE' | 'ROI_OVERRIDE' | 'WATER';
}

/**
 * A dose as an RT Dose file (W8). Stored DVHs are not written: they are computed from the dose.
 * @throws Failure INPUT_NOT_USABLE where the dose has negative or missing values, or its grid is sheared.
 */
export function writeDose(dose: Dose, context: WriteContext, options: DoseOptions = {}): Uint8Array {
  const { volume } = dose;
  const bits = options.bits ?? 32,
    [nx, ny, nz] = volume.dimensions;
  if (volume.unit !== 'Gy' && volume.unit !== 'percent')
    throw new Failure('INPUT_NOT_USABLE', `A dose is in Gy or per cent, not in ${volume.unit}.`);
  const maximum = largest(volume.data);
  // All bits set is what some systems write for 'no value'
  const scalingText = decimalString(scalingFor(maximum, 2 ** bits - 2)),
    scaling = Number(scalingText);
  const [row, column] = gridDirections(volume),
    [dx, dy, dz] = gridSpacing(volume);
  const offsets = frameOffsets(dose);
  return writeDicom(
    {
      ...contextAttributes(context, 'RTDOSE'),
      ContentDate: context.made.date,
      ContentTime: context.made.time,
      SliceThickness: nz > 1 ? dz : '',
      ImagePositionPatient: voxelCentre(volume, [0, 0, 0]),
      ImageOrientationPatient: [...row, ...column],
      PixelSpacing: [dy, dx],
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      NumberOfFrames: nz,
      FrameIncrementPointer: 0x3004000c,
      Rows: ny,
      Columns: nx,
      BitsAllocated: bits,
      BitsStored: bits,
      HighBit: bits - 1,
      PixelRepresentation: 0,
      DoseUnits: volume.unit === 'Gy' ? 'GY' : 'RELATIVE',
      DoseType: dose.type,
      DoseComment: dose.comment === '' ? undefined : dose.comment,
      DoseSummationType: dose.summation,
      GridFrameOffsetVector: offsets,
      DoseGridScaling: scalingText,
      TissueHeterogeneityCorrection: options.heterogeneity,
      ReferencedRTPlanSequence:
        dose.referencedPlanUid === null
          ? undefined
          : [{ ReferencedSOPClassUID: SopClassUid.RtPlan, ReferencedSOPInstanceUID: dose.referencedPlanUid }],
      // Belongs to the RT DVH module, which asks for a DVH beside it: only where no plan leads to the structures
      ReferencedStructureSetSequence:
        dose.referencedStructureSetUid === null || dose.referencedPlanUid !== null
          ? undefined
          : [
              {
                ReferencedSOPClassUID: SopClassUid.RtStructureSet,
                ReferencedSOPInstanceUID: dose.referencedStructureSetUid,
              },
            ],
      PixelData: quantise(volume.data, scaling, bits),
    },
    { sopClass: SopClassUid.RtDose, instance: dose.sopInstanceUid },
  );
}

function largest(values: Float32Array): number {
  let maximum = 0;
  for (const value of values) {
    if (!(value >= 0))
      throw new Failure(
        'INPUT_NOT_USABLE',
        'A dose with negative or missing values cannot be written as RT Dose; cut it to zero first.',
      );
    if (value > maximum) maximum = value;
  }
  if (maximum === Infinity)
    throw new Failure('INPUT_NOT_USABLE', 'A dose with infinite values cannot be written as RT Dose.');
  return maximum;
}

/** The smallest number of seven digits that, times `steps`, holds `maximum`; 1 for a dose of zero. */
function scalingFor(maximum: number, steps: number): number {
  if (maximum === 0) return 1;
  const exact = maximum / steps,
    rounded = Number(exact.toPrecision(7));
  return rounded >= exact ? rounded : Number((exact * (1 + 2e-7)).toPrecision(7));
}

/** Grid Frame Offset Vector, mm along row × column from the first frame. */
function frameOffsets(dose: Dose): number[] {
  const { volume } = dose,
    [row, column] = gridDirections(volume),
    normal = cross(row, column);
  const step = affineColumn(volume.affine, 2),
    along = dot(step, normal);
  const sheared = volume.dimensions[2] > 1 && Math.abs(Math.abs(along) - length(step)) > 1e-4 * length(step);
  if (sheared || Math.abs(dot(row, column)) > 1e-4) {
    throw new Failure(
      'INPUT_NOT_USABLE',
      'The axes of the dose grid are not perpendicular; resample the dose before writing it.',
    );
  }
  return Array.from({ length: volume.dimensions[2] }, (_, k) => Number((k * along).toFixed(6)));
}

function quantise(values: Float32Array, scaling: number, bits: 16 | 32): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * (bits / 8)));
  if (bits === 16) values.forEach((value, n) => view.setUint16(n * 2, Math.round(value / scaling), true));
  else values.forEach((value, n) => view.setUint32(n * 4, Math.round(value / scaling), true));
  return new Uint8Array(view.buffer);
}
