import type { z } from 'zod';
import type {
  controlPointInfo,
  DoseInfo,
  PlanInfo,
  RoiDvh,
  StructuresInfo,
  VolumeInfo,
} from '../../../src-shared/api/index.ts';
import type { Bulk } from '../../../src-shared/api/index.ts';
import { beamSource, primaryPrescription } from '../../../src-shared/formats/dicom/index.ts';
import type { Vector3 } from '../../../src-shared/geometry/index.ts';
import type { Beam, Colour, ControlPoint, Finding, Plan, Roi } from '../../../src-shared/model/index.ts';
import type { RoiDvh as ComputedDvh } from '../dvh.ts';
import type { PreparedDose, PreparedPlan, PreparedStructures, PreparedVolume } from './objects.ts';

/** What JSON carries: NaN and infinity as null. */
export const figure = (value: number | null | undefined): number | null =>
  value !== undefined && value !== null && Number.isFinite(value) ? value : null;

const vector = (v: Vector3): [number, number, number] => [v[0], v[1], v[2]];
const vectorOrNull = (v: Vector3 | null): [number, number, number] | null => (v === null ? null : vector(v));

export const findingsOf = (
  findings: readonly Finding[],
): {
  code: Finding['code'];
  severity: Finding['severity'];
  message: string;
  tag?: string;
  files?: string[];
  objects?: string[];
}[] =>
  findings.map(({ code, severity, message, tag, files, objects }) => ({
    code,
    severity,
    message,
    ...(tag === undefined ? {} : { tag }),
    ...(files === undefined ? {} : { files: [...files] }),
    ...(objects === undefined ? {} : { objects: [...objects] }),
  }));

export function volumeInfo(uid: string, prepared: PreparedVolume, data: Bulk): VolumeInfo {
  const { volume, modality, description, patientPosition, volumes, number } = prepared;
  const { dimensions, affine, unit, frameOfReferenceUid, padding } = volume;
  return {
    uid,
    modality,
    description,
    patientPosition,
    volumes: volumes.map((one) => ({ ...one })),
    number,
    unit,
    frameOfReferenceUid,
    padding,
    data,
    dimensions: vector(dimensions),
    affine: [...affine],
  };
}

/** Well apart from each other, for ROIs whose file gives no colour. */
const COLOURS: readonly Colour[] = [
  [230, 96, 80],
  [86, 180, 233],
  [240, 200, 60],
  [90, 190, 130],
  [204, 121, 167],
  [230, 150, 60],
  [130, 140, 230],
  [150, 200, 70],
];
const colourOf = ({ colour, number }: Roi): [number, number, number] => {
  const [r, g, b] = colour ?? COLOURS[Math.abs(number) % COLOURS.length] ?? [255, 255, 255];
  return [r, g, b];
};

export function structuresInfo({ set, figures }: PreparedStructures, points: Bulk): StructuresInfo {
  let at = 0;
  const rois = set.rois.map((roi, n) => {
    const contours = roi.contours.map(({ type, points: own }) => {
      const start = at,
        count = own.length / 3;
      at += count;
      return { type, start, count };
    });
    const measured = figures[n];
    return {
      number: roi.number,
      name: roi.name,
      type: roi.type,
      colour: colourOf(roi),
      contours,
      volumeCc: figure(measured?.volumeCc),
      centroid: vectorOrNull(measured?.centroid ?? null),
      findings: findingsOf(measured?.findings ?? []),
    };
  });
  return {
    uid: set.sopInstanceUid,
    label: set.label,
    approval: set.approval,
    frameOfReferenceUid: set.frameOfReferenceUids[0] ?? null,
    points,
    rois,
    findings: findingsOf(set.findings),
  };
}

export function doseInfo(dose: PreparedDose, label: string, data: Bulk): DoseInfo {
  const { dimensions, affine, unit, frameOfReferenceUid } = dose.volume;
  return {
    uid: dose.sopInstanceUid,
    label,
    unit: unit === 'percent' ? 'percent' : 'Gy',
    type: dose.type,
    summation: dose.summation,
    frameOfReferenceUid,
    planUid: dose.referencedPlanUid,
    maximum: figure(dose.maximum),
    data,
    dimensions: vector(dimensions),
    affine: [...affine],
    findings: findingsOf(dose.findings),
  };
}

/** The collimated angle that the gantry has turned to at the end; where it never moves, the first. */
const lastKnown = (
  points: readonly ControlPoint[],
  read: (point: ControlPoint) => number | null,
): number | null => points.reduce<number | null>((last, point) => read(point) ?? last, null);

function beamInfo(plan: Plan, beam: Beam): PlanInfo['beams'][number] {
  const first = beam.controlPoints[0];
  return {
    number: beam.number,
    name: beam.name,
    type: beam.type,
    radiation: beam.radiation,
    delivery: beam.delivery,
    machine: beam.machine,
    energy: figure(first?.nominalEnergy),
    fluenceMode: beam.fluenceMode,
    mu: figure(beam.meterset),
    beamDose: figure(beam.beamDose),
    gantry: figure(first?.gantryAngle),
    gantryEnd: figure(lastKnown(beam.controlPoints, (point) => point.gantryAngle)),
    rotation: first?.gantryRotation ?? '',
    collimator: figure(first?.collimatorAngle),
    couch: figure(first?.couchAngle),
    isocentre: vectorOrNull(first?.isocentre ?? null),
    source: vectorOrNull(beamSource(plan, beam)),
    controlPoints: beam.controlPoints.length,
  };
}

export function planInfo(plan: PreparedPlan): PlanInfo {
  const stated = primaryPrescription(plan);
  return {
    uid: plan.sopInstanceUid,
    kind: plan.kind,
    label: plan.label,
    name: plan.name,
    date: plan.date,
    intent: plan.intent,
    approval: plan.approval,
    patientPosition: plan.patientPosition ?? '',
    structuresUid: plan.referencedStructureSetUid,
    prescriptions: plan.prescriptions.map(({ description, structure, dose, type }) => ({
      description,
      structure,
      type,
      dose: figure(dose),
    })),
    prescribedDose: figure(stated?.source === 'prescription' ? stated.dose : null),
    beamDoseSum: figure(stated?.source === 'beam doses' ? stated.dose : null),
    fractionGroups: plan.fractionGroups.map(({ number, fractions, beams }) => {
      const metersets = beams.flatMap(({ meterset }) => (meterset === null ? [] : [meterset]));
      return {
        number,
        fractions: figure(fractions),
        beams: beams.map((beam) => beam.number),
        mu: metersets.length === 0 ? null : metersets.reduce((sum, mu) => sum + mu, 0),
      };
    }),
    beams: plan.beams.map((beam) => beamInfo(plan, beam)),
    findings: findingsOf(plan.findings),
  };
}

export const controlPointsOf = (beam: Beam): z.input<typeof controlPointInfo>[] =>
  beam.controlPoints.map((point) => ({
    index: point.index,
    weight: figure(point.cumulativeMetersetWeight),
    energy: figure(point.nominalEnergy),
    gantry: figure(point.gantryAngle),
    rotation: point.gantryRotation,
    collimator: figure(point.collimatorAngle),
    couch: figure(point.couchAngle),
    isocentre: vectorOrNull(point.isocentre),
    devices: point.devices.map(({ type, positions }) => ({ type, positions: [...positions] })),
  }));

export const dvhInfo = (dvh: ComputedDvh): RoiDvh => ({
  name: dvh.name,
  number: dvh.number,
  endCaps: dvh.endCaps,
  volumeCc: figure(dvh.volumeCc),
  insideGrid: figure(dvh.insideGrid),
  min: figure(dvh.min),
  max: figure(dvh.max),
  mean: figure(dvh.mean),
  values: { ...dvh.values },
  curve: { dose: Array.from(dvh.curve.dose), volumePercent: Array.from(dvh.curve.volumePercent) },
  findings: findingsOf(dvh.findings),
});
