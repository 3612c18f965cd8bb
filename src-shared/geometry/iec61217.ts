import { dot, type Vector3 } from './vector.ts';

/** Patient Position (0018,5100): how the patient lies on the couch. */
export const PATIENT_POSITIONS = ['HFS', 'HFP', 'FFS', 'FFP', 'HFDR', 'HFDL', 'FFDR', 'FFDL'] as const;
export type PatientPosition = (typeof PATIENT_POSITIONS)[number];

export const isPatientPosition = (text: string | undefined): text is PatientPosition =>
  (PATIENT_POSITIONS as readonly string[]).includes(text ?? '');

/** The axes of the IEC 61217 fixed system in LPS with the couch at 0. */
export interface FixedAxes {
  readonly x: Vector3;
  /** Towards the gantry. */
  readonly y: Vector3;
  /** Up. */
  readonly z: Vector3;
}

const L: Vector3 = [1, 0, 0],
  R: Vector3 = [-1, 0, 0];
const P: Vector3 = [0, 1, 0],
  A: Vector3 = [0, -1, 0];
const S: Vector3 = [0, 0, 1],
  I: Vector3 = [0, 0, -1];

/** IEC 61217 fixed axes by patient position, from the supine definition turned about the long axis. */
export const FIXED_AXES: Readonly<Record<PatientPosition, FixedAxes>> = {
  HFS: { x: L, y: S, z: A },
  HFP: { x: R, y: S, z: P },
  FFS: { x: R, y: I, z: A },
  FFP: { x: L, y: I, z: P },
  HFDR: { x: P, y: S, z: L },
  HFDL: { x: A, y: S, z: R },
  FFDR: { x: A, y: I, z: L },
  FFDL: { x: P, y: I, z: R },
};

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** A fixed-system vector in the patient's frame with the couch at `couchAngle` degrees: Rz(−S)·v. */
export function turnWithCouch(v: Vector3, couchAngle: number): Vector3 {
  const c = Math.cos(radians(couchAngle)),
    s = Math.sin(radians(couchAngle));
  return [v[0] * c + v[1] * s, -v[0] * s + v[1] * c, v[2]];
}

/** A vector of the IEC fixed system as an LPS direction. Angles in degrees. */
export function fixedToPatient(v: Vector3, position: PatientPosition, couchAngle: number): Vector3 {
  const t = turnWithCouch(v, couchAngle),
    axes = FIXED_AXES[position];
  return [
    t[0] * axes.x[0] + t[1] * axes.y[0] + t[2] * axes.z[0],
    t[0] * axes.x[1] + t[1] * axes.y[1] + t[2] * axes.z[1],
    t[0] * axes.x[2] + t[1] * axes.y[2] + t[2] * axes.z[2],
  ];
}

/** An LPS direction as a vector of the IEC fixed system. Inverse of {@link fixedToPatient}. */
export function patientToFixed(v: Vector3, position: PatientPosition, couchAngle: number): Vector3 {
  const axes = FIXED_AXES[position];
  return turnWithCouch([dot(v, axes.x), dot(v, axes.y), dot(v, axes.z)], -couchAngle);
}

/** Axes of the beam-limiting-device system in the fixed system, and the ray to the source. Degrees. */
export function beamAxes(
  gantryAngle: number,
  collimatorAngle: number,
): { x: Vector3; y: Vector3; toSource: Vector3 } {
  const g = radians(gantryAngle),
    c = radians(collimatorAngle);
  const xg: Vector3 = [Math.cos(g), 0, -Math.sin(g)];
  const cosC = Math.cos(c),
    sinC = Math.sin(c);
  return {
    x: [cosC * xg[0], sinC, cosC * xg[2]],
    y: [-sinC * xg[0], cosC, -sinC * xg[2]],
    toSource: [Math.sin(g), 0, Math.cos(g)],
  };
}

/** LPS position of the source, mm. */
export function sourcePosition(
  isocentre: Vector3,
  gantryAngle: number,
  couchAngle: number,
  position: PatientPosition,
  sourceAxisDistance: number,
): Vector3 {
  const d = fixedToPatient(beamAxes(gantryAngle, 0).toSource, position, couchAngle);
  return [
    isocentre[0] + sourceAxisDistance * d[0],
    isocentre[1] + sourceAxisDistance * d[1],
    isocentre[2] + sourceAxisDistance * d[2],
  ];
}
