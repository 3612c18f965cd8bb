import { describe, expect, it } from 'vitest';
import { affineColumn, affineOrigin } from '../../geometry/index.ts';
import type { Dose } from '../../model/index.ts';
import { isDoseEmpty, readDose } from './dose.ts';
import { inspectAtImport } from './inspect.ts';
import { parseDicomFile } from './parse.ts';
import { SopClassUid } from './uids.ts';
import type { DicomFile } from './dataSet.ts';
import { writeDicom, type Attributes } from './write/index.ts';

const HEADER: Attributes = {
  Modality: 'RTDOSE',
  FrameOfReferenceUID: '1.9',
  Rows: 1,
  Columns: 2,
  BitsAllocated: 32,
  PixelSpacing: [3, 2],
  ImagePositionPatient: [-5, -6, 7],
  ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
  DoseUnits: 'GY',
  DoseType: 'PHYSICAL',
  DoseSummationType: 'PLAN',
  DoseGridScaling: 0.001,
};
const file = (change: Attributes): DicomFile =>
  parseDicomFile(writeDicom({ ...HEADER, ...change }, { sopClass: SopClassUid.RtDose, instance: '1.2.3' }));
/** Frames hold 1000 n and 1000 n + 1, so their doses are n and n + 0.001 Gy. */
const frames = (count: number): Uint32Array[] =>
  Array.from({ length: count }, (_, n) => Uint32Array.of(1000 * n, 1000 * n + 1));
const read = (change: Attributes, count = 3): Dose => readDose(file(change), frames(count));
const planes = (dose: Dose): number[] =>
  Array.from({ length: dose.volume.dimensions[2] }, (_, k) => Number(dose.volume.data[2 * k]!.toFixed(4)));
const codes = (dose: Dose): string[] => dose.findings.map((f) => f.code);
const square: Attributes = { PixelSpacing: [2, 2] };

describe('dose grids', () => {
  it('O30: stored × scaling in Gy, on the lattice of position, spacing (row, column) and offsets', () => {
    const dose = read({ GridFrameOffsetVector: [0, 2.5, 5] });
    expect(dose.volume).toMatchObject({
      dimensions: [2, 1, 3],
      unit: 'Gy',
      frameOfReferenceUid: '1.9',
      affine: [2, 0, 0, -5, 0, 3, 0, -6, 0, 0, 2.5, 7],
    });
    expect(planes(dose)).toEqual([0, 1, 2]);
    expect(dose.volume.data[1]).toBeCloseTo(0.001, 7);
    expect(codes(dose)).toEqual(['NON_SQUARE_PIXELS']);
  });

  it('O31: descending offsets: planes are put in ascending order, every dose stays in its place', () => {
    const dose = read({ ...square, GridFrameOffsetVector: [0, -2, -4] });
    expect(planes(dose)).toEqual([2, 1, 0]);
    expect(affineOrigin(dose.volume.affine)).toEqual([-5, -6, 3]);
    expect(affineColumn(dose.volume.affine, 2)).toEqual([0, 0, 2]);
    expect(codes(dose)).toEqual(['DOSE_GRID_DESCENDING']);
  });

  it('O31: offsets run along the normal of feet-first and decubitus grids', () => {
    const feetFirst = read({
      ...square,
      ImageOrientationPatient: [-1, 0, 0, 0, 1, 0],
      GridFrameOffsetVector: [0, 2, 4],
    });
    expect(affineColumn(feetFirst.volume.affine, 2)).toEqual([0, 0, -2]);
    expect(planes(feetFirst)).toEqual([0, 1, 2]);
    const decubitus = read({
      ...square,
      ImageOrientationPatient: [0, 1, 0, -1, 0, 0],
      GridFrameOffsetVector: [0, 2, 4],
    });
    expect(affineColumn(decubitus.volume.affine, 0)).toEqual([0, 2, 0]);
    expect(affineColumn(decubitus.volume.affine, 2)[2]).toBe(2);
  });

  it('O32: offsets that do not begin at 0 are z coordinates of axial planes (PS3.3 C.8.8.3.2)', () => {
    const upright = read({ ...square, GridFrameOffsetVector: [7, 9, 11] });
    expect(affineOrigin(upright.volume.affine)[2]).toBe(7);
    expect(planes(upright)).toEqual([0, 1, 2]);
    // With the normal pointing down, rising z means descending along the normal
    const down = read({
      ...square,
      ImageOrientationPatient: [-1, 0, 0, 0, 1, 0],
      GridFrameOffsetVector: [7, 9, 11],
    });
    expect(planes(down)).toEqual([2, 1, 0]);
    expect(affineOrigin(down.volume.affine)[2]).toBe(11);
    expect(affineColumn(down.volume.affine, 2)).toEqual([0, 0, -2]);
    expect(codes(down)).toEqual(['DOSE_GRID_DESCENDING']);
    // Feet first on the side: row × column points down here too
    const aside = read({
      ...square,
      ImageOrientationPatient: [0, -1, 0, -1, 0, 0],
      GridFrameOffsetVector: [7, 9, 11],
    });
    expect(planes(aside)).toEqual([2, 1, 0]);
    expect(affineOrigin(aside.volume.affine)[2]).toBe(11);
  });

  it('O32: offsets that begin at no place of the first plane are told', () => {
    const odd = read({ ...square, GridFrameOffsetVector: [100, 102, 104] });
    expect(planes(odd)).toEqual([0, 1, 2]);
    expect(affineOrigin(odd.volume.affine)[2]).toBe(7);
    expect(codes(odd)).toEqual(['VALUE_INVALID']);
  });

  it('O33: the even lattice meets every plane, so no peak is lost', () => {
    const doses = (offsets: number[], peak: number): Dose =>
      readDose(
        file({ ...square, GridFrameOffsetVector: offsets }),
        offsets.map((_, n) => Uint32Array.of(n === peak ? 60_000 : 0, 0)),
      );
    for (const [offsets, peak, count] of [
      [[0, 2, 4, 9], 2, 10],
      [[0, 2.5, 5, 7.5, 10, 13], 4, 27],
    ] as const) {
      const dose = doses([...offsets], peak);
      expect(planes(dose)).toHaveLength(count);
      expect(Math.max(...planes(dose))).toBe(60);
      expect(codes(dose)).toEqual(['UNEVEN_SPACING']);
    }
    // 0.01 mm is what they have in common: 1301 planes. The narrowest distance misses the peak, and that is told.
    const lost = doses([0, 2.51, 5, 7.5, 10, 13], 1);
    expect(lost.findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^The highest stored value, 60 Gy, lies on a plane that the even 2\.6 mm do not meet; 57\.\d+ Gy/,
      ),
    );
  });

  it('O34: planes that the number of frames leaves out are not dropped without a word', () => {
    const change = { ...square, BitsAllocated: 16, GridFrameOffsetVector: [0, 2, 4] };
    const held =
      (values: number): (() => Dose) =>
      (): Dose =>
        readDose(file({ ...change, PixelData: new Uint8Array(2 * values) }), frames(1));
    expect(held(6)).toThrow(
      'The dose gives places for 3 planes and holds values of 3, but its number of frames says 1.',
    );
    expect(held(2)).not.toThrow();
  });

  it('O33: frames out of order are sorted; uneven ones interpolated and told', () => {
    expect(planes(read({ ...square, GridFrameOffsetVector: [0, 4, 2] }))).toEqual([0, 2, 1]);
    const uneven = read({ ...square, GridFrameOffsetVector: [0, 1, 3] });
    expect(planes(uneven)).toEqual([0, 1, 1.5, 2]);
    expect(codes(uneven)).toEqual(['UNEVEN_SPACING']);
  });

  it('O34: without offsets the slice thickness counts, and it is told; without either the dose is refused', () => {
    const dose = read({ ...square, SliceThickness: 4 });
    expect(affineColumn(dose.volume.affine, 2)).toEqual([0, 0, 4]);
    expect(codes(dose)).toEqual(['NOTE']);
    expect(() => read(square)).toThrow(/does not say where they lie/);
    expect(() => read({ ...square, GridFrameOffsetVector: [0, 2] })).toThrow(
      /3 planes but gives places for only 2/,
    );
    expect(() => read({ ...square, GridFrameOffsetVector: [0, 2, 2] })).toThrow(/same place/);
  });

  it('O35: a single plane states the thickness it is given', () => {
    const thickness = (change: Attributes): [number, string] => {
      const dose = read({ ...square, ...change }, 1);
      return [affineColumn(dose.volume.affine, 2)[2], dose.findings[0]!.message];
    };
    expect(thickness({ SliceThickness: 3 })).toEqual([3, expect.stringContaining('its stated thickness')]);
    expect(thickness({ GridFrameOffsetVector: [0, 5, 10] })).toEqual([
      5,
      expect.stringContaining('the offsets'),
    ]);
    expect(thickness({})).toEqual([1, expect.stringContaining('an assumption')]);
  });

  it('O36: what gives no place or no scale is refused with its tag', () => {
    for (const [change, tag] of [
      [{ DoseGridScaling: undefined }, '(3004,000E)'],
      [{ DoseGridScaling: 0 }, '(3004,000E)'],
      [{ ImagePositionPatient: undefined }, '(0020,0032)'],
      [{ ImageOrientationPatient: [1, 0, 0, 1, 0, 0] }, '(0020,0037)'],
      [{ PixelSpacing: undefined }, '(0028,0030)'],
    ] as const) {
      expect(() => read(change, 1)).toThrow(
        expect.objectContaining({
          code: 'INPUT_NOT_USABLE',
          detail: expect.objectContaining({ tag }) as unknown,
        }) as Error,
      );
    }
    expect(() => readDose(file(square), [Uint32Array.of(1)])).toThrow(/fewer values than its header says/);
    expect(() => readDose(file(square), [])).toThrow(/fewer values/);
  });
});

describe('dose values', () => {
  const values = (stored: ArrayLike<number>, change: Attributes = {}): Dose =>
    readDose(file({ ...square, SliceThickness: 1, ...change }), [stored]);

  it('O37: relative doses are per cent, whether stored as shares of 1 or as per cent', () => {
    const shares = values(Uint32Array.of(0, 1100), { DoseUnits: 'RELATIVE' });
    expect(shares.volume.unit).toBe('percent');
    expect(shares.volume.data[1]).toBeCloseTo(110, 4);
    expect(values(Uint32Array.of(0, 110_000), { DoseUnits: 'RELATIVE' }).volume.data[1]).toBeCloseTo(110, 4);
    expect(codes(shares)).toEqual(['DOSE_PLANE_ONLY', 'DOSE_RELATIVE', 'NOTE']);
  });

  it('O37: an unknown unit is taken for Gy, and told', () => {
    expect(values(Uint32Array.of(0, 1), { DoseUnits: undefined }).findings.map((f) => f.code)).toContain(
      'NOTE',
    );
  });

  it.each([0x7fffffff, 0x80000000, 0xffffffff])('O38: the marker %i for "no value" is no dose', (marker) => {
    const dose = values(Uint32Array.of(marker, 2000));
    expect([...dose.volume.data]).toEqual([NaN, 2]);
    expect(codes(dose)).toContain('DOSE_NO_VALUE_MARKER');
  });

  it('O38: the same value at the top of a real dose is dose', () => {
    const dose = values(Uint32Array.of(0xffffffff, 0xf0000000), { DoseGridScaling: 1e-8 });
    expect(dose.volume.data[0]).toBeCloseTo(42.949673, 4);
    expect(codes(dose)).not.toContain('DOSE_NO_VALUE_MARKER');
  });

  it('O39: a dose of zeros is told; one of thousands of Gy is not plausible', () => {
    expect(codes(values(Uint32Array.of(0, 0)))).toContain('DOSE_EMPTY');
    expect(values(Uint32Array.of(0, 9_896_000)).findings.at(-1)?.message).toMatch(/9896 Gy is not plausible/);
  });

  it('O39: emptiness is seen without decoding, whatever the alignment', () => {
    const zeros = (bytes: Uint8Array): boolean =>
      isDoseEmpty({
        ...file(square),
        pixelData: {
          tag: 'x7fe00010',
          vr: 'OW',
          littleEndian: true,
          value: bytes,
          fragments: null,
          offsetTable: null,
        },
      });
    for (let shift = 0; shift < 9; shift++) {
      const whole = new Uint8Array(64),
        view = whole.subarray(shift, shift + 41);
      expect(zeros(view)).toBe(true);
      for (const at of [0, 1, 7, 8, 20, 40]) {
        view[at] = at === 20 ? 0x80 : 1;
        expect(zeros(view), `byte ${at} of a view at ${shift}`).toBe(false);
        view[at] = 0;
      }
    }
    expect(isDoseEmpty(file(square))).toBe(false);
  });

  it('O39: at import only an empty dose is told', () => {
    const of = (pixels: Uint8Array): string[] =>
      inspectAtImport(file({ ...square, PixelData: pixels })).map((f) => f.code);
    expect(of(new Uint8Array(8))).toEqual(['DOSE_EMPTY']);
    expect(of(Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0))).toEqual([]);
  });

  it('O40: references and stored curves', () => {
    const dose = values(Uint32Array.of(0, 1), {
      DoseComment: 'day 1',
      DoseSummationType: 'BEAM',
      ReferencedRTPlanSequence: [
        {
          ReferencedSOPInstanceUID: '1.4',
          ReferencedFractionGroupSequence: [
            { ReferencedBeamSequence: [{ ReferencedBeamNumber: 2 }, { ReferencedBeamNumber: 3 }] },
          ],
        },
      ],
      ReferencedStructureSetSequence: [{ ReferencedSOPInstanceUID: '1.5' }],
      DVHSequence: [
        {
          DVHType: 'CUMULATIVE',
          DoseUnits: 'GY',
          DVHDoseScaling: 2,
          DVHVolumeUnits: 'CM3',
          DVHMinimumDose: 0.1,
          DVHMaximumDose: 4,
          DVHMeanDose: 2,
          DVHData: [0, 30, 0.5, 20],
          DVHReferencedROISequence: [{ ReferencedROINumber: 4 }],
        },
      ],
    });
    expect(dose).toMatchObject({
      comment: 'day 1',
      summation: 'BEAM',
      type: 'PHYSICAL',
      referencedPlanUid: '1.4',
      referencedBeamNumbers: [2, 3],
      referencedStructureSetUid: '1.5',
    });
    expect(dose.storedDvhs).toMatchObject([
      {
        roiNumbers: [4],
        type: 'CUMULATIVE',
        doseUnit: 'GY',
        volumeUnit: 'CM3',
        minimum: 0.1,
        maximum: 4,
        mean: 2,
      },
    ]);
    expect([...dose.storedDvhs[0]!.data]).toEqual([0, 30, 1, 20]);
  });
});
