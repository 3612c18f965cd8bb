import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  beamSource,
  checkLinks,
  describeInstance,
  inspectAtImport,
  planSeries,
  primaryPrescription,
  readPlan,
  readStructureSet,
  sliceFactsOfFile,
} from '../../src-shared/formats/dicom/index.ts';
import {
  affineColumn,
  affineOrigin,
  beamAxes,
  cross,
  distance,
  dot,
  fixedToPatient,
  gridSpacing,
  invert,
  normalise,
  transformPoint,
  voxelCentre,
  type Vector3,
} from '../../src-shared/geometry/index.ts';
import { isFailure, type Plan, type StructureSet, type Volume } from '../../src-shared/model/index.ts';
import { cache, dicomIn, doseOf, filesIn, readDicom, readJson, volumeOf } from './dicomFiles.ts';

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

const near = (a: Vector3, b: Vector3, tolerance: number): void =>
  expect(distance(a, b), `${a.join(' ')} for ${b.join(' ')}`).toBeLessThanOrEqual(tolerance);

/** Value at the voxel whose centre is a point. */
function valueAt(volume: Volume, point: Vector3): number {
  const index = transformPoint(invert(volume.affine), point),
    at = index.map(Math.round) as [number, number, number];
  expect(distance(voxelCentre(volume, at), point), 'the point is a voxel centre').toBeLessThan(0.01);
  const [nx, ny] = volume.dimensions;
  return volume.data[at[0] + nx * (at[1] + ny * at[2])]!;
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
    expect(checkLinks(dicomIn('rt-dicom', 'dvh-analytic').map(describeInstance))).toEqual([]);
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
    const codes = [...files.flatMap(inspectAtImport), ...checkLinks(files.map(describeInstance))].map(
      (f) => f.code,
    );
    if (want.keyword === 'OK') expect(codes).toEqual([]);
    else expect(codes).toContain(want.keyword);
  });
});

interface ZooSeries {
  folder: string;
  expected: string;
  slices: number;
  volumes?: number;
  affine_lps?: number[][];
}

const MARKERS: readonly (readonly [Vector3, number])[] = [
  [[-12, -8, 10], 1000],
  [[14, 6, -9], 600],
  [[3, 15, 4], -500],
];

function markersOff(volume: Volume): number {
  const [nx, ny, nz] = volume.dimensions;
  return Math.max(
    ...MARKERS.map(([centre, hu]) => {
      const sum: [number, number, number] = [0, 0, 0];
      let count = 0;
      for (let k = 0, n = 0; k < nz; k++)
        for (let j = 0; j < ny; j++)
          for (let i = 0; i < nx; i++, n++) {
            if (Math.abs(volume.data[n]! - hu) >= 20) continue;
            const p = voxelCentre(volume, [i, j, k]);
            for (const axis of [0, 1, 2] as const) sum[axis] += p[axis];
            count++;
          }
      return count === 0 ? Infinity : distance([sum[0] / count, sum[1] / count, sum[2] / count], centre);
    }),
  );
}

describe('zoo/generated/ct: awkward series', () => {
  const series = (readJson('zoo', 'generated', 'ct', 'expected.json') as { series: ZooSeries[] }).series;

  it.each(series.map((s) => [s.folder, s] as const))('%s', async (folder, want) => {
    const files = dicomIn('zoo', 'generated', 'ct', folder);
    if (
      ['missing_slices', 'duplicate_positions', 'no_position', 'two_frames_of_reference'].includes(folder)
    ) {
      await expect(volumeOf(files)).rejects.toSatisfy(isFailure);
      return;
    }
    const { volume, findings } = await volumeOf(files);
    if (folder !== 'single_slice') expect(markersOff(volume)).toBeLessThanOrEqual(0.6);
    const codes = findings.map((f) => f.code),
      TOLD: Record<string, string> = {
        gantry_tilt: 'GANTRY_TILT',
        uneven_spacing: 'UNEVEN_SPACING',
        one_slice_turned: 'ORIENTATION_MIXED',
        mixed_with_localizer: 'LOCALIZER_LEFT_OUT',
        single_slice: 'SINGLE_SLICE',
        non_square_pixels: 'NON_SQUARE_PIXELS',
        unsigned_slope_half: 'PADDING_PRESENT',
      };
    expect(codes).toEqual(TOLD[folder] ? [TOLD[folder]] : []);
    if (!want.affine_lps) return;
    // The affine given runs along rising position; k here runs along the normal: one may be the other turned round
    const [nx, ny, nz] = volume.dimensions,
      m = want.affine_lps;
    const at = (k: number): Vector3 =>
      [0, 1, 2].map((row) => m[row]![2]! * k + m[row]![3]!) as [number, number, number];
    const ends = [voxelCentre(volume, [0, 0, 0]), voxelCentre(volume, [0, 0, nz - 1])] as const;
    const turned = distance(ends[0], at(0)) > 1e-3;
    near(ends[0], at(turned ? nz - 1 : 0), 2e-3);
    near(ends[1], at(turned ? 0 : nz - 1), 2e-3);
    expect([nx, ny, nz].every((n) => n > 0)).toBe(true);
    expect(
      dot(
        cross(affineColumn(volume.affine, 0), affineColumn(volume.affine, 1)),
        affineColumn(volume.affine, 2),
      ),
    ).toBeGreaterThan(0);
  });

  it('two passes are two volumes, never interleaved; missing slices leave their planes empty', () => {
    const plan = (folder: string): ReturnType<typeof planSeries> =>
      planSeries(dicomIn('zoo', 'generated', 'ct', folder).flatMap(sliceFactsOfFile));
    expect(plan('duplicate_positions').volumes.map((v) => v.slices.length)).toEqual([19, 19]);
    const gap = plan('missing_slices').volumes[0]!;
    expect([gap.slices.length, gap.missing]).toEqual([19, 3]);
    expect(gap.slices.flatMap((s, k) => (s.kind === 'missing' ? [-27 + 3 * k] : []))).toEqual([-12, -9, 9]);
  });
});

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

  it('every structure set, plan and dose of rt reads, or is refused with a sentence', async () => {
    let read = 0;
    const refused: string[] = [];
    for (const file of dicomIn('rt')) {
      try {
        const kind = describeInstance(file).kind;
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
    expect(refused.every((message) => /without pixel data|no SOP Instance UID/.test(message))).toBe(true);
  });
});

it('the data are there', () => expect(existsSync(cache('rt-dicom'))).toBe(true));
