import { planimetry, stackPlanes } from '../../../../src-shared/compute/contours/index.ts';
import { beamSource, primaryPrescription } from '../../../../src-shared/formats/dicom/index.ts';
import type { Dose, Plan, StructureSet, Volume } from '../../../../src-shared/model/index.ts';
import { openDose, openStructures, recordOf } from '../../../services/objects/index.ts';
import { tell } from '../findings.ts';
import { geometryOf } from '../geometry.ts';
import { namedObject, type NamedObject } from '../inputs.ts';
import { planOf, volumeOf } from '../objects.ts';
import { facts, figure, table } from '../output.ts';
import type { Verb, VerbContext, VerbResult } from '../verb.ts';

function extremes(volume: Volume): { min: number | null; max: number | null } {
  let min = Infinity, max = -Infinity;
  for (const value of volume.data) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return max >= min ? { min, max } : { min: null, max: null };
}

function showVolume(volume: Volume, more: readonly (readonly [string, string])[]): VerbResult {
  const geometry = geometryOf(volume), { min, max } = extremes(volume);
  return {
    json: { kind: 'volume', ...geometry, unit: volume.unit, min, max, frameOfReferenceUid: volume.frameOfReferenceUid, padding: volume.padding },
    text: facts([
      ...more,
      ['voxels', geometry.dimensions.join(' × ')],
      ['spacing', `${geometry.spacing.map((s) => s.toPrecision(5)).join(' × ')} mm`],
      ['origin', `${geometry.origin.map((x) => x.toFixed(3)).join(', ')} mm (LPS)`],
      ['values', `${figure(min)} to ${figure(max)} ${volume.unit}`],
    ]),
  };
}

function showStructures(context: VerbContext, structures: StructureSet): VerbResult {
  tell(context, structures.findings);
  const rois = structures.rois.map((roi) => {
    const stack = stackPlanes(roi);
    tell(context, stack.findings);
    const { volumeCc, centroid } = planimetry(stack, 'half');
    return { number: roi.number, name: roi.name, type: roi.type, colour: roi.colour, contours: roi.contours.length, volumeCc, centroid };
  });
  return {
    json: { kind: 'structures', uid: structures.sopInstanceUid, label: structures.label, endCaps: 'half', frameOfReferenceUids: structures.frameOfReferenceUids, rois },
    text: `${facts([['structure set', structures.label], ['ROIs', rois.length]])}\n\n${table(
      ['number', 'name', 'type', 'contours', 'cc (half caps)', 'centroid, mm (LPS)'],
      rois.map((r) => [r.number, r.name, r.type, r.contours, figure(r.volumeCc), r.centroid?.map((x) => x.toFixed(1)).join(', ')]),
      'It has no ROI.',
    )}`,
  };
}

function showPlan(context: VerbContext, plan: Plan): VerbResult {
  tell(context, plan.findings);
  const prescription = primaryPrescription(plan);
  const beams = plan.beams.map((beam) => {
    const first = beam.controlPoints[0];
    return {
      number: beam.number,
      name: beam.name,
      type: beam.type,
      radiation: beam.radiation,
      delivery: beam.delivery,
      energy: first?.nominalEnergy ?? null,
      mu: beam.meterset,
      beamDose: beam.beamDose,
      controlPoints: beam.controlPoints.length,
      gantry: first?.gantryAngle ?? null,
      collimator: first?.collimatorAngle ?? null,
      couch: first?.couchAngle ?? null,
      isocentre: first?.isocentre ?? null,
      source: beamSource(plan, beam),
    };
  });
  return {
    json: {
      kind: 'plan',
      uid: plan.sopInstanceUid,
      planKind: plan.kind,
      label: plan.label,
      intent: plan.intent,
      approval: plan.approval,
      patientPosition: plan.patientPosition,
      prescription,
      prescriptions: plan.prescriptions,
      fractionGroups: plan.fractionGroups,
      beams,
    },
    text: `${facts([
      ['plan', plan.label],
      ['intent', plan.intent || '-'],
      ['approval', plan.approval || '-'],
      ['fractions', plan.fractionGroups.map((group) => group.fractions ?? '-').join(', ')],
    ])}\n\n${table(
      ['number', 'name', 'type', 'MV', 'MU', 'gantry', 'collimator', 'couch', 'control points'],
      beams.map((b) => [b.number, b.name, b.type, b.energy, figure(b.mu), figure(b.gantry, 1), figure(b.collimator, 1), figure(b.couch, 1), b.controlPoints]),
      'It has no beams.',
    )}`,
  };
}

function showDose(context: VerbContext, dose: Dose): VerbResult {
  tell(context, dose.findings);
  const { json, text } = showVolume(dose.volume, [['dose', `${dose.summation} ${dose.type}`.trim()]]);
  const dvhs = dose.storedDvhs.flatMap(({ roiNumbers, minimum, maximum, mean, data }) =>
    roiNumbers.map((roi) => ({ roi, min: minimum, max: maximum, mean, bins: data.length >> 1 })),
  );
  return { json: { ...json, kind: 'dose', uid: dose.sopInstanceUid, type: dose.type, summation: dose.summation, plan: dose.referencedPlanUid, dvhs }, text };
}

async function show(context: VerbContext, object: NamedObject): Promise<VerbResult> {
  const [file] = object.files;
  if (object.form === 'dicom' && file !== undefined) {
    const record = await recordOf(file);
    if (record.kind === 'structures') return showStructures(context, await openStructures(file));
    if (record.kind === 'plan') return showPlan(context, await planOf(object));
    if (record.kind === 'dose') return showDose(context, await openDose(file, { runner: await context.runner(), signal: context.signal }));
    if (record.kind !== 'image') {
      tell(context, record.findings);
      return {
        json: { kind: record.kind, uid: record.sopInstanceUid, sopClass: record.sopClassUid, modality: record.series.modality, label: record.label, facts: record.facts },
        text: facts([['kind', record.kind], ['modality', record.series.modality], ['label', record.label], ...Object.entries(record.facts)]),
      };
    }
  }
  const { volume, modality, description, patientPosition, findings } = await volumeOf(context, object);
  tell(context, findings);
  const named = ([['modality', modality], ['description', description], ['position', patientPosition]] as const).filter(([, value]) => value !== '');
  const result = showVolume(volume, named);
  return { ...result, json: { ...result.json, modality, description, patientPosition } };
}

export const showVerb: Verb = {
  name: 'show',
  summary: 'The facts of an object: geometry of a volume or dose, ROIs of a structure set, beams of a plan.',
  usage: 'show OBJECT [--library DIR]',
  example: 'show RS.dcm --json',
  positional: { minimum: 1, maximum: 1, what: 'one object: a file, a folder of one series, or a UID' },
  options: {},
  run: async (context) => show(context, await namedObject(context, context.arguments.positional[0]!)),
};
