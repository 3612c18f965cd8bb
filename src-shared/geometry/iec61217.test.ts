import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beamAxes,
  cross,
  distance,
  dot,
  FIXED_AXES,
  fixedToPatient,
  isPatientPosition,
  orientationLetters,
  PATIENT_POSITIONS,
  patientToFixed,
  sourcePosition,
  turnWithCouch,
  type PatientPosition,
  type Vector3,
} from './index.ts';

/** The table of conventions.md, "Machine: IEC 61217": Xf, Yf, Zf in LPS, source at G = 0 and at G = 90. */
const TABLE: Record<PatientPosition, [string, string, string, string, string]> = {
  HFS: ['+x', '+z', '-y', 'A', 'L'],
  HFP: ['-x', '+z', '+y', 'P', 'R'],
  FFS: ['-x', '-z', '-y', 'A', 'R'],
  FFP: ['+x', '-z', '+y', 'P', 'L'],
  HFDR: ['+y', '+z', '+x', 'L', 'P'],
  HFDL: ['-y', '+z', '-x', 'R', 'A'],
  FFDR: ['-y', '-z', '+x', 'L', 'A'],
  FFDL: ['+y', '-z', '-x', 'R', 'P'],
};

const axis = (text: string): Vector3 => {
  const sign = text.startsWith('-') ? -1 : 1;
  return [text.endsWith('x') ? sign : 0, text.endsWith('y') ? sign : 0, text.endsWith('z') ? sign : 0];
};

const expectNear = (a: Vector3, b: Vector3): void =>
  expect(distance(a, b), `${a.join(' ')} is not ${b.join(' ')}`).toBeLessThan(1e-9);

describe('IEC 61217 in LPS (conventions.md, table of the eight patient positions)', () => {
  it.each(PATIENT_POSITIONS)('%s: fixed axes and the source at G = 0 and G = 90', (position) => {
    const [x, y, z, atZero, atNinety] = TABLE[position];
    expectNear(FIXED_AXES[position].x, axis(x));
    expectNear(FIXED_AXES[position].y, axis(y));
    expectNear(FIXED_AXES[position].z, axis(z));
    const source = (gantry: number): string =>
      orientationLetters(sourcePosition([0, 0, 0], gantry, 0, position, 1000));
    expect(source(0)).toBe(atZero);
    expect(source(90)).toBe(atNinety);
  });

  it.each(PATIENT_POSITIONS)('%s: the fixed axes are right-handed', (position) => {
    const { x, y, z } = FIXED_AXES[position];
    expectNear(cross(x, y), z);
  });

  it('knows the eight positions and no other', () => {
    expect(PATIENT_POSITIONS.every(isPatientPosition)).toBe(true);
    expect(['', 'HFX', 'SITTING', undefined].some(isPatientPosition)).toBe(false);
  });
});

describe('couch and gantry', () => {
  it('the couch turns the patient counter-clockwise: Rz(−S)(x, y) = (x cos S + y sin S, −x sin S + y cos S)', () => {
    expectNear(turnWithCouch([1, 0, 0], 90), [0, -1, 0]);
    expectNear(turnWithCouch([0, 1, 0], 90), [1, 0, 0]);
    expectNear(turnWithCouch([3, 4, 5], 30), [
      3 * Math.cos(Math.PI / 6) + 2,
      -1.5 + 4 * Math.cos(Math.PI / 6),
      5,
    ]);
  });

  it('a supine patient, gantry 90, couch 90: the beam comes from the feet', () => {
    expect(orientationLetters(sourcePosition([0, 0, 0], 90, 90, 'HFS', 1000))).toBe('I');
  });

  it('a couch turn leaves the beam from above where it is', () => {
    expectNear(sourcePosition([1, 2, 3], 0, 77, 'HFS', 1000), [1, -998, 3]);
  });

  it('gantry frame: Xg = (cos G, 0, −sin G), the ray to the source (sin G, 0, cos G); the collimator turns about it', () => {
    const g = Math.PI / 6,
      straight = beamAxes(30, 0);
    expectNear(straight.x, [Math.cos(g), 0, -Math.sin(g)]);
    expectNear(straight.y, [0, 1, 0]);
    expectNear(straight.toSource, [Math.sin(g), 0, Math.cos(g)]);
    const turned = beamAxes(0, 90);
    expectNear(turned.x, [0, 1, 0]);
    expectNear(turned.y, [-1, 0, 0]);
  });
});

describe('properties', () => {
  const position = fc.constantFrom(...PATIENT_POSITIONS),
    angle = fc.double({ min: -360, max: 360, noNaN: true });
  const number = fc.double({ min: -1000, max: 1000, noNaN: true }),
    vector = fc.tuple(number, number, number);

  it('patientToFixed undoes fixedToPatient, and the other way round', () => {
    fc.assert(
      fc.property(vector, position, angle, (v, p, couch) => {
        expectNear(patientToFixed(fixedToPatient(v, p, couch), p, couch), v);
        expectNear(fixedToPatient(patientToFixed(v, p, couch), p, couch), v);
      }),
    );
  });

  it('keeps lengths, angles and handedness', () => {
    fc.assert(
      fc.property(vector, vector, position, angle, (a, b, p, couch) => {
        const [ta, tb] = [fixedToPatient(a, p, couch), fixedToPatient(b, p, couch)];
        expect(dot(ta, tb)).toBeCloseTo(dot(a, b), 6);
        expect(distance(cross(ta, tb), fixedToPatient(cross(a, b), p, couch))).toBeLessThan(1e-6);
      }),
    );
  });

  it('beam axes are right-handed unit vectors: x × y points to the source', () => {
    fc.assert(
      fc.property(angle, angle, (gantry, collimator) => {
        const { x, y, toSource } = beamAxes(gantry, collimator);
        expect(dot(x, y)).toBeCloseTo(0, 9);
        expectNear(cross(x, y), toSource);
      }),
    );
  });

  it('the source lies at the source–axis distance from the isocentre', () => {
    fc.assert(
      fc.property(vector, angle, angle, position, (isocentre, gantry, couch, p) => {
        expect(distance(sourcePosition(isocentre, gantry, couch, p, 1000), isocentre)).toBeCloseTo(1000, 6);
      }),
    );
  });
});
