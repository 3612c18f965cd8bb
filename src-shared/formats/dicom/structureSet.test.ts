import { describe, expect, it } from 'vitest';
import { parseDicomFile } from './parse.ts';
import { readStructureSet } from './structureSet.ts';
import { SopClassUid } from './uids.ts';
import { writeDicom, type Attributes } from './write/index.ts';
import type { StructureSet } from '../../model/index.ts';

const read = (attributes: Attributes): StructureSet =>
  readStructureSet(
    parseDicomFile(
      writeDicom(
        { Modality: 'RTSTRUCT', ...attributes },
        { sopClass: SopClassUid.RtStructureSet, instance: '1.2.3' },
      ),
    ),
  );

const square = [0, 0, 5, 10, 0, 5, 10, 10, 5, 0, 10, 5];
const roi = (number: number, name: string, frame = '1.9'): Attributes => ({
  ROINumber: number,
  ROIName: name,
  ReferencedFrameOfReferenceUID: frame,
});
const contour = (data: readonly number[], type = 'CLOSED_PLANAR', image?: string): Attributes => ({
  ContourGeometricType: type,
  NumberOfContourPoints: Math.floor(data.length / 3),
  ContourData: data,
  ...(image === undefined ? {} : { ContourImageSequence: [{ ReferencedSOPInstanceUID: image }] }),
});
const drawn = (number: number, contours: readonly Attributes[], colour?: readonly number[]): Attributes => ({
  ReferencedROINumber: number,
  ContourSequence: contours,
  ...(colour ? { ROIDisplayColor: colour } : {}),
});
const codes = (set: StructureSet): string[] => set.findings.map((f) => f.code);

describe('structure sets', () => {
  it('O20: ROIs with name, type, colour, frame and contours', () => {
    const set = read({
      StructureSetLabel: 'Plan A',
      StructureSetDate: '20260105',
      ApprovalStatus: 'APPROVED',
      StructureSetROISequence: [roi(7, 'PTV')],
      ROIContourSequence: [drawn(7, [contour(square, 'CLOSED_PLANAR', '1.2.55')], [255, 0, 64])],
      RTROIObservationsSequence: [{ ReferencedROINumber: 7, RTROIInterpretedType: 'PTV' }],
    });
    expect(set).toMatchObject({
      sopInstanceUid: '1.2.3',
      label: 'Plan A',
      date: '20260105',
      approval: 'APPROVED',
      frameOfReferenceUids: ['1.9'],
      findings: [],
    });
    expect(set.rois[0]).toMatchObject({
      number: 7,
      name: 'PTV',
      type: 'PTV',
      colour: [255, 0, 64],
      frameOfReferenceUid: '1.9',
    });
    expect(set.rois[0]?.contours[0]).toMatchObject({ type: 'CLOSED_PLANAR', referencedImageUid: '1.2.55' });
    expect([...set.rois[0]!.contours[0]!.points]).toEqual(square);
  });

  it('O21: all five kinds of contour are kept as they came', () => {
    const types = ['CLOSED_PLANAR', 'CLOSEDPLANAR_XOR', 'OPEN_PLANAR', 'OPEN_NONPLANAR', 'POINT'];
    const set = read({
      StructureSetROISequence: [roi(1, 'A')],
      ROIContourSequence: [
        drawn(
          1,
          types.map((t) => contour(t === 'POINT' ? [1, 2, 3] : square, t)),
        ),
      ],
    });
    expect(set.rois[0]?.contours.map((c) => c.type)).toEqual(types);
  });

  it('O22: an ROI without contours, or without a contour item, is there, empty and told', () => {
    const set = read({
      StructureSetROISequence: [roi(1, 'POI'), roi(2, 'Bolus')],
      ROIContourSequence: [drawn(2, [])],
    });
    expect(set.rois.map((r) => [r.name, r.contours.length, r.colour])).toEqual([
      ['POI', 0, null],
      ['Bolus', 0, null],
    ]);
    expect(set.findings).toMatchObject([{ code: 'ROI_EMPTY', message: "'POI', 'Bolus' have no contours." }]);
  });

  it('O23: equal names are kept apart by number, and told; a number given twice counts once', () => {
    const set = read({
      StructureSetROISequence: [roi(1, 'Lung'), roi(2, 'Lung'), roi(2, 'Heart')],
      ROIContourSequence: [drawn(1, [contour(square)]), drawn(2, [contour(square)])],
    });
    expect(set.rois.map((r) => [r.number, r.name])).toEqual([
      [1, 'Lung'],
      [2, 'Lung'],
    ]);
    expect(set.findings.map((f) => f.tag)).toEqual(['(3006,0022)', '(3006,0026)']);
  });

  it('O24: contours that are none are left out and told, never thrown', () => {
    const set = read({
      StructureSetROISequence: [roi(1, 'A')],
      ROIContourSequence: [
        drawn(1, [contour([1, 2, 3, 4]), contour(square, 'SPIRAL'), contour([]), contour(square)]),
        drawn(9, [contour(square)]),
      ],
    });
    expect(set.rois[0]?.contours).toHaveLength(1);
    expect(set.findings.map((f) => f.message)).toEqual([
      expect.stringMatching(/^1 contours hold coordinates/),
      expect.stringMatching(/^1 contours are of a kind/),
      expect.stringMatching(/ROI 9, which the structure set does not name/),
    ]);
  });

  it('O25: frames, series and images that it refers to; references that are no UIDs are told', () => {
    const images = (...uids: string[]): Attributes => ({
      FrameOfReferenceUID: '1.9',
      RTReferencedStudySequence: [
        {
          RTReferencedSeriesSequence: [
            {
              SeriesInstanceUID: '1.5',
              ContourImageSequence: uids.map((u) => ({ ReferencedSOPInstanceUID: u })),
            },
          ],
        },
      ],
    });
    const set = read({
      ReferencedFrameOfReferenceSequence: [images('1.5.1', '1.5.2', '1..2.')],
      StructureSetROISequence: [{ ROINumber: 1, ROIName: 'A' }],
    });
    expect(set).toMatchObject({
      frameOfReferenceUids: ['1.9'],
      referencedSeriesUids: ['1.5'],
      referencedImageUids: ['1.5.1', '1.5.2'],
    });
    expect(set.rois[0]?.frameOfReferenceUid).toBe('1.9');
    expect(codes(set)).toEqual(['REFERENCE_INVALID', 'ROI_EMPTY']);
  });

  it('O26: ROIs in several frames of reference keep their own, and it is told', () => {
    const set = read({
      StructureSetROISequence: [roi(1, 'A', '1.9'), roi(2, 'B', '1.10')],
      ROIContourSequence: [drawn(1, [contour(square)]), drawn(2, [contour(square)])],
    });
    expect(set.frameOfReferenceUids).toEqual(['1.9', '1.10']);
    expect(set.rois.map((r) => r.frameOfReferenceUid)).toEqual(['1.9', '1.10']);
    expect(codes(set)).toEqual(['FRAME_OF_REFERENCE_MIXED']);
  });

  it('O27: a structure set with nothing in it is empty', () => {
    expect(read({})).toMatchObject({
      label: '',
      rois: [],
      frameOfReferenceUids: [],
      referencedImageUids: [],
      findings: [],
    });
  });
});
