import type { Vector3 } from '../../geometry/index.ts';
import type { Beam, ControlPoint, Plan } from '../../model/index.ts';
import { leafBoundaries, type Aperture } from './aperture.ts';
import type { BeamDefinition, DemoDefinition } from './definition.ts';

export interface PlannedBeam {
  readonly beam: BeamDefinition;
  readonly aperture: Aperture;
  /** MU per fraction, and Gy per fraction at the isocentre. */
  readonly meterset: number;
  readonly beamDose: number;
}

/** The plan as a planning system would hand it on. */
export function planOf(
  definition: DemoDefinition,
  planned: readonly PlannedBeam[],
  isocentre: Vector3,
  uids: { readonly plan: string; readonly structureSet: string; readonly frameOfReference: string },
): Plan {
  const { plan } = definition,
    target = definition.rois.find((roi) => roi.name === plan.target);
  return {
    sopInstanceUid: uids.plan,
    kind: 'external',
    label: plan.label,
    name: plan.name,
    date: definition.study.date,
    intent: 'RESEARCH',
    approval: 'UNAPPROVED',
    geometry: 'PATIENT',
    patientPosition: definition.patientPosition,
    frameOfReferenceUid: uids.frameOfReference,
    referencedStructureSetUid: uids.structureSet,
    prescriptions: [
      {
        type: 'TARGET',
        structure: 'VOLUME',
        description: plan.target,
        roiNumber: target?.number ?? null,
        dose: plan.prescribedDose,
      },
    ],
    fractionGroups: [
      {
        number: 1,
        fractions: plan.fractions,
        beams: planned.map(({ meterset, beamDose }, n) => ({ number: n + 1, meterset, beamDose })),
        brachyApplications: 0,
      },
    ],
    beams: planned.map((one, n) => beamOf(definition, one, n + 1, isocentre)),
    findings: [],
  };
}

function beamOf(
  definition: DemoDefinition,
  { beam, aperture, meterset, beamDose }: PlannedBeam,
  number: number,
  isocentre: Vector3,
): Beam {
  const { plan } = definition,
    boundaries = leafBoundaries(plan.leaves);
  const open: ControlPoint = {
    index: 0,
    cumulativeMetersetWeight: 0,
    nominalEnergy: plan.energy,
    gantryAngle: beam.gantry,
    gantryRotation: 'NONE',
    collimatorAngle: beam.collimator,
    couchAngle: beam.couch,
    tablePitch: 0,
    tableRoll: 0,
    tableEccentric: 0,
    isocentre,
    devices: [
      { type: 'ASYMX', positions: aperture.jaws.x },
      { type: 'ASYMY', positions: aperture.jaws.y },
      { type: 'MLCX', positions: [...aperture.left, ...aperture.right] },
    ],
  };
  const device = (
    type: string,
    leafPairs: number,
    edges: readonly number[] | null,
  ): Beam['devices'][number] => ({ type, leafPairs, boundaries: edges, sourceDistance: null });
  return {
    number,
    name: beam.name,
    type: 'STATIC',
    radiation: 'PHOTON',
    delivery: 'TREATMENT',
    machine: plan.machine,
    fluenceMode: 'STANDARD',
    sourceAxisDistance: plan.sourceAxisDistance,
    meterset,
    beamDose,
    metersetUnit: 'MU',
    finalCumulativeMetersetWeight: 1,
    devices: [
      device('ASYMX', 1, null),
      device('ASYMY', 1, null),
      device('MLCX', boundaries.length - 1, boundaries),
    ],
    wedges: [],
    blocks: 0,
    applicator: '',
    controlPoints: [open, { ...open, index: 1, cumulativeMetersetWeight: 1 }],
  };
}
