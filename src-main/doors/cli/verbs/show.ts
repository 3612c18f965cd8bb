import { shapeVolume, stackPlanes } from '../../../../src-shared/compute/contours/index.ts';
import { beamSource, primaryPrescription } from '../../../../src-shared/formats/dicom/index.ts';
import type { Dose, Plan, Volume } from '../../../../src-shared/model/index.ts';
import type { StoredObject } from '../../../library/types.ts';
import { openDose, recordOf } from '../../../services/objects/index.ts';
import { tell } from '../findings.ts';
import { geometryOf } from '../geometry.ts';
import { namedObject, type NamedObject } from '../inputs.ts';
import { planOf, structuresOf, VOLUME_OPTION, volumeOf, type NamedStructures } from '../objects.ts';
import { facts, figure, table } from '../output.ts';
import type { Csv } from '../resultFile.ts';
import type { Verb, VerbContext, VerbResult } from '../verb.ts';

/** A collection of more objects than these is listed by its series alone. */
const FEW = 20;

type Fact = readonly [string, string | number | null];
const factsCsv = (rows: readonly Fact[]): Csv => ({ columns: ['fact', 'value'], rows });
const axes = (name: string, values: readonly number[]): Fact[] =>
  values.map((value, a) => [`${name}_${'ijk'[a]}`, value]);

/** Of what was measured: padding is not. */
function extremes({ data, padding }: Volume): { min: number | null; max: number | null; padded: number } {
  let min = Infinity,
    max = -Infinity,
    padded = 0;
  for (const value of data) {
    if (padding !== null && value >= padding.from && value <= padding.to) {
      padded++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return max >= min ? { min, max, padded } : { min: null, max: null, padded };
}

const rangeText = ({ from, to }: NonNullable<Volume['padding']>): string =>
  from === to ? String(from) : `${from} to ${to}`;

function showVolume(volume: Volume, more: readonly (readonly [string, string])[]): VerbResult {
  const geometry = geometryOf(volume),
    { min, max, padded } = extremes(volume),
    { padding } = volume;
  return {
    json: {
      kind: 'volume',
      ...geometry,
      unit: volume.unit,
      min,
      max,
      frameOfReferenceUid: volume.frameOfReferenceUid,
      padding,
      paddingVoxels: padded,
    },
    text: facts([
      ...more,
      ['voxels', geometry.dimensions.join(' × ')],
      ['spacing', `${geometry.spacing.map((s) => s.toPrecision(5)).join(' × ')} mm`],
      ['origin', `${geometry.origin.map((x) => x.toFixed(3)).join(', ')} mm (LPS)`],
      ['values', `${figure(min)} to ${figure(max)} ${volume.unit}`],
      ...(padding === null
        ? []
        : [['padding', `${padded} voxels of ${rangeText(padding)}, not counted above`] as const]),
    ]),
    csv: factsCsv([
      ...more,
      ...axes('voxels', geometry.dimensions),
      ...axes('spacing_mm', geometry.spacing),
      ...axes('origin_mm', geometry.origin),
      ['min', min],
      ['max', max],
      ['unit', volume.unit],
      ...(padding === null
        ? []
        : [['padding', rangeText(padding)] as const, ['padding_voxels', padded] as const]),
    ]),
  };
}

function showStructures(context: VerbContext, { structures, imageDistance }: NamedStructures): VerbResult {
  const rois = structures.rois.map((roi) => {
    const stack = stackPlanes(roi, { imageDistance });
    tell(context, stack.findings);
    const { volumeCc, centroid } = shapeVolume(stack, 'half');
    return {
      number: roi.number,
      name: roi.name,
      type: roi.type,
      colour: roi.colour,
      contours: roi.contours.length,
      volumeCc,
      centroid,
    };
  });
  return {
    json: {
      kind: 'structures',
      uid: structures.sopInstanceUid,
      label: structures.label,
      endCaps: 'half',
      frameOfReferenceUids: structures.frameOfReferenceUids,
      rois,
    },
    text: `${facts([
      ['structure set', structures.label],
      ['ROIs', rois.length],
    ])}\n\n${table(
      ['number', 'name', 'type', 'contours', 'cc (half caps)', 'centroid, mm (LPS)'],
      rois.map((r) => [
        r.number,
        r.name,
        r.type,
        r.contours,
        figure(r.volumeCc),
        r.centroid?.map((x) => x.toFixed(1)).join(', '),
      ]),
      'It has no ROI.',
    )}`,
    csv: {
      columns: ['number', 'name', 'type', 'contours', 'volume_cc', 'x_mm', 'y_mm', 'z_mm'],
      rows: rois.map((r) => [
        r.number,
        r.name,
        r.type,
        r.contours,
        r.volumeCc,
        ...(r.centroid ?? [null, null, null]),
      ]),
    },
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
      prescription?.source === 'beam doses'
        ? [
            'prescription',
            `not stated; the beams give ${figure(prescription.dose)} Gy together to their dose points`,
          ]
        : ['prescription', prescription ? `${figure(prescription.dose)} Gy` : 'not stated'],
    ])}\n\n${table(
      ['number', 'name', 'type', 'MV', 'MU', 'gantry', 'collimator', 'couch', 'control points'],
      beams.map((b) => [
        b.number,
        b.name,
        b.type,
        b.energy,
        figure(b.mu),
        figure(b.gantry, 1),
        figure(b.collimator, 1),
        figure(b.couch, 1),
        b.controlPoints,
      ]),
      'It has no beams.',
    )}`,
    csv: {
      columns: [
        'number',
        'name',
        'type',
        'energy',
        'mu',
        'control_points',
        'gantry',
        'collimator',
        'couch',
        'x_mm',
        'y_mm',
        'z_mm',
      ],
      rows: beams.map((b) => [
        b.number,
        b.name,
        b.type,
        b.energy,
        b.mu,
        b.controlPoints,
        b.gantry,
        b.collimator,
        b.couch,
        ...(b.isocentre ?? [null, null, null]),
      ]),
    },
  };
}

function showDose(context: VerbContext, dose: Dose): VerbResult {
  tell(context, dose.findings);
  const { json, ...shown } = showVolume(dose.volume, [['dose', `${dose.summation} ${dose.type}`.trim()]]);
  const dvhs = dose.storedDvhs.flatMap(({ roiNumbers, minimum, maximum, mean, data }) =>
    roiNumbers.map((roi) => ({ roi, min: minimum, max: maximum, mean, bins: data.length >> 1 })),
  );
  return {
    json: {
      ...json,
      kind: 'dose',
      uid: dose.sopInstanceUid,
      type: dose.type,
      summation: dose.summation,
      plan: dose.referencedPlanUid,
      dvhs,
    },
    ...shown,
  };
}

/** A UID that stands for several objects which are no one volume: a patient, a study, a series of doses. */
function showCollection(object: NamedObject, stored: readonly StoredObject[]): VerbResult {
  const items = [...Map.groupBy(stored, ({ series }) => series.uid)].map(([uid, objects]) => {
    const { series, study } = objects[0]!;
    return {
      uid,
      modality: series.modality,
      description: series.description,
      files: objects.length,
      study: study.uid,
      objects: objects.length > FEW ? null : objects.map(({ sopInstanceUid }) => sopInstanceUid),
    };
  });
  return {
    json: { kind: 'collection', uid: object.text, objects: stored.length, series: items },
    text: `${facts([
      ['objects', stored.length],
      ['series', items.length],
    ])}\n\n${table(
      ['series', 'modality', 'description', 'files'],
      items.map((item) => [item.uid, item.modality, item.description, item.files]),
    )}`,
    csv: {
      columns: ['uid', 'modality', 'description', 'files', 'study'],
      rows: items.map((item) => [item.uid, item.modality, item.description, item.files, item.study]),
    },
  };
}

async function show(context: VerbContext, object: NamedObject): Promise<VerbResult> {
  const [file, ...more] = object.files,
    { stored } = object;
  if (stored !== null && stored.length > 1) {
    const first = stored[0]!,
      oneSeries = stored.every(({ kind, series }) => kind === 'image' && series.uid === first.series.uid);
    if (!oneSeries) return showCollection(object, stored);
  }
  if ((object.form === 'dicom' || object.form === 'folder') && file !== undefined && more.length === 0) {
    const record = await recordOf(file);
    if (record.kind === 'structures') return showStructures(context, await structuresOf(context, object));
    if (record.kind === 'plan') return showPlan(context, await planOf(object));
    if (record.kind === 'dose')
      return showDose(context, await openDose(file, { runner: context.runner, signal: context.signal }));
    if (record.kind !== 'image') {
      tell(context, record.findings);
      return {
        json: {
          kind: record.kind,
          uid: record.sopInstanceUid,
          sopClass: record.sopClassUid,
          modality: record.series.modality,
          label: record.label,
          facts: record.facts,
        },
        text: facts([
          ['kind', record.kind],
          ['modality', record.series.modality],
          ['label', record.label],
          ...Object.entries(record.facts),
        ]),
        csv: factsCsv([
          ['kind', record.kind],
          ['uid', record.sopInstanceUid],
          ['modality', record.series.modality],
          ['label', record.label],
          ...Object.entries(record.facts),
        ]),
      };
    }
  }
  const { volume, modality, description, patientPosition, findings, volumes, number } = await volumeOf(
    context,
    object,
    context.arguments.number('volume'),
  );
  tell(context, findings);
  const named = (
    [
      ['modality', modality],
      ['description', description],
      ['position', patientPosition],
      ['volume', volumes.length > 1 ? `${number} of ${volumes.length}` : ''],
    ] as const
  ).filter(([, value]) => value !== '');
  const result = showVolume(volume, named);
  const several = volumes.length > 1 ? { volume: number, volumes } : {};
  return { ...result, json: { ...result.json, modality, description, patientPosition, ...several } };
}

export const showVerb: Verb = {
  name: 'show',
  summary:
    'The facts of an object: geometry of a volume or dose, ROIs of a structure set, beams of a plan, what a patient or study holds.',
  usage: 'show OBJECT [--volume N] [--library DIR] [-o facts.csv]',
  example: 'show RS.dcm --json',
  positional: { minimum: 1, maximum: 1, what: 'one object: a file, a folder of one series, or a UID' },
  options: {
    volume: VOLUME_OPTION,
    ct: {
      kind: 'text',
      value: 'C',
      help: 'of structures: the images, whose distance gives an ROI on a single plane its thickness',
    },
  },
  writes: ['.csv', '.json'],
  run: async (context) => show(context, await namedObject(context, context.arguments.positional[0]!)),
};
