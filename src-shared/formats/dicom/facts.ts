import type { InstanceRecord, ObjectKind } from '../../model/index.ts';
import type { DataSet } from './dataSet.ts';
import { Tag } from './tags.ts';

type Facts = InstanceRecord['facts'];

/**
 * What the library shows of an object without opening it, by kind:
 * structures: structures, contoured, approval; plan: beams, meterset (MU per fraction, all groups), fractions, technique,
 * intent, approval; dose: units, type, summation, frames; segmentation: segments; registration: registrations.
 */
export function factsOf(dataSet: DataSet, kind: ObjectKind): Facts {
  switch (kind) {
    case 'structures':
      return structureFacts(dataSet);
    case 'plan':
      return planFacts(dataSet);
    case 'dose':
      return {
        units: dataSet.text(Tag.DoseUnits) ?? '',
        type: dataSet.text(Tag.DoseType) ?? '',
        summation: dataSet.text(Tag.DoseSummationType) ?? '',
        frames: dataSet.number(Tag.NumberOfFrames) ?? 1,
      };
    case 'segmentation':
      return { segments: dataSet.items(Tag.SegmentSequence).length };
    case 'registration':
      return {
        registrations:
          dataSet.items(Tag.RegistrationSequence).length +
          dataSet.items(Tag.DeformableRegistrationSequence).length,
      };
    default:
      return {};
  }
}

const structureFacts = (dataSet: DataSet): Facts => ({
  structures: dataSet.items(Tag.StructureSetROISequence).length,
  contoured: dataSet.items(Tag.ROIContourSequence).filter((roi) => roi.items(Tag.ContourSequence).length > 0)
    .length,
  approval: dataSet.text(Tag.ApprovalStatus) ?? '',
});

function planFacts(dataSet: DataSet): Facts {
  const beams = [...dataSet.items(Tag.BeamSequence), ...dataSet.items(Tag.IonBeamSequence)];
  const groups = dataSet.items(Tag.FractionGroupSequence);
  let meterset: number | null = null;
  for (const group of groups) {
    for (const beam of group.items(Tag.ReferencedBeamSequence)) {
      const units = beam.number(Tag.BeamMeterset);
      if (units !== undefined) meterset = (meterset ?? 0) + units;
    }
  }
  const planned = groups.map((group) => group.number(Tag.NumberOfFractionsPlanned));
  const fractions = planned.some((n) => n !== undefined)
    ? planned.reduce<number>((sum, n) => sum + (n ?? 0), 0)
    : null;
  return {
    beams: beams.length,
    meterset,
    fractions,
    technique:
      beams.length === 0
        ? (dataSet.text(Tag.BrachyTreatmentTechnique) ?? '')
        : (beams[0]?.text(Tag.RadiationType) ?? ''),
    intent: dataSet.text(Tag.PlanIntent) ?? '',
    approval: dataSet.text(Tag.ApprovalStatus) ?? '',
  };
}
