import { describe, expect, it } from 'vitest';
import { parseDicomFile } from './parse.ts';
import { planSeries, sliceFactsOfFile, soleVolume, valueScalingsOfFile } from './series.ts';
import { SopClassUid } from './uids.ts';
import type { DicomFile } from './dataSet.ts';
import { writeDicom, type Attributes } from './write/index.ts';

const file = (attributes: Attributes, sopClass: string): DicomFile =>
  parseDicomFile(
    writeDicom(
      {
        FrameOfReferenceUID: '1.9',
        Rows: 2,
        Columns: 3,
        BitsAllocated: 16,
        BitsStored: 12,
        PixelRepresentation: 0,
        ...attributes,
      },
      { sopClass, instance: '1.2.3' },
    ),
  );

describe('enhanced multi-frame images', () => {
  const frame = (z: number, slope: number): Attributes => ({
    PlanePositionSequence: [{ ImagePositionPatient: [1, 2, z] }],
    PixelValueTransformationSequence: [{ RescaleSlope: slope, RescaleIntercept: -1000 }],
  });
  const enhanced = file(
    {
      NumberOfFrames: 3,
      SharedFunctionalGroupsSequence: [
        {
          PlaneOrientationSequence: [{ ImageOrientationPatient: [1, 0, 0, 0, 1, 0] }],
          PixelMeasuresSequence: [{ PixelSpacing: [0.5, 0.25], SliceThickness: 4 }],
        },
      ],
      PerFrameFunctionalGroupsSequence: [frame(8, 1), frame(0, 2), frame(4, 3)],
    },
    SopClassUid.EnhancedCtImage,
  );

  it('O16: frames are placed by their functional groups, per frame before shared', () => {
    const volume = soleVolume(planSeries(sliceFactsOfFile(enhanced)));
    expect(volume.affine).toEqual([0.25, 0, 0, 1, 0, 0.5, 0, 2, 0, 0, 4, 0]);
    expect(volume.slices.map((s) => s.kind === 'slice' && s.slice)).toEqual([1, 2, 0]);
  });

  it('O16: each frame has its own rescale', () => {
    expect(valueScalingsOfFile(enhanced).map((s) => [s.slope, s.intercept, s.unit])).toEqual([
      [1, -1000, 'HU'],
      [2, -1000, 'HU'],
      [3, -1000, 'HU'],
    ]);
  });

  it('O16: frames of nuclear medicine lie at Spacing Between Slices along the normal', () => {
    const nuclear = file(
      {
        NumberOfFrames: 3,
        PixelSpacing: [2, 2],
        SpacingBetweenSlices: 5,
        DetectorInformationSequence: [
          { ImagePositionPatient: [0, 0, 100], ImageOrientationPatient: [1, 0, 0, 0, -1, 0] },
        ],
      },
      '1.2.840.10008.5.1.4.1.1.20',
    );
    expect(sliceFactsOfFile(nuclear).map((s) => s.position?.[2])).toEqual([100, 95, 90]);
  });
});

describe('values of single-frame images', () => {
  it('O13: padding is read by the sign of the pixels, whatever its VR says', () => {
    const signed = { PixelRepresentation: 1, BitsStored: 16, PixelPaddingValue: -2000 };
    expect(valueScalingsOfFile(file(signed, SopClassUid.CtImage))[0]?.padding).toEqual({
      from: -2000,
      to: -2000,
    });
    const ranged = { PixelPaddingValue: 10, PixelPaddingRangeLimit: 0 };
    expect(valueScalingsOfFile(file(ranged, SopClassUid.MrImage))[0]?.padding).toEqual({ from: 0, to: 10 });
  });

  it('O14: PET counts as activity only in BQML', () => {
    const unit = (Units: string): string | undefined =>
      valueScalingsOfFile(file({ Units }, SopClassUid.PetImage))[0]?.unit;
    expect([unit('BQML'), unit('CNTS')]).toEqual(['Bq/ml', 'stored']);
  });

  it('colour images are refused, and what splits passes is read', () => {
    expect(() =>
      valueScalingsOfFile(file({ SamplesPerPixel: 3 }, SopClassUid.SecondaryCaptureImage)),
    ).toThrow(/Colour images/);
    const [slice] = sliceFactsOfFile(
      file({ AcquisitionNumber: 2, EchoTime: 80.5, ImageType: ['ORIGINAL', 'PRIMARY'] }, SopClassUid.MrImage),
    );
    expect(slice?.passes).toEqual(['2', '', '80.5', '', '', 'ORIGINAL\\PRIMARY']);
    expect(slice?.position).toBeNull();
  });
});
