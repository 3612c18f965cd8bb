import { describe, expect, it } from 'vitest';
import { parseDicomFile } from './parse.ts';
import {
  planSeries,
  shownVolume,
  sliceFactsOfFile,
  soleVolume,
  valueScalingsOfFile,
  type ValueScaling,
} from './series.ts';
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

  const scaled = { RescaleSlope: 0.5, RescaleIntercept: -1000 };
  const scalingOf = (attributes: Attributes, sopClass: string = SopClassUid.CtImage): ValueScaling =>
    valueScalingsOfFile(file(attributes, sopClass))[0]!;

  it('O14: PET is activity, SUV or counts as Units says, else told', () => {
    const pet = (Units: string): ValueScaling =>
      scalingOf({ ...scaled, RescaleIntercept: 0, Units }, SopClassUid.PetImage);
    expect(['BQML', 'GML', 'CNTS', 'PROPCPS', ''].map((units) => pet(units).unit)).toEqual([
      'Bq/ml',
      'g/ml',
      'counts',
      'stored',
      'stored',
    ]);
    expect(['BQML', 'GML', 'CNTS'].some((units) => pet(units).doubt)).toBe(false);
    expect(pet('PROPCPS').doubt).toMatchObject({
      severity: 'warning',
      tag: '(0054,1001)',
      message: 'The PET images hold values in PROPCPS, which are neither activity nor SUV.',
    });
    expect(pet('').doubt?.message).toContain('do not say in which unit');
  });

  it('O12: the unit of CT is what Rescale Type says, HU where it says nothing', () => {
    const ct = (RescaleType: string): ValueScaling => scalingOf({ ...scaled, RescaleType });
    expect(['HU', '', 'ED', 'EDW', 'Z', 'Z_EFF', 'MGML'].map((type) => ct(type).unit)).toEqual([
      'HU',
      'HU',
      '10^23/ml',
      'relative to water',
      'Zeff',
      'Zeff',
      'mg/ml',
    ]);
    for (const type of ['US', 'OD', 'HU_MOD', 'PCT', 'XY'])
      expect(ct(type)).toMatchObject({
        unit: 'stored',
        slope: 0.5,
        intercept: -1000,
        doubt: { severity: 'warning', tag: '(0028,1054)', message: expect.stringContaining('HU') as string },
      });
    expect(scalingOf(scaled).doubt).toBeUndefined();
    expect(scalingOf({ ...scaled, RescaleType: 'ED' }, SopClassUid.MrImage).unit).toBe('stored');
  });

  it('O12: CT without slope or intercept is stored values, not HU, and told', () => {
    for (const attributes of [{}, { RescaleSlope: 2 }, { RescaleIntercept: -1024 }, { RescaleSlope: '' }])
      expect(scalingOf(attributes as Attributes)).toMatchObject({
        unit: 'stored',
        slope: 1,
        intercept: 0,
        doubt: { code: 'REQUIRED_TAG_MISSING', severity: 'warning' },
      });
    expect(scalingOf({}).doubt?.message).toBe(
      'The CT images give no rescale slope: the stored values are shown, which are not known to be HU.',
    );
    expect(scalingOf({ Units: 'BQML' }, SopClassUid.PetImage)).toMatchObject({
      unit: 'stored',
      doubt: { tag: '(0028,1053)' },
    });
    expect(scalingOf({}, SopClassUid.MrImage)).toMatchObject({ slope: 1, intercept: 0, unit: 'stored' });
    expect(scalingOf({}, SopClassUid.MrImage).doubt).toBeUndefined();
  });

  it('O12: a rescale slope of 0 gives stored values, told, whatever the image', () => {
    const zero = { RescaleSlope: 0, RescaleIntercept: -1024, Units: 'BQML' };
    for (const sopClass of [SopClassUid.CtImage, SopClassUid.PetImage, SopClassUid.MrImage])
      expect(scalingOf(zero, sopClass)).toMatchObject({
        unit: 'stored',
        slope: 1,
        intercept: 0,
        doubt: { code: 'VALUE_INVALID', severity: 'warning', tag: '(0028,1053)' },
      });
  });

  it('O10: slices whose values stand for something else are no part of the volume, and told', () => {
    const ct = (attributes: Attributes, z: number): DicomFile =>
      file(
        {
          SOPInstanceUID: `1.2.${z}`,
          ImagePositionPatient: [0, 0, z],
          ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
          PixelSpacing: [1, 1],
          ...attributes,
        },
        SopClassUid.CtImage,
      );
    const sliceOf = (attributes: Attributes) => (z: number) => sliceFactsOfFile(ct(attributes, z))[0]!;
    const hu = sliceOf(scaled),
      bare = sliceOf({}),
      density = sliceOf({ ...scaled, RescaleType: 'ED' });

    const one = planSeries([...[0, 1, 3, 4].map(hu), bare(2)]);
    expect(one.volumes.map((v) => v.slices.map(({ kind }) => kind))).toEqual([
      ['slice', 'slice', 'missing', 'slice', 'slice'],
    ]);
    const sentence =
      'A slice holds values without rescale slope or intercept where the others hold HU, and is left out of the volume.';
    expect(one.findings).toMatchObject([{ code: 'VALUES_MIXED', severity: 'warning', message: sentence }]);
    expect(() => soleVolume(one)).toThrow(sentence);
    expect(shownVolume(one).findings.map(({ code }) => code)).toEqual(['VALUES_MIXED', 'SLICE_GAP']);

    const two = planSeries([...[0, 1, 2].map(hu), ...[0, 1].map(density)]);
    expect(two.volumes.map((v) => v.label)).toEqual([
      'Axial, 3 slices, 1 × 1 × 1 mm, HU',
      'Axial, 2 slices, 1 × 1 × 1 mm, 10^23/ml',
    ]);
    expect(() => soleVolume(two)).toThrow(
      /2 volumes; choose .* A part of the series \(2 slices of 5\) holds 10\^23\/ml where the others hold HU; it is a volume of its own\./,
    );
    expect(planSeries([0, 1, 2].map(bare)).findings).toEqual([]);
    expect(sliceOf({ ...scaled, RescaleType: 'HU' })(0).meaning).toBe(hu(0).meaning);
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
