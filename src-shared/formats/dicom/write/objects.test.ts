import { describe, expect, it } from 'vitest';
import type { Vector3 } from '../../../geometry/index.ts';
import {
  Failure,
  type ControlPoint,
  type Dose,
  type Plan,
  type StructureSet,
  type Volume,
} from '../../../model/index.ts';
import {
  decodeFrames,
  describeInstance,
  parseDicomFile,
  readDose,
  readPlan,
  readStructureSet,
  SopClassUid,
  Tag,
} from '../index.ts';
import type { CodecAssets } from '../index.ts';
import {
  derivedUid,
  writeCtSlice,
  writeDose,
  writePlan,
  writeStructureSet,
  type WriteContext,
} from './index.ts';

const uid = (...names: string[]): string => derivedUid('test', ...names);
const noCodecs: CodecAssets = { wasm: () => Promise.reject(new Error('Native pixels need no codec.')) };

const context = (series: string): WriteContext => ({
  patient: { id: 'P-1', name: 'Test^Ünal', birthDate: '19600102', sex: 'F' },
  study: {
    uid: uid('study'),
    id: '1',
    date: '20260105',
    time: '101500',
    description: 'A study',
    accession: '',
  },
  series: { uid: uid('series', series), number: 3, description: series },
  frameOfReferenceUid: uid('frame'),
  instanceNumber: 7,
  made: { date: '20260105', time: '101500' },
  equipment: { manufacturer: 'Fluence', model: 'Test', version: '1' },
});

/** A grid that is turned about z, so that no axis is the patient's. */
const TURNED = {
  dimensions: [4, 3, 2] as Vector3,
  affine: [1.2, -0.8, 0, -10, 1.6, 0.6, 0, 20, 0, 0, 3, -5] as const,
};
const ct: Volume<Int16Array> = {
  ...TURNED,
  data: Int16Array.from({ length: 24 }, (_, n) => n * 50 - 1000),
  unit: 'HU',
  frameOfReferenceUid: uid('frame'),
  padding: { from: -2000, to: -1500 },
};
const slice = (k: number): Uint8Array =>
  writeCtSlice(ct, k, context('ct'), {
    instance: uid('slice', String(k)),
    patientPosition: 'FFP',
    bodyPart: 'PELVIS',
  });

const dose = (data: Float32Array): Dose => ({
  sopInstanceUid: uid('dose'),
  volume: { ...TURNED, data, unit: 'Gy', frameOfReferenceUid: uid('frame'), padding: null },
  type: 'PHYSICAL',
  summation: 'PLAN',
  comment: 'a comment',
  referencedPlanUid: uid('plan'),
  referencedBeamNumbers: [],
  referencedStructureSetUid: null,
  storedDvhs: [],
  findings: [],
});

describe('CT slices', () => {
  it('come back with their values, their place and whose they are', async () => {
    const bytes = slice(1),
      file = parseDicomFile(bytes),
      record = describeInstance(file, bytes);
    expect((await decodeFrames(file, noCodecs)).samples).toEqual(ct.data.slice(12));
    expect(record).toMatchObject({
      kind: 'image',
      sopInstanceUid: uid('slice', '1'),
      patient: { id: 'P-1', name: 'Test^Ünal' },
      instanceNumber: 7,
      series: { modality: 'CT', patientPosition: 'FFP', frameOfReferenceUid: uid('frame') },
      image: { rows: 3, columns: 4, position: [-10, 20, -2] },
    });
    expect([...file.dataSet.numbers(Tag.PixelSpacing)]).toEqual([1, 2]);
    const orientation = [...file.dataSet.numbers(Tag.ImageOrientationPatient)];
    [0.6, 0.8, 0, -0.8, 0.6, 0].forEach((value, n) => expect(orientation[n]).toBeCloseTo(value, 14));
    expect([
      file.dataSet.number(Tag.PixelPaddingValue),
      file.dataSet.number(Tag.PixelPaddingRangeLimit),
    ]).toEqual([-2000, -1500]);
  });

  it('refuse a slice that is not there', () => {
    expect(() => slice(2)).toThrow(Failure);
  });
});

describe('doses', () => {
  it.each([16, 32] as const)(
    'W8: come back within half a step of %i bits, on the same grid',
    async (bits) => {
      const values = Float32Array.from({ length: 24 }, (_, n) => (n / 23) ** 2 * 64.2);
      const file = parseDicomFile(writeDose(dose(values), context('dose'), { bits }));
      const { samples } = await decodeFrames(file, noCodecs),
        back = readDose(file, [samples.slice(0, 12), samples.slice(12)]);
      const scaling = file.dataSet.number(Tag.DoseGridScaling)!;
      expect(scaling).toBeLessThan((64.2 / (2 ** bits - 2)) * 1.000001);
      // Float32 values of this size are themselves 4e-6 apart
      values.forEach((value, n) =>
        expect(Math.abs(back.volume.data[n]! - value)).toBeLessThanOrEqual(scaling / 2 + 4e-6),
      );
      back.volume.affine.forEach((value, n) => expect(value).toBeCloseTo(TURNED.affine[n]!, 9));
      expect(back).toMatchObject({
        type: 'PHYSICAL',
        summation: 'PLAN',
        comment: 'a comment',
        referencedPlanUid: uid('plan'),
      });
    },
  );

  it('W8: are refused where they cannot be stored', () => {
    const write = (change: Partial<Dose['volume']>): Uint8Array => {
      const good = dose(new Float32Array(24));
      return writeDose({ ...good, volume: { ...good.volume, ...change } }, context('dose'));
    };
    expect(() => write({})).not.toThrow();
    expect(() => write({ data: new Float32Array(24).fill(-1) })).toThrow(Failure);
    expect(() => write({ data: new Float32Array(24).fill(NaN) })).toThrow(Failure);
    expect(() => write({ affine: [2, 0, 1, 0, 0, 2, 0, 0, 0, 0, 3, 0] })).toThrow(Failure);
  });
});

const structureSet: StructureSet = {
  sopInstanceUid: uid('structures'),
  label: 'Set',
  date: '20260105',
  approval: 'APPROVED',
  frameOfReferenceUids: [uid('frame')],
  referencedSeriesUids: [uid('series', 'ct')],
  referencedImageUids: [uid('slice', '0'), uid('slice', '1')],
  rois: [
    {
      number: 4,
      name: 'Zielvolumen für α',
      type: 'PTV',
      colour: [255, 0, 128],
      frameOfReferenceUid: uid('frame'),
      contours: [
        {
          type: 'CLOSED_PLANAR',
          points: Float64Array.of(0.125, 1 / 3, -5, 10, 0, -5, 0, -10.5, -5),
          referencedImageUid: uid('slice', '0'),
        },
      ],
    },
    { number: 9, name: 'Empty', type: '', colour: null, frameOfReferenceUid: uid('frame'), contours: [] },
  ],
  findings: [],
};

describe('structure sets', () => {
  it('come back with their ROIs and links; W9: unapproved', () => {
    const bytes = writeStructureSet(structureSet, context('structures'), {
      name: 'Set',
      images: [
        {
          seriesUid: uid('series', 'ct'),
          sopClass: SopClassUid.CtImage,
          instances: structureSet.referencedImageUids,
        },
      ],
    });
    const back = readStructureSet(parseDicomFile(bytes));
    expect(back).toMatchObject({
      sopInstanceUid: uid('structures'),
      label: 'Set',
      approval: 'UNAPPROVED',
      frameOfReferenceUids: [uid('frame')],
      referencedSeriesUids: [uid('series', 'ct')],
      referencedImageUids: structureSet.referencedImageUids,
    });
    expect(back.rois.map(({ number, name, type, colour }) => ({ number, name, type, colour }))).toEqual(
      structureSet.rois.map(({ number, name, type, colour }) => ({ number, name, type, colour })),
    );
    const [contour] = back.rois[0]!.contours;
    expect(contour).toMatchObject({ type: 'CLOSED_PLANAR', referencedImageUid: uid('slice', '0') });
    contour!.points.forEach((value, n) =>
      expect(value).toBeCloseTo(structureSet.rois[0]!.contours[0]!.points[n]!, 12),
    );
  });
});

const start: ControlPoint = {
  index: 0,
  cumulativeMetersetWeight: 0,
  nominalEnergy: 6,
  gantryAngle: 181,
  gantryRotation: 'CW',
  collimatorAngle: 10,
  couchAngle: 355,
  tablePitch: 0,
  tableRoll: 0,
  tableEccentric: 0,
  isocentre: [1.5, -2.25, 30],
  devices: [
    { type: 'ASYMX', positions: [-50, 40] },
    { type: 'MLCX', positions: [-40, -30, 20, 35] },
  ],
};
const plan: Plan = {
  sopInstanceUid: uid('plan'),
  kind: 'external',
  label: 'Arc',
  name: 'An arc',
  date: '20260105',
  intent: 'CURATIVE',
  approval: 'APPROVED',
  geometry: 'PATIENT',
  patientPosition: 'HFS',
  frameOfReferenceUid: uid('frame'),
  referencedStructureSetUid: uid('structures'),
  prescriptions: [{ type: 'TARGET', structure: 'VOLUME', description: 'PTV', roiNumber: 4, dose: 60 }],
  fractionGroups: [
    {
      number: 1,
      fractions: 20,
      beams: [{ number: 1, meterset: 432.1, beamDose: 2.9 }],
      brachyApplications: 0,
    },
  ],
  beams: [
    {
      number: 1,
      name: 'Arc 1',
      type: 'DYNAMIC',
      radiation: 'PHOTON',
      delivery: 'TREATMENT',
      machine: 'M1',
      fluenceMode: 'STANDARD',
      sourceAxisDistance: 1000,
      meterset: 432.1,
      beamDose: 2.9,
      metersetUnit: 'MU',
      finalCumulativeMetersetWeight: 1,
      devices: [
        { type: 'ASYMX', leafPairs: 1, boundaries: null, sourceDistance: 450 },
        { type: 'MLCX', leafPairs: 2, boundaries: [-10, 0, 10], sourceDistance: null },
      ],
      wedges: [],
      blocks: 0,
      applicator: '',
      controlPoints: [
        start,
        {
          ...start,
          index: 1,
          cumulativeMetersetWeight: 0.4,
          gantryAngle: 270,
          devices: [start.devices[0]!, { type: 'MLCX', positions: [-35, -25, 25, 30] }],
        },
        {
          ...start,
          index: 2,
          cumulativeMetersetWeight: 1,
          gantryAngle: 10,
          gantryRotation: 'NONE',
          devices: [start.devices[0]!, { type: 'MLCX', positions: [-35, -25, 25, 30] }],
        },
      ],
    },
  ],
  findings: [],
};

describe('plans', () => {
  const write = (changed: Plan): Uint8Array =>
    writePlan(changed, context('plan'), { description: 'A test.' });

  it('come back with every control point; W9: for research, unapproved', () => {
    const back = readPlan(parseDicomFile(write(plan)));
    expect(back).toMatchObject({
      ...plan,
      intent: 'RESEARCH',
      approval: 'UNAPPROVED',
      beams: [{ ...plan.beams[0], controlPoints: plan.beams[0]!.controlPoints }],
    });
  });

  it('store only what changes after the first control point', () => {
    const second = parseDicomFile(write(plan))
      .dataSet.items(Tag.BeamSequence)[0]!
      .items(Tag.ControlPointSequence)[1]!;
    expect(second.has(Tag.IsocenterPosition)).toBe(false);
    expect(second.has(Tag.NominalBeamEnergy)).toBe(false);
    expect(
      second
        .items(Tag.BeamLimitingDevicePositionSequence)
        .map((item) => item.text(Tag.RTBeamLimitingDeviceType)),
    ).toEqual(['MLCX']);
  });

  it('W10: are refused where the model does not hold all of them', () => {
    expect(() => write({ ...plan, kind: 'brachy' })).toThrow(Failure);
    expect(() =>
      write({
        ...plan,
        beams: [{ ...plan.beams[0]!, wedges: [{ id: 'W', type: 'STANDARD', angle: 15, orientation: 0 }] }],
      }),
    ).toThrow(Failure);
    expect(() => write({ ...plan, patientPosition: null })).toThrow(Failure);
  });
});
