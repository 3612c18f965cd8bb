import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  describeInstance,
  primaryPrescription,
  readPlan,
  readRecord,
  readStructureSet,
} from '../../src-shared/formats/dicom/index.ts';
import {
  openDose,
  openPlan,
  openStructures,
  type ReadOptions,
} from '../../src-main/services/objects/index.ts';
import { inlineRunner } from '../../src-shared/compute/tasks/index.ts';
import { affineOrigin, gridSpacing } from '../../src-shared/geometry/index.ts';
import {
  isFailure,
  type InstanceRecord,
  type ObjectKind,
  type Plan,
  type StructureSet,
} from '../../src-shared/model/index.ts';
import { cache, dicomIn, doseOf, filesIn, readDicom } from './dicomFiles.ts';

const OPEN: Partial<
  Record<ObjectKind, (file: string, options: ReadOptions) => Promise<{ readonly sopInstanceUid: string }>>
> = { structures: openStructures, plan: openPlan, dose: openDose };

describe('rt: objects of many systems', () => {
  it.each([
    ['RD.eclipse_coronal_plane_a.dcm', 62.1711],
    ['RD.eclipse_coronal_plane_b.dcm', 62.0278],
    ['RD.plane_20x20_256x256.dcm', 8.8557],
  ])('%s: markers for "no value" are no dose', async (name, maximum) => {
    const dose = await doseOf(readDicom('rt', 'eclipse-dose-with-dvh', name));
    let highest = 0;
    for (const value of dose.volume.data) if (value > highest) highest = value;
    expect(Math.abs(highest - maximum)).toBeLessThan(1e-3);
    expect(dose.volume.data.reduce((n, v) => n + (Number.isNaN(v) ? 1 : 0), 0)).toBe(6);
    expect(dose.findings.map((f) => f.code)).toEqual(['DOSE_PLANE_ONLY', 'DOSE_NO_VALUE_MARKER']);
  });

  it.each([
    ['pinnacle-hn-imrt/RTDOSE.dcm', 55.872],
    ['pinnacle16-two-field/RD.pinnacle16.dcm', 49.872],
    ['raystation-water-wedge/RD.wedge.dcm', 1.9596],
    ['eclipse-dose-with-dvh/RD.3D_with_DVHSequence.dcm', 13.648],
    ['proton-ion-plans/RD.topas_demo_grid.dcm', 5.0013],
    ['eclipse-orientations/RD.TBB_feet_in_supine.dcm', 1.622],
    ['eclipse-orientations/RD.TBC_feet_in_supine.dcm', 1.618],
  ])('%s: maximum', async (name, maximum) => {
    const dose = await doseOf(readDicom('rt', name));
    let highest = 0;
    for (const value of dose.volume.data) highest = Math.max(highest, value);
    expect(Math.abs(highest - maximum)).toBeLessThan(6e-4);
    expect(dose.findings).toEqual([]);
  });

  it('stored DVHs of Eclipse: four ROIs with their statistics', async () => {
    const { storedDvhs } = await doseOf(
      readDicom('rt', 'eclipse-dose-with-dvh', 'RD.3D_with_DVHSequence.dcm'),
    );
    expect(
      storedDvhs.map((d) => [
        d.roiNumbers[0],
        d.maximum?.toFixed(3),
        d.mean?.toFixed(4),
        d.data[1]?.toFixed(2),
      ]),
    ).toEqual([
      [1, '13.648', '0.6700', '2880.28'],
      [2, '13.463', '2.8014', '23.22'],
      [3, '0.399', '0.0213', '72.25'],
      [4, '0.266', '0.0144', '48.38'],
    ]);
  });

  it('mc-nonsquare-pixels: descending frames and pixels that are not square', async () => {
    const { volume, findings } = await doseOf(
      readDicom('rt', 'mc-nonsquare-pixels', 'rtdose_non_square_pixels.dcm'),
    );
    expect(volume.dimensions).toEqual([77, 65, 77]);
    expect(affineOrigin(volume.affine)[2]).toBeCloseTo(18.5 - 76 * 1.01973684, 3);
    expect(gridSpacing(volume)[2]).toBeCloseTo(1.01973684, 5);
    expect(findings.map((f) => f.code)).toEqual(
      expect.arrayContaining(['NON_SQUARE_PIXELS', 'DOSE_GRID_DESCENDING']),
    );
  });

  it.each(['rtdose.dcm', 'rtdose_rle.dcm', 'rtdose_expb.dcm'])(
    'minimal %s: relative dose, alike in every encoding',
    async (name) => {
      const { volume } = await doseOf(readDicom('rt', 'minimal-rt-objects', 'pydicom', name));
      expect(volume.unit).toBe('percent');
      expect(volume.dimensions).toEqual([10, 10, 15]);
      expect(volume.data.reduce((a, b) => Math.max(a, b), 0)).toBeCloseTo(125.4, 3);
    },
  );

  it('a single frame with offsets for fifteen', async () => {
    const dose = await doseOf(readDicom('rt', 'minimal-rt-objects', 'pydicom', 'rtdose_1frame.dcm'));
    expect(gridSpacing(dose.volume)[2]).toBe(5);
    expect(dose.findings.map((f) => f.code)).toContain('DOSE_PLANE_ONLY');
  });

  it('pinnacle step-and-shoot: eight beams, weights that end at 100, two beams of 0 MU', () => {
    const plan = readPlan(readDicom('rt', 'pinnacle-hn-imrt', 'RTPLAN.dcm'));
    expect(plan.beams.map((b) => [b.controlPoints.length, b.meterset])).toEqual([
      [26, 130],
      [6, 31],
      [12, 50],
      [16, 53],
      [14, 45],
      [26, 177],
      [2, 0],
      [2, 0],
    ]);
    expect(plan.findings.map((f) => f.code)).toEqual(['BEAM_WITHOUT_METERSET', 'METERSET_WEIGHT_NOT_ONE']);
  });

  it('monaco: two fraction groups, FFF by fluence mode, a full arc of 110 control points', () => {
    const plan = (name: string): Plan => readPlan(readDicom('rt', 'monaco-plans', name));
    expect(
      plan('RP.breast_boost_two_fraction_groups.dcm').fractionGroups.map((g) => [
        g.fractions,
        g.beams.length,
      ]),
    ).toEqual([
      [16, 3],
      [4, 3],
    ]);
    expect(plan('RP.WLutzArc_06FFF.dcm').beams[0]?.fluenceMode).toBe('NON_STANDARD FFF');
    const arc = plan('tinyvmat/RP.TinyVMAT.dcm').beams[0]!;
    expect([
      arc.controlPoints.length,
      arc.meterset?.toFixed(2),
      arc.controlPoints[0]?.gantryAngle,
      arc.controlPoints.at(-1)?.gantryAngle,
    ]).toEqual([110, '598.84', 180, 180]);
    expect(arc.controlPoints.every((p) => p.gantryAngle !== null && p.devices.length > 0)).toBe(true);
  });

  it('brachytherapy: channels, sources and air kerma; ions: told by SOP class', () => {
    const hdr = readPlan(readDicom('rt', 'brachy-tg43', 'HDR', 'RP.HDR.dcm'));
    expect([
      hdr.kind,
      hdr.brachy?.channels.length,
      hdr.brachy?.sources[0]?.referenceAirKermaRate,
      hdr.brachy?.totalReferenceAirKerma?.toFixed(2),
    ]).toEqual(['brachy', 3, 40700, '5348.66']);
    expect(readPlan(readDicom('rt', 'brachy-tg43', 'rotated', 'RP.dcm')).brachy?.channels).toHaveLength(6);
    const ion = readPlan(readDicom('rt', 'proton-ion-plans', 'eclipse-dcpt', 'temp_sobp_10x10.dcm'));
    expect([ion.kind, ion.beams[0]?.controlPoints.length, ion.beams[0]?.radiation]).toEqual([
      'ion',
      42,
      'PROTON',
    ]);
    expect(primaryPrescription(ion)?.dose).toBe(2.2);
  });

  it('structure sets: contours of all kinds, empty ROIs, oblique planes, wrong modality', () => {
    const read = (...parts: string[]): StructureSet => readStructureSet(readDicom('rt', ...parts));
    expect(
      read('dvh-phantom-cone', 'RTSTRUCT.dcm')
        .rois.map((r) => r.contours.length)
        .toSorted((a, b) => a - b),
    ).toEqual([0, 121]);
    const kinds = new Set(
      read('brachy-tg43', 'HDR', 'RS.HDR.dcm').rois.flatMap((r) => r.contours.map((c) => c.type)),
    );
    expect([...kinds].toSorted()).toEqual(expect.arrayContaining(['CLOSED_PLANAR', 'OPEN_NONPLANAR']));
    expect(
      read('raystation-water-wedge', 'RS.water_phantom.dcm').rois.filter((r) =>
        r.contours.every((c) => c.type === 'POINT'),
      ),
    ).toHaveLength(7);
    expect(
      read(
        'opentps-simple-phantom',
        basename(filesIn(cache('rt', 'opentps-simple-phantom')).find((f) => basename(f).startsWith('RS'))!),
      ).rois[0]?.contours,
    ).toHaveLength(41);
    expect(read('eclipse-breast-boost', 'rtss.dcm').findings.map((f) => f.code)).toEqual(['ROI_EMPTY']);
  });

  it('every structure set, plan and dose that the library takes opens, with the UID that the library knows', async () => {
    let opened = 0;
    for (const path of [...filesIn(cache('rt')), ...filesIn(cache('rt-dicom'))]) {
      const bytes = new Uint8Array(readFileSync(path));
      let record: InstanceRecord;
      try {
        record = readRecord(bytes, basename(path));
      } catch (error) {
        if (isFailure(error)) continue;
        throw error;
      }
      const open = OPEN[record.kind];
      if (open === undefined) continue;
      const { sopInstanceUid } = await open(path, { runner: inlineRunner });
      expect([path, sopInstanceUid]).toEqual([path, record.sopInstanceUid]);
      opened += 1;
    }
    expect(opened).toBeGreaterThan(100);
  });

  it('every structure set, plan and dose of rt reads, or is refused with a sentence', async () => {
    let read = 0;
    const refused: string[] = [];
    for (const file of dicomIn('rt')) {
      try {
        const kind = describeInstance(file, null).kind;
        if (kind === 'structures') readStructureSet(file);
        else if (kind === 'plan') readPlan(file);
        else if (kind === 'dose') await doseOf(file);
        else continue;
        read++;
      } catch (error) {
        expect(error).toSatisfy(isFailure);
        if (isFailure(error)) refused.push(error.message);
      }
    }
    // Refused: eight dose headers that come without pixels, two doses with broken elements and none, one without a name
    expect([read, refused.length]).toEqual([100, 11]);
    expect(
      refused.every((message) => /without pixel data|has no pixel data|no SOP Instance UID/.test(message)),
    ).toBe(true);
  });
});
