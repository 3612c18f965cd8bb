import { voxelCentre, type Vector3 } from '../../geometry/index.ts';
import { Failure, type Dose, type Plan, type StructureSet, type Volume } from '../../model/index.ts';
import { densityOf, doseGrid, doseOfBeam } from './dose.ts';
import { fitAperture } from './aperture.ts';
import { paintAnatomy } from './anatomy.ts';
import type { DemoDefinition } from './definition.ts';
import { doseAt, pointsIn, trilinear } from './normalise.ts';
import { planOf, type PlannedBeam } from './plan.ts';
import { drawRois } from './structures.ts';

/** A whole radiotherapy case, made from its definition. */
export interface DemoPatient {
  readonly definition: DemoDefinition;
  readonly studyUid: string;
  readonly frameOfReferenceUid: string;
  readonly image: {
    readonly seriesUid: string;
    readonly instanceUids: readonly string[];
    readonly volume: Volume<Int16Array>;
  };
  readonly structures: { readonly seriesUid: string; readonly set: StructureSet };
  readonly plan: { readonly seriesUid: string; readonly plan: Plan };
  readonly dose: { readonly seriesUid: string; readonly dose: Dose };
}

/** Points per ROI on which coverage is judged lie this far apart, mm. */
const SAMPLING = 2;

/**
 * The patient of a definition: the same for ever, for a given `uidOf` (a UID for a name).
 * @throws Failure INPUT_NOT_USABLE where the definition names shapes or ROIs that it does not hold.
 */
export function makeDemoPatient(
  definition: DemoDefinition,
  uidOf: (...names: readonly string[]) => string,
): DemoPatient {
  const { image, patient } = definition,
    named = (...names: readonly string[]): string => uidOf('demo', patient.id, ...names);
  const frameOfReferenceUid = named('frame of reference');
  const painted = paintAnatomy(definition);
  const { origin: o, spacing: s } = image;
  const volume: Volume<Int16Array> = {
    dimensions: image.dimensions,
    affine: [s[0], 0, 0, o[0], 0, s[1], 0, o[1], 0, 0, s[2], o[2]],
    data: painted.noisy,
    unit: 'HU',
    frameOfReferenceUid,
    padding: null,
  };
  const slices = Array.from({ length: image.dimensions[2] }, (_, k) => k);
  const instanceUids = slices.map((k) => named('image', String(k)));
  const rois = drawRois(
    definition,
    slices.map((k) => voxelCentre(volume, [0, 0, k])[2]),
    instanceUids,
    frameOfReferenceUid,
  );
  const seriesUids = {
    image: named('series', 'image'),
    structures: named('series', 'structures'),
    plan: named('series', 'plan'),
    dose: named('series', 'dose'),
  };
  const set: StructureSet = {
    sopInstanceUid: named('structure set'),
    label: 'Demo pelvis',
    date: definition.study.date,
    approval: 'UNAPPROVED',
    frameOfReferenceUids: [frameOfReferenceUid],
    referencedSeriesUids: [seriesUids.image],
    referencedImageUids: instanceUids,
    rois,
    findings: [],
  };

  const target = definition.rois.find((roi) => roi.name === definition.plan.target);
  if (target === undefined)
    throw new Failure(
      'INPUT_NOT_USABLE',
      `The demo patient definition has no ROI '${definition.plan.target}' to plan on.`,
    );
  const points = pointsIn(definition, target.shape, SAMPLING),
    isocentre = centroid(points);
  const surface = rois
    .find((roi) => roi.number === target.number)!
    .contours.flatMap(({ points: p }) =>
      Array.from({ length: p.length / 3 }, (_, n): Vector3 => [p[3 * n]!, p[3 * n + 1]!, p[3 * n + 2]!]),
    );
  const grid = doseGrid(definition, painted.body),
    density = densityOf(painted);
  const beams = definition.plan.beams.map((beam) => {
    const aperture = fitAperture(surface, isocentre, beam, definition.plan, definition.patientPosition);
    return {
      beam,
      aperture,
      perMu: doseOfBeam(definition, painted, density, grid, isocentre, beam, aperture),
    };
  });

  const { fractions, prescribedDose } = definition.plan;
  const atIsocentre = beams.map(({ perMu }) => trilinear(grid, perMu, ...isocentre));
  const unscaled = beams.map(({ beam }, n) => beam.weight / atIsocentre[n]!);
  const covered = doseAt(
    95,
    points.map((point) =>
      beams.reduce((sum, { perMu }, n) => sum + unscaled[n]! * trilinear(grid, perMu, ...point), 0),
    ),
  );
  const wanted = ((definition.dose.coverage / 100) * prescribedDose) / fractions;
  const planned = beams.map(({ beam, aperture }, n): PlannedBeam => {
    const meterset = Number(((unscaled[n]! * wanted) / covered).toFixed(1));
    return { beam, aperture, meterset, beamDose: Number((meterset * atIsocentre[n]!).toFixed(4)) };
  });
  const total = new Float32Array(beams[0]?.perMu.length ?? 0);
  beams.forEach(({ perMu }, b) => {
    const mu = planned[b]!.meterset * fractions;
    for (let n = 0; n < total.length; n++) total[n] = total[n]! + mu * perMu[n]!;
  });

  const plan = planOf(definition, planned, isocentre, {
    plan: named('plan'),
    structureSet: set.sopInstanceUid,
    frameOfReference: frameOfReferenceUid,
  });
  const dose: Dose = {
    sopInstanceUid: named('dose'),
    volume: { ...grid, data: total, unit: 'Gy', frameOfReferenceUid, padding: null },
    type: 'PHYSICAL',
    summation: 'PLAN',
    comment: 'Analytic dose of the demo patient',
    referencedPlanUid: plan.sopInstanceUid,
    referencedBeamNumbers: [],
    referencedStructureSetUid: null,
    storedDvhs: [],
    findings: [],
  };
  return {
    definition,
    studyUid: named('study'),
    frameOfReferenceUid,
    image: { seriesUid: seriesUids.image, instanceUids, volume },
    structures: { seriesUid: seriesUids.structures, set },
    plan: { seriesUid: seriesUids.plan, plan },
    dose: { seriesUid: seriesUids.dose, dose },
  };
}

/** To a tenth of a millimetre, as a console shows it. */
function centroid(points: readonly Vector3[]): Vector3 {
  const mean = (axis: 0 | 1 | 2): number =>
    Number((points.reduce((sum, point) => sum + point[axis], 0) / points.length).toFixed(1));
  return [mean(0), mean(1), mean(2)];
}
