import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { voxelCentre, type Vector3 } from '../../geometry/index.ts';
import { Failure, type Roi } from '../../model/index.ts';
import { inBeam, leafBoundaries } from './aperture.ts';
import { bendOf } from './bend.ts';
import { readDemoDefinition, type DemoDefinition } from './definition.ts';
import { electronDensity } from './depth.ts';
import { erf } from './fluence.ts';
import { makeDemoPatient, type DemoPatient } from './makeDemoPatient.ts';
import { doseAt, pointsIn, trilinear } from './normalise.ts';
import { area, outlines } from './outline.ts';
import { solidOf } from './solid.ts';

const shipped = readDemoDefinition(
  JSON.parse(readFileSync(new URL('../../../resources/demo/pelvis.json', import.meta.url), 'utf8')),
);

/** The shipped patient with fewer, larger voxels, so that the test is quick. */
const definition: DemoDefinition = {
  ...shipped,
  image: { ...shipped.image, dimensions: [128, 128, 45], spacing: [3.5, 3.5, 6], subSlices: 1 },
  dose: { ...shipped.dose, spacing: 4 },
};
const uidOf = (...names: readonly string[]): string => names.join('/');

/** Area × slice distance over the contours, cc. */
function volumeOf(roi: Roi, sliceDistance: number): number {
  const areas = roi.contours.map(({ points }) =>
    Math.abs(
      area(
        Array.from({ length: points.length / 3 }, (_, n) => [points[3 * n]!, points[3 * n + 1]!] as const),
      ),
    ),
  );
  return (areas.reduce((sum, value) => sum + value, 0) * sliceDistance) / 1000;
}

describe('the demo patient', () => {
  let demo: DemoPatient;
  beforeAll(() => {
    demo = makeDemoPatient(definition, uidOf);
  }, 60_000);

  const roi = (name: string): Roi => demo.structures.set.rois.find((one) => one.name === name)!;
  const shapeOf = (name: string): DemoDefinition['rois'][number]['shape'] =>
    definition.rois.find((one) => one.name === name)!.shape;
  const dosesIn = (name: string, step: number): number[] =>
    pointsIn(definition, shapeOf(name), step).map((point) =>
      trilinear(demo.dose.dose.volume, demo.dose.dose.volume.data, ...point),
    );
  const hounsfield = (x: number, y: number, z: number): { mean: number; deviation: number } => {
    // A block of 3 × 3 voxels about the point
    const { volume } = demo.image,
      [nx, ny] = volume.dimensions,
      m = volume.affine;
    const i = Math.round((x - m[3]) / m[0]),
      j = Math.round((y - m[7]) / m[5]),
      k = Math.round((z - m[11]) / m[10]);
    const values = [-1, 0, 1].flatMap((b) =>
      [-1, 0, 1].map((a) => volume.data[i + a + nx * (j + b + ny * k)]!),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      mean,
      deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length),
    };
  };

  it('P1: is the same at each making', () => {
    const digest = (patient: DemoPatient): string => {
      const { structures, plan, image, dose } = patient,
        hash = createHash('sha256');
      hash
        .update(image.volume.data)
        .update(dose.dose.volume.data)
        .update(JSON.stringify([structures, plan]));
      return hash.digest('hex');
    };
    const small: DemoDefinition = {
      ...shipped,
      image: { ...shipped.image, dimensions: [64, 64, 23], spacing: [7, 7, 12], subSlices: 1 },
      dose: { ...shipped.dose, spacing: 8 },
      plan: { ...shipped.plan, beams: shipped.plan.beams.slice(0, 2) },
    };
    expect(digest(makeDemoPatient(small, uidOf))).toBe(digest(makeDemoPatient(small, uidOf)));
  });

  it('P2: has the HU of its tissues', () => {
    expect(hounsfield(0, -30, 48).mean).toBeGreaterThan(-15);
    expect(hounsfield(0, -30, 48).mean).toBeLessThan(25);
    expect(hounsfield(0, 0, 0).mean).toBeGreaterThan(25);
    expect(hounsfield(0, 0, 0).mean).toBeLessThan(65);
    expect(hounsfield(88, -6, 33).mean).toBeGreaterThan(180);
    expect(hounsfield(0, -160, 0).mean).toBeLessThan(-980);
    expect(hounsfield(158, -40, 30).mean).toBeLessThan(-70);
    expect(hounsfield(158, -40, 30).mean).toBeGreaterThan(-140);
  });

  it('P2: has noise, less of it in air', () => {
    const at = (y: number): number =>
      [-40, -20, 0, 20, 40].map((x) => hounsfield(x, y, 48).deviation).reduce((a, b) => a + b) / 5;
    expect(at(-170)).toBeGreaterThan(1);
    expect(at(-170)).toBeLessThan(5);
    expect(hounsfield(0, -30, 48).deviation).toBeGreaterThan(4);
    expect(hounsfield(0, -30, 48).deviation).toBeLessThan(22);
  });

  it.each([
    ['PTV', 0.02],
    ['Bladder', 0.02],
    ['Body', 0.005],
    ['Femur_Head_L', 0.03],
    ['Femur_Head_R', 0.03],
  ])('P3: draws %s with the volume of its solid', (name, tolerance) => {
    const step = name === 'Body' ? 6 : 1.5;
    const solid = (pointsIn(definition, shapeOf(name), step).length * step ** 3) / 1000;
    expect(Math.abs(volumeOf(roi(name), definition.image.spacing[2]) / solid - 1)).toBeLessThan(tolerance);
  });

  it('P3: draws contours whose points lie on the surface, on slice planes, with the slice named', () => {
    const bend = bendOf(definition.bend),
      solid = solidOf(shapeOf('Bladder'), definition.shapes),
      { volume, instanceUids } = demo.image;
    for (const contour of roi('Bladder').contours) {
      const k = instanceUids.indexOf(contour.referencedImageUid!),
        z = voxelCentre(volume, [0, 0, k])[2],
        { field } = solid(z)!;
      for (let n = 0; n < contour.points.length; n += 3) {
        const x = contour.points[n]!,
          y = contour.points[n + 1]!;
        expect(contour.points[n + 2]).toBe(z);
        expect(Math.abs(field(x + bend.alongX(y, z), y + bend.alongY(x, z)))).toBeLessThan(0.02);
      }
    }
  });

  it('P4: opens the leaves for the whole target, and shuts the others under the jaw', () => {
    const { plan } = demo.plan,
      boundaries = leafBoundaries(definition.plan.leaves),
      pairs = boundaries.length - 1;
    expect(boundaries[0]).toBe(-boundaries.at(-1)!);
    plan.beams.forEach((beam, n) => {
      const { devices, isocentre } = beam.controlPoints[0]!;
      const [x, y, leaves] = ['ASYMX', 'ASYMY', 'MLCX'].map(
        (type) => devices.find((device) => device.type === type)!.positions,
      ) as [number[], number[], number[]];
      expect(leaves).toHaveLength(2 * pairs);
      for (let pair = 0; pair < pairs; pair++) {
        const left = leaves[pair]!,
          right = leaves[pairs + pair]!;
        expect(right).toBeGreaterThanOrEqual(left);
        if (right === left) expect(left).toBeLessThanOrEqual(x[0]!);
      }
      for (const point of pointsIn(definition, shapeOf('PTV'), 5)) {
        const [xb, yb, zb] = inBeam(point, isocentre!, definition.plan.beams[n]!, definition.patientPosition),
          m = 1000 / (1000 - zb);
        const pair = boundaries.findIndex((boundary) => boundary > yb * m) - 1;
        expect(xb * m).toBeGreaterThan(leaves[pair]!);
        expect(xb * m).toBeLessThan(leaves[pairs + pair]!);
        expect(yb * m).toBeGreaterThan(y[0]!);
        expect(yb * m).toBeLessThan(y[1]!);
      }
    });
  });

  it('P5: has no dose outside the body, and as much at the isocentre as its beams say', () => {
    const { plan } = demo.plan,
      { volume } = demo.dose.dose,
      isocentre = plan.beams[0]!.controlPoints[0]!.isocentre!;
    const { fractions, prescribedDose } = definition.plan;
    expect(trilinear(volume, volume.data, ...isocentre)).toBeCloseTo(
      plan.beams.reduce((sum, beam) => sum + beam.beamDose!, 0) * fractions,
      1,
    );
    expect(volume.data.every((value) => value >= 0)).toBe(true);
    const corner: Vector3 = [0, 0, 0];
    expect(volume.data[0]).toBe(0);
    expect(voxelCentre(volume, corner)[0]).toBeLessThan(-150);
    expect(Math.max(...plan.beams.map((beam) => beam.meterset!))).toBeLessThan(400);
    expect(volume.data.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(1.1 * prescribedDose);
  });

  it('P6: covers the target as prescribed and spares bladder and rectum in part', () => {
    const { prescribedDose, target } = definition.plan;
    expect(doseAt(95, dosesIn(target, 2.2)) / prescribedDose).toBeCloseTo(definition.dose.coverage / 100, 2);
    for (const organ of ['Bladder', 'Rectum']) {
      const doses = dosesIn(organ, 4),
        share = (gy: number): number => doses.filter((value) => value >= gy).length / doses.length;
      expect(share(57)).toBeGreaterThan(0.01);
      expect(share(57)).toBeLessThan(0.15);
      expect(share(30)).toBeLessThan(0.5);
    }
  });

  it('P7: says in the plan what its dose is', () => {
    expect(shipped.plan.description).toMatch(/analytic/);
  });

  it('refuses a definition that is none, or names what is not there', () => {
    expect(() => readDemoDefinition(null)).toThrow(Failure);
    expect(() => readDemoDefinition({ format: 1, patient: {} })).toThrow(/lacks study/);
    expect(() => solidOf('nothing', definition.shapes)).toThrow(/'nothing'/);
    expect(() =>
      makeDemoPatient(
        {
          ...definition,
          image: { ...definition.image, dimensions: [8, 8, 2] },
          plan: { ...definition.plan, target: 'X' },
        },
        uidOf,
      ),
    ).toThrow(/'X'/);
  });
});

describe('solids and outlines', () => {
  const straight = { alongX: () => 0, alongY: () => 0 };

  it('P3: the outline of a ball has the area of its circle', () => {
    const section = solidOf({ kind: 'ellipsoid', centre: [3, -2, 0], radii: [20, 20, 20] }, {})(12)!;
    const [loop, ...others] = outlines(section, 12, straight, 1.5);
    expect(others).toEqual([]);
    expect(Math.abs(area(loop!))).toBeGreaterThan(Math.PI * 256 * 0.997);
    expect(Math.abs(area(loop!))).toBeLessThan(Math.PI * 256 * 1.0001);
    for (const [x, y] of loop!) expect(Math.hypot(x - 3, y + 2)).toBeCloseTo(16, 1);
  });

  it('P3: two solids apart give two loops, and a hole one within the other', () => {
    const ball = (x: number, radius: number) =>
      ({ kind: 'ellipsoid', centre: [x, 0, 0], radii: [radius, radius, radius] }) as const;
    expect(outlines(solidOf({ kind: 'both', of: ball(30, 10) }, {})(0)!, 0, straight, 2)).toHaveLength(2);
    const ring = outlines(
      solidOf({ kind: 'without', of: ball(0, 20), minus: [ball(0, 10)] }, {})(0)!,
      0,
      straight,
      1,
    );
    expect(ring.map((loop) => Math.sign(area(loop))).sort()).toEqual([-1, 1]);
  });

  it('grows by so many millimetres', () => {
    const grown = solidOf(
      {
        kind: 'grow',
        of: { kind: 'ellipsoid', centre: [0, 0, 0], radii: [30, 30, 30] },
        by: 6,
        shift: [0, -1, 0],
      },
      {},
    )(0)!;
    expect(grown.field(36, -1)).toBeCloseTo(0, 9);
    expect(grown.field(0, -37)).toBeCloseTo(0, 9);
  });

  it('knows error function and electron density', () => {
    expect(erf(0.5)).toBeCloseTo(0.5204998778, 6);
    expect(erf(-2)).toBeCloseTo(-0.995322265, 6);
    expect([-1200, -1000, 0, 300].map(electronDensity)).toEqual([0, 0, 1, 1.14]);
  });
});
