import {
  isPatientPosition,
  sourcePosition,
  type PatientPosition,
  type Vector3,
} from '../../geometry/index.ts';
import type { Beam, ControlPoint, Finding, Plan, Prescription } from '../../model/index.ts';
import { tagText, type DataSet, type DicomFile } from './dataSet.ts';
import { beamFindings, isTreatmentBeam, readBeams, readFractionGroups } from './planBeams.ts';
import { readBrachytherapy } from './planBrachy.ts';
import { isUid } from './structureSet.ts';
import { Tag } from './tags.ts';
import { SopClassUid } from './uids.ts';

/** Reads an RT Plan, RT Ion Plan or brachytherapy plan. Never throws; what is missing is null, '' or told. */
export function readPlan(file: DicomFile): Plan {
  const set = file.dataSet;
  // The modality says RTPLAN for all three; only the SOP class, or its own sequence, tells an ion plan
  const ion = file.sopClassUid === SopClassUid.RtIonPlan || set.items(Tag.IonBeamSequence).length > 0;
  const fractionGroups = readFractionGroups(set);
  const beams = readBeams(set, ion, fractionGroups);
  const brachy = readBrachytherapy(set);
  const { position, findings } = readPatientPosition(set, beams.length > 0);
  const structureSetUid = set
    .items(Tag.ReferencedStructureSetSequence)[0]
    ?.text(Tag.ReferencedSOPInstanceUID);
  return {
    sopInstanceUid: file.sopInstanceUid,
    kind: ion ? 'ion' : brachy && beams.length === 0 ? 'brachy' : 'external',
    label: set.text(Tag.RTPlanLabel) ?? '',
    name: set.text(Tag.RTPlanName) ?? '',
    date: set.text(Tag.RTPlanDate) ?? '',
    intent: set.text(Tag.PlanIntent) ?? '',
    approval: set.text(Tag.ApprovalStatus) ?? '',
    geometry: set.text(Tag.RTPlanGeometry) ?? '',
    patientPosition: position,
    frameOfReferenceUid: set.text(Tag.FrameOfReferenceUID) || null,
    referencedStructureSetUid: isUid(structureSetUid) ? structureSetUid : null,
    prescriptions: set.items(Tag.DoseReferenceSequence).map(readPrescription),
    fractionGroups,
    beams,
    ...(brachy ? { brachy } : {}),
    findings: [...findings, ...beamFindings(beams, fractionGroups)],
  };
}

function readPrescription(item: DataSet): Prescription {
  return {
    type: item.text(Tag.DoseReferenceType) ?? '',
    structure: item.text(Tag.DoseReferenceStructureType) ?? '',
    description: item.text(Tag.DoseReferenceDescription) ?? '',
    roiNumber: item.number(Tag.ReferencedROINumber) ?? null,
    dose: item.number(Tag.TargetPrescriptionDose) ?? null,
  };
}

function readPatientPosition(
  set: DataSet,
  needed: boolean,
): { position: PatientPosition | null; findings: Finding[] } {
  const stated = [
    ...new Set(set.items(Tag.PatientSetupSequence).flatMap((setup) => setup.text(Tag.PatientPosition) || [])),
  ];
  const known = stated.filter(isPatientPosition),
    tag = tagText(Tag.PatientPosition);
  if (known.length > 1) {
    return {
      position: null,
      findings: [
        {
          code: 'PATIENT_POSITION_MISSING',
          severity: 'warning',
          message: `The plan has set-ups in several positions (${known.join(', ')}); places of the source are not computed.`,
          tag,
        },
      ],
    };
  }
  if (known.length === 1 || !needed) return { position: known[0] ?? null, findings: [] };
  return {
    position: null,
    findings: [
      {
        code: 'PATIENT_POSITION_MISSING',
        severity: 'warning',
        message:
          stated.length > 0
            ? `The patient position '${stated[0]}' is none that can be used; places of the source are not computed.`
            : 'The plan does not say how the patient lies; places of the source are not computed.',
        tag,
      },
    ],
  };
}

/**
 * LPS of the source at a control point (default the first), mm; null where position, isocentre, angle or distance is
 * not given, or the table is pitched, rolled or turned about its eccentric axis.
 */
export function beamSource(
  plan: Plan,
  beam: Beam,
  controlPoint: ControlPoint | undefined = beam.controlPoints[0],
): Vector3 | null {
  if (!controlPoint || plan.patientPosition === null || beam.sourceAxisDistance === null) return null;
  const { isocentre, gantryAngle, couchAngle, tablePitch, tableRoll, tableEccentric } = controlPoint;
  if (isocentre === null || gantryAngle === null) return null;
  if (Math.max(Math.abs(tablePitch), Math.abs(tableRoll), Math.abs(tableEccentric)) > 0.01) return null;
  return sourcePosition(
    isocentre,
    gantryAngle,
    couchAngle ?? 0,
    plan.patientPosition,
    beam.sourceAxisDistance,
  );
}

export interface PrimaryPrescription {
  /** Gy, all fractions. */
  readonly dose: number;
  readonly description: string;
  readonly roiNumber: number | null;
  /** 'beam doses': the plan prescribes nothing; the sum of what its beams give to their dose points. */
  readonly source: 'prescription' | 'beam doses';
}

/** The dose that "100 %" means for a plan: the highest that is prescribed to a target, else what its treatment beams add up to; null where neither is given. */
export function primaryPrescription(plan: Plan): PrimaryPrescription | null {
  // What is noted for an organ at risk is a limit.
  const targets = plan.prescriptions.filter(
    (p) => p.dose !== null && p.dose > 0 && (p.type === 'TARGET' || p.type === ''),
  );
  const highest = targets.toSorted((a, b) => b.dose! - a.dose!)[0];
  if (highest)
    return {
      dose: highest.dose!,
      description: highest.description,
      roiNumber: highest.roiNumber,
      source: 'prescription',
    };
  const sum = beamDoseSum(plan);
  return sum !== null && sum > 0
    ? { dose: sum, description: '', roiNumber: null, source: 'beam doses' }
    : null;
}

/** What the treatment beams give in all fractions, Gy; null where one of them does not say. */
function beamDoseSum(plan: Plan): number | null {
  const treating = new Set(plan.beams.filter(isTreatmentBeam).map((beam) => beam.number));
  let sum = 0;
  for (const { fractions, beams } of plan.fractionGroups) {
    for (const { number, beamDose } of beams) {
      if (!treating.has(number)) continue;
      if (fractions === null || beamDose === null) return null;
      sum += fractions * beamDose;
    }
  }
  return sum;
}
