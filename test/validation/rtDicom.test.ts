import { describe, expect, it } from 'vitest';
import {
  beamSource,
  checkLinks,
  describeInstance,
  inspectAtImport,
  readPlan,
  readStructureSet,
} from '../../src-shared/formats/dicom/index.ts';
import {
  affineColumn,
  affineOrigin,
  beamAxes,
  fixedToPatient,
  gridSpacing,
  normalise,
  voxelCentre,
  type Vector3,
} from '../../src-shared/geometry/index.ts';
import { type Plan, type StructureSet, type Volume } from '../../src-shared/model/index.ts';
import { dicomIn, doseOf, readDicom, readJson, volumeOf } from './dicomFiles.ts';

import { near, valueAt } from './places.ts';

interface ExpectedGrid {
  dims_xyz: Vector3;
  spacing_mm: Vector3;
  origin_lps_mm: Vector3;
}
interface ExpectedDose extends ExpectedGrid {
  max_gy: number;
  max_at_lps_mm: Vector3;
}
interface ExpectedRoi {
  type: string;
  contours?: number;
  loops?: number;
  planes?: number;
  z_first_mm?: number;
  z_last_mm?: number;
}
interface ExpectedPlan {
  isocentre_lps_mm: Vector3;
  fractions: number;
  beams: { name: string; gantry_deg: number; jaws_x1_x2_y1_y2_mm: number[]; mu: number }[];
}
interface ExpectedCase {
  ct: ExpectedGrid;
  rois: Record<string, ExpectedRoi>;
  dose?: ExpectedDose;
  doses?: Record<string, ExpectedDose>;
  plan?: ExpectedPlan;
}

function checkGrid(volume: Volume, want: ExpectedGrid): void {
  expect(volume.dimensions).toEqual(want.dims_xyz);
  near(gridSpacing(volume), want.spacing_mm, 1e-4);
  near(affineOrigin(volume.affine), want.origin_lps_mm, 1e-3);
}

function checkDose(volume: Volume, want: ExpectedDose): void {
  checkGrid(volume, want);
  let maximum = -Infinity;
  for (const value of volume.data) maximum = Math.max(maximum, value);
  expect(maximum).toBeCloseTo(want.max_gy, 4);
  expect(valueAt(volume, want.max_at_lps_mm)).toBe(maximum);
}

function checkRois(structures: StructureSet, want: Record<string, ExpectedRoi>): void {
  for (const [name, w] of Object.entries(want)) {
    const roi = structures.rois.find((r) => r.name === name);
    expect(roi?.type, name).toBe(w.type);
    const contours = roi?.contours ?? [],
      depths = contours.map((c) => c.points[2]!);
    if (w.contours !== undefined) expect(contours, name).toHaveLength(w.contours);
    if (w.planes !== undefined) expect(new Set(depths.map((z) => z.toFixed(2))).size, name).toBe(w.planes);
    if (w.z_first_mm !== undefined) expect(Math.min(...depths), name).toBeCloseTo(w.z_first_mm, 3);
    if (w.z_last_mm !== undefined) expect(Math.max(...depths), name).toBeCloseTo(w.z_last_mm, 3);
  }
}

function checkPlan(plan: Plan, want: ExpectedPlan): void {
  expect(plan.fractionGroups[0]?.fractions).toBe(want.fractions);
  expect(plan.beams.map((b) => b.name)).toEqual(want.beams.map((b) => b.name));
  want.beams.forEach((w, n) => {
    const beam = plan.beams[n]!,
      start = beam.controlPoints[0]!;
    expect([start.gantryAngle, beam.meterset]).toEqual([w.gantry_deg, w.mu]);
    near(start.isocentre!, want.isocentre_lps_mm, 1e-6);
    expect(start.devices.filter((d) => /^(ASYM)?[XY]$/.test(d.type)).flatMap((d) => d.positions)).toEqual(
      w.jaws_x1_x2_y1_y2_mm,
    );
  });
}

describe('rt-dicom: cases with known answers', () => {
  it.each([
    'eclipse-prostate',
    'eclipse-ent',
    'openkbp-pt_99',
    'openkbp-pt_187',
    'openkbp-pt_201',
    'openkbp-pt_236',
    'tg119-cshape',
    'boxphantom',
  ])('%s', async (name) => {
    const want = readJson('rt-dicom', name, 'expected.json') as ExpectedCase;
    const ct = await volumeOf(dicomIn('rt-dicom', name, 'CT'));
    checkGrid(ct.volume, want.ct);
    expect(ct.volume).toMatchObject({ unit: 'HU', data: expect.any(Int16Array) as unknown });
    expect(ct.findings.map((f) => f.code).filter((code) => code !== 'PADDING_PRESENT')).toEqual([]);
    const structures = readStructureSet(readDicom('rt-dicom', name, 'RS.dcm'));
    checkRois(structures, want.rois);
    expect(structures.findings).toEqual([]);
    for (const [day, dose] of Object.entries(want.doses ?? (want.dose ? { '': want.dose } : {})))
      checkDose((await doseOf(readDicom('rt-dicom', name, day ? `RD.${day}.dcm` : 'RD.dcm'))).volume, dose);
    if (want.plan) checkPlan(readPlan(readDicom('rt-dicom', name, 'RP.dcm')), want.plan);
  });

  it('eclipse: padding is a stored value, and so rescaled with the pixels', async () => {
    for (const [name, hu] of [
      ['eclipse-prostate', -2000],
      ['eclipse-ent', -3024],
    ] as const) {
      const { volume, findings } = await volumeOf(dicomIn('rt-dicom', name, 'CT'));
      expect(volume.padding).toEqual({ from: hu, to: hu });
      expect(findings.map((f) => f.code)).toEqual(['PADDING_PRESENT']);
      expect([...volume.data.subarray(0, 256 * 256)].filter((v) => v === hu)).toHaveLength(14068);
    }
  });

  it('openkbp: every stored value arrives', async () => {
    const want = (
      readJson('rt-dicom', 'openkbp-pt_99', 'expected.json') as {
        ct: { sum_of_stored_values: number; min_hu: number; max_hu: number };
      }
    ).ct;
    const { volume } = await volumeOf(dicomIn('rt-dicom', 'openkbp-pt_99', 'CT'));
    let sum = 0,
      low = Infinity,
      high = -Infinity;
    for (const value of volume.data) {
      sum += value + 1024;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    expect([sum, low, high]).toEqual([want.sum_of_stored_values, want.min_hu, want.max_hu]);
  });

  it('dvh-analytic: four series, one frame of reference, doses of formulas', async () => {
    const want = readJson('rt-dicom', 'dvh-analytic', 'expected.json') as {
      doses: Record<string, ExpectedDose & { file: string }>;
    };
    for (const dose of Object.values(want.doses))
      checkDose((await doseOf(readDicom('rt-dicom', 'dvh-analytic', dose.file))).volume, dose);
    expect(
      checkLinks(dicomIn('rt-dicom', 'dvh-analytic').map((file) => describeInstance(file, null))),
    ).toEqual([]);
  });
});

interface Variant {
  slice_normal: Vector3;
  rows: number;
  columns: number;
  slices: number;
  first_slice_along_normal_lps_mm: Vector3;
  last_slice_lps_mm: Vector3;
  dose: {
    rows: number;
    columns: number;
    frames: number;
    first_voxel_lps_mm: Vector3;
    frame_direction: Vector3;
  };
  beams: { name: string; gantry_deg: number; source_lps_mm: Vector3; xb_lps: Vector3; yb_lps: Vector3 }[];
}

describe('position-variants: one patient, three positions', () => {
  const root = readJson('rt-dicom', 'position-variants', 'expected.json') as {
    variants: Record<string, Variant>;
    same_for_all: {
      rois: Record<string, { contours: number }>;
      hu_probes: { lps_mm: Vector3; hu: number }[];
      dose_probes: { lps_mm: Vector3; gy: number }[];
      dose_max_gy: number;
    };
  };

  it.each(Object.entries(root.variants))(
    '%s: image, dose and beams in the same patient coordinates',
    async (name, want) => {
      const { volume } = await volumeOf(dicomIn('rt-dicom', 'position-variants', name, 'CT'));
      expect(volume.dimensions).toEqual([want.columns, want.rows, want.slices]);
      near(affineOrigin(volume.affine), want.first_slice_along_normal_lps_mm, 1e-3);
      near(voxelCentre(volume, [0, 0, want.slices - 1]), want.last_slice_lps_mm, 1e-3);
      near(normalise(affineColumn(volume.affine, 2)), want.slice_normal, 1e-9);
      for (const probe of root.same_for_all.hu_probes) expect(valueAt(volume, probe.lps_mm)).toBe(probe.hu);

      const dose = (await doseOf(readDicom('rt-dicom', 'position-variants', name, 'RD.dcm'))).volume;
      expect(dose.dimensions).toEqual([want.dose.columns, want.dose.rows, want.dose.frames]);
      near(affineOrigin(dose.affine), want.dose.first_voxel_lps_mm, 1e-3);
      near(normalise(affineColumn(dose.affine, 2)), want.dose.frame_direction, 1e-9);
      for (const probe of root.same_for_all.dose_probes)
        expect(valueAt(dose, probe.lps_mm)).toBeCloseTo(probe.gy, 4);

      const plan = readPlan(readDicom('rt-dicom', 'position-variants', name, 'RP.dcm'));
      expect(plan.patientPosition).toBe(name);
      want.beams.forEach((w, n) => {
        const beam = plan.beams[n]!,
          start = beam.controlPoints[0]!;
        near(beamSource(plan, beam)!, w.source_lps_mm, 2e-3);
        const axes = beamAxes(start.gantryAngle!, start.collimatorAngle!);
        near(fixedToPatient(axes.x, plan.patientPosition!, start.couchAngle!), w.xb_lps, 1e-5);
        near(fixedToPatient(axes.y, plan.patientPosition!, start.couchAngle!), w.yb_lps, 1e-5);
      });
      const structures = readStructureSet(readDicom('rt-dicom', 'position-variants', name, 'RS.dcm'));
      for (const [roi, w] of Object.entries(root.same_for_all.rois))
        expect(structures.rois.find((r) => r.name === roi)?.contours).toHaveLength(w.contours);
    },
  );
});

describe('broken: what import says of each small study', () => {
  const expected = readJson('rt-dicom', 'broken', 'expected.json') as Record<string, { keyword: string }>;
  /** Of the file as a file, or of its bytes: told before its objects are known. */
  const elsewhere = /^(DUPLICATE_SOP|FILE_|NOT_DICOM)/;

  it.each(Object.entries(expected).filter(([, w]) => !elsewhere.test(w.keyword)))('%s', (name, want) => {
    const files = dicomIn('rt-dicom', 'broken', name);
    const codes = [
      ...files.flatMap(inspectAtImport),
      ...checkLinks(files.map((file) => describeInstance(file, null))),
    ].map((f) => f.code);
    if (want.keyword === 'OK') expect(codes).toEqual([]);
    else expect(codes).toContain(want.keyword);
  });
});
