import {
  Failure,
  type Beam,
  type ControlPoint,
  type FractionGroup,
  type Plan,
  type Prescription,
} from '../../../model/index.ts';
import type { Attributes } from './attributes.ts';
import { contextAttributes, type WriteContext } from './context.ts';
import { derivedUid } from './derivedUid.ts';
import { SopClassUid } from '../uids.ts';
import { writeDicom } from './writeDicom.ts';

export interface PlanOptions {
  readonly description: string;
}

/**
 * An external-beam plan as an RT Plan file: Plan Intent RESEARCH, UNAPPROVED (W9).
 * @throws Failure NOT_SUPPORTED_HERE for what the model does not hold in full (W10).
 */
export function writePlan(plan: Plan, context: WriteContext, options: PlanOptions): Uint8Array {
  if (plan.kind !== 'external')
    throw new Failure('NOT_SUPPORTED_HERE', 'Only external-beam plans can be written.');
  if (plan.patientPosition === null)
    throw new Failure('INPUT_NOT_USABLE', 'The plan has no patient position; it cannot be written.');
  return writeDicom(
    {
      ...contextAttributes(context, 'RTPLAN'),
      RTPlanLabel: plan.label,
      RTPlanName: plan.name,
      RTPlanDescription: options.description,
      RTPlanDate: context.made.date,
      RTPlanTime: context.made.time,
      PlanIntent: 'RESEARCH',
      RTPlanGeometry: plan.referencedStructureSetUid === null ? 'TREATMENT_DEVICE' : 'PATIENT',
      DoseReferenceSequence: listOrNothing(
        plan.prescriptions.map((prescription, n) => doseReference(prescription, n + 1, plan.sopInstanceUid)),
      ),
      FractionGroupSequence: listOrNothing(plan.fractionGroups.map(fractionGroup)),
      BeamSequence: listOrNothing(plan.beams.map((beam) => beamItem(beam, context))),
      PatientSetupSequence: [
        { PatientSetupNumber: 1, PatientPosition: plan.patientPosition, SetupTechnique: 'ISOCENTRIC' },
      ],
      ReferencedStructureSetSequence:
        plan.referencedStructureSetUid === null
          ? undefined
          : [
              {
                ReferencedSOPClassUID: SopClassUid.RtStructureSet,
                ReferencedSOPInstanceUID: plan.referencedStructureSetUid,
              },
            ],
      ApprovalStatus: 'UNAPPROVED',
    },
    { sopClass: SopClassUid.RtPlan, instance: plan.sopInstanceUid },
  );
}

const listOrNothing = (items: readonly Attributes[]): readonly Attributes[] | undefined =>
  items.length === 0 ? undefined : items;
const orEmpty = (value: number | null): number | '' => value ?? '';

const doseReference = (prescription: Prescription, number: number, planUid: string): Attributes => ({
  DoseReferenceNumber: number,
  DoseReferenceUID: derivedUid(planUid, 'dose reference', String(number)),
  DoseReferenceStructureType: prescription.roiNumber === null ? 'SITE' : 'VOLUME',
  DoseReferenceDescription: prescription.description === '' ? undefined : prescription.description,
  DoseReferenceType: prescription.type,
  TargetPrescriptionDose:
    prescription.type === 'TARGET' && prescription.dose !== null ? prescription.dose : undefined,
  ReferencedROINumber: prescription.roiNumber ?? undefined,
});

function fractionGroup(group: FractionGroup): Attributes {
  if (group.brachyApplications > 0)
    throw new Failure('NOT_SUPPORTED_HERE', 'Plans with brachytherapy applications cannot be written.');
  return {
    FractionGroupNumber: group.number,
    NumberOfFractionsPlanned: orEmpty(group.fractions),
    NumberOfBeams: group.beams.length,
    NumberOfBrachyApplicationSetups: 0,
    ReferencedBeamSequence: listOrNothing(
      group.beams.map((beam) => ({
        BeamDose: beam.beamDose ?? undefined,
        BeamMeterset: beam.meterset ?? undefined,
        ReferencedBeamNumber: beam.number,
      })),
    ),
  };
}

function beamItem(beam: Beam, context: WriteContext): Attributes {
  if (beam.wedges.length > 0 || beam.blocks > 0 || beam.applicator !== '') {
    throw new Failure(
      'NOT_SUPPORTED_HERE',
      `Beam ${beam.name} has a wedge, block or applicator; such beams cannot be written.`,
    );
  }
  const standard = beam.fluenceMode === '' || beam.fluenceMode === 'STANDARD';
  return {
    Manufacturer: context.equipment.manufacturer,
    TreatmentMachineName: beam.machine,
    PrimaryDosimeterUnit: beam.metersetUnit === '' ? 'MU' : beam.metersetUnit,
    SourceAxisDistance: orEmpty(beam.sourceAxisDistance),
    BeamLimitingDeviceSequence: beam.devices.map((device) => ({
      RTBeamLimitingDeviceType: device.type,
      SourceToBeamLimitingDeviceDistance: device.sourceDistance ?? undefined,
      NumberOfLeafJawPairs: device.leafPairs,
      LeafPositionBoundaries: device.boundaries ?? undefined,
    })),
    BeamNumber: beam.number,
    BeamName: beam.name,
    BeamType: beam.type,
    RadiationType: beam.radiation,
    PrimaryFluenceModeSequence: [
      standard
        ? { FluenceMode: 'STANDARD' }
        : { FluenceMode: 'NON_STANDARD', FluenceModeID: beam.fluenceMode.replace(/^NON_STANDARD\s*/, '') },
    ],
    TreatmentDeliveryType: beam.delivery,
    NumberOfWedges: 0,
    NumberOfCompensators: 0,
    NumberOfBoli: 0,
    NumberOfBlocks: 0,
    FinalCumulativeMetersetWeight: orEmpty(beam.finalCumulativeMetersetWeight),
    NumberOfControlPoints: beam.controlPoints.length,
    ReferencedPatientSetupNumber: 1,
    ControlPointSequence: beam.controlPoints.map((point, n) =>
      controlPoint(point, beam.controlPoints[n - 1]),
    ),
  };
}

/** The full state for the first control point; after it only what has changed. */
function controlPoint(point: ControlPoint, before: ControlPoint | undefined): Attributes {
  const changed = <T>(value: T, previous: T | undefined): T | undefined =>
    before !== undefined && JSON.stringify(value) === JSON.stringify(previous) ? undefined : value;
  const turns = before === undefined;
  const devices = point.devices.filter(
    (device) =>
      changed(
        device,
        before?.devices.find((other) => other.type === device.type),
      ) !== undefined,
  );
  return {
    ControlPointIndex: point.index,
    NominalBeamEnergy: changed(point.nominalEnergy, before?.nominalEnergy) ?? undefined,
    BeamLimitingDevicePositionSequence: listOrNothing(
      devices.map((device) => ({
        RTBeamLimitingDeviceType: device.type,
        LeafJawPositions: device.positions,
      })),
    ),
    GantryAngle: changed(point.gantryAngle, before?.gantryAngle) ?? undefined,
    GantryRotationDirection: changed(point.gantryRotation, before?.gantryRotation),
    BeamLimitingDeviceAngle: changed(point.collimatorAngle, before?.collimatorAngle) ?? undefined,
    BeamLimitingDeviceRotationDirection: turns ? 'NONE' : undefined,
    PatientSupportAngle: changed(point.couchAngle, before?.couchAngle) ?? undefined,
    PatientSupportRotationDirection: turns ? 'NONE' : undefined,
    TableTopEccentricAngle: changed(point.tableEccentric, before?.tableEccentric),
    TableTopEccentricRotationDirection: turns ? 'NONE' : undefined,
    TableTopVerticalPosition: turns ? '' : undefined,
    TableTopLongitudinalPosition: turns ? '' : undefined,
    TableTopLateralPosition: turns ? '' : undefined,
    IsocenterPosition: changed(point.isocentre, before?.isocentre) ?? undefined,
    CumulativeMetersetWeight: orEmpty(point.cumulativeMetersetWeight),
    TableTopPitchAngle: changed(point.tablePitch, before?.tablePitch),
    TableTopPitchRotationDirection: turns ? 'NONE' : undefined,
    TableTopRollAngle: changed(point.tableRoll, before?.tableRoll),
    TableTopRollRotationDirection: turns ? 'NONE' : undefined,
  };
}
