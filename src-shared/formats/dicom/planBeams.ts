import type { Beam, Finding, FractionGroup } from '../../model/index.ts';
import { tagText, type DataSet } from './dataSet.ts';
import { readControlPoints } from './planControlPoints.ts';
import { Tag } from './tags.ts';

export function readFractionGroups(set: DataSet): FractionGroup[] {
  return set.items(Tag.FractionGroupSequence).map((group, index) => ({
    number: group.number(Tag.FractionGroupNumber) ?? index + 1,
    fractions: group.number(Tag.NumberOfFractionsPlanned) ?? null,
    beams: group.items(Tag.ReferencedBeamSequence).flatMap((beam) => {
      const number = beam.number(Tag.ReferencedBeamNumber);
      return number === undefined
        ? []
        : [
            {
              number,
              meterset: beam.number(Tag.BeamMeterset) ?? null,
              beamDose: beam.number(Tag.BeamDose) ?? null,
            },
          ];
    }),
    brachyApplications: group.number(Tag.NumberOfBrachyApplicationSetups) ?? 0,
  }));
}

/** Beams of an RT Plan or RT Ion Plan; meterset and dose per fraction come from the first fraction group that gives them. */
export function readBeams(set: DataSet, ion: boolean, groups: readonly FractionGroup[]): Beam[] {
  const given = groups.flatMap((g) => g.beams);
  return set.items(ion ? Tag.IonBeamSequence : Tag.BeamSequence).map((item, index) => {
    const number = item.number(Tag.BeamNumber) ?? index + 1;
    const own = given.filter((b) => b.number === number);
    return {
      number,
      name: item.text(Tag.BeamName) || item.text(Tag.BeamDescription) || `Beam ${number}`,
      type: item.text(Tag.BeamType) ?? '',
      radiation: item.text(Tag.RadiationType) ?? '',
      delivery: item.text(Tag.TreatmentDeliveryType) ?? '',
      machine: item.text(Tag.TreatmentMachineName) ?? '',
      fluenceMode: fluenceMode(item),
      sourceAxisDistance:
        (ion ? item.number(Tag.VirtualSourceAxisDistances) : undefined) ??
        item.number(Tag.SourceAxisDistance) ??
        null,
      meterset: own.find((b) => b.meterset !== null)?.meterset ?? null,
      beamDose: own.find((b) => b.beamDose !== null)?.beamDose ?? null,
      metersetUnit: item.text(Tag.PrimaryDosimeterUnit) ?? '',
      finalCumulativeMetersetWeight: item.number(Tag.FinalCumulativeMetersetWeight) ?? null,
      devices: item
        .items(ion ? Tag.IonBeamLimitingDeviceSequence : Tag.BeamLimitingDeviceSequence)
        .map(readDevice),
      wedges: item.items(ion ? Tag.IonWedgeSequence : Tag.WedgeSequence).map((wedge) => ({
        id: wedge.text(Tag.WedgeID) ?? '',
        type: wedge.text(Tag.WedgeType) ?? '',
        angle: wedge.number(Tag.WedgeAngle) ?? null,
        orientation: wedge.number(Tag.WedgeOrientation) ?? null,
      })),
      blocks: item.number(Tag.NumberOfBlocks) ?? 0,
      applicator: item.items(Tag.ApplicatorSequence)[0]?.text(Tag.ApplicatorID) ?? '',
      controlPoints: readControlPoints(
        item.items(ion ? Tag.IonControlPointSequence : Tag.ControlPointSequence),
      ),
    };
  });
}

function fluenceMode(beam: DataSet): string {
  const mode = beam.items(Tag.PrimaryFluenceModeSequence)[0];
  return mode ? [mode.text(Tag.FluenceMode), mode.text(Tag.FluenceModeID)].filter(Boolean).join(' ') : '';
}

function readDevice(item: DataSet): Beam['devices'][number] {
  const boundaries = item.numbers(Tag.LeafPositionBoundaries);
  return {
    type: item.text(Tag.RTBeamLimitingDeviceType) ?? '',
    leafPairs: item.number(Tag.NumberOfLeafJawPairs) ?? 1,
    boundaries: boundaries.length > 0 ? [...boundaries] : null,
    sourceDistance: item.number(Tag.SourceToBeamLimitingDeviceDistance) ?? null,
  };
}

/** Set-up and portal-film beams deliver no treatment. */
export const isTreatmentBeam = (beam: Beam): boolean =>
  beam.delivery === '' || beam.delivery === 'TREATMENT' || beam.delivery === 'CONTINUATION';

/** What is odd about the beams and their share of the fraction groups. */
export function beamFindings(beams: readonly Beam[], groups: readonly FractionGroup[]): Finding[] {
  const findings: Finding[] = [];
  const add = (
    code: Finding['code'],
    severity: Finding['severity'],
    tag: `x${string}`,
    message: string,
  ): void => {
    findings.push({ code, severity, message, tag: tagText(tag) });
  };
  const numbers = new Set(beams.map((b) => b.number));
  if (numbers.size < beams.length)
    add(
      'VALUE_INVALID',
      'warning',
      Tag.BeamNumber,
      'Two beams of the plan carry one number; their monitor units cannot be told apart.',
    );
  const lost = groups.flatMap((g) => g.beams).filter((b) => !numbers.has(b.number));
  if (lost.length > 0)
    add(
      'REFERENCE_INVALID',
      'warning',
      Tag.ReferencedBeamNumber,
      `The fraction groups name ${list(lost.map((b) => `beam ${b.number}`))}, which the plan does not hold.`,
    );

  for (const beam of beams) {
    const metersets = groups
      .flatMap((g) => g.beams)
      .flatMap((b) => (b.number === beam.number ? (b.meterset ?? []) : []));
    if (new Set(metersets).size > 1)
      add(
        'VALUE_INVALID',
        'warning',
        Tag.BeamMeterset,
        `Beam '${beam.name}' is in ${metersets.length} fraction groups with different monitor units (${metersets.join(', ')}); the first are shown with the beam.`,
      );
  }

  const treatment = beams.filter(isTreatmentBeam);
  const without = treatment.filter((b) => b.meterset === null),
    zero = treatment.filter((b) => b.meterset === 0);
  if (without.length > 0)
    add('METERSET_MISSING', 'warning', Tag.BeamMeterset, `No monitor units are given for ${named(without)}.`);
  if (zero.length > 0)
    add(
      'BEAM_WITHOUT_METERSET',
      'warning',
      Tag.BeamMeterset,
      `${zero.length === 1 ? 'A treatment beam has' : `${zero.length} treatment beams have`} 0 MU, perhaps for set-up: ${list(zero.map((b) => `'${b.name}'`))}.`,
    );

  const unusual = treatment.filter(
    (b) => b.finalCumulativeMetersetWeight !== null && Math.abs(b.finalCumulativeMetersetWeight - 1) > 1e-4,
  );
  if (unusual.length > 0) {
    const ends = [...new Set(unusual.map((b) => b.finalCumulativeMetersetWeight))].join(', ');
    add(
      'METERSET_WEIGHT_NOT_ONE',
      'information',
      Tag.FinalCumulativeMetersetWeight,
      `The cumulative weights of ${named(unusual)} end at ${ends}, not 1; monitor units are shared out by what they end at.`,
    );
  }
  const open = treatment.filter((b) => {
    const last = b.controlPoints.at(-1)?.cumulativeMetersetWeight,
      end = b.finalCumulativeMetersetWeight;
    return last != null && end !== null && Math.abs(last - end) > 1e-3 * Math.max(1, Math.abs(end));
  });
  if (open.length > 0)
    add(
      'VALUE_INVALID',
      'warning',
      Tag.CumulativeMetersetWeight,
      `The last control point of ${named(open)} does not reach the final cumulative weight.`,
    );

  const turned = beams.filter((b) =>
    b.controlPoints.some(
      (p) =>
        Math.abs(p.tablePitch) > 0.01 || Math.abs(p.tableRoll) > 0.01 || Math.abs(p.tableEccentric) > 0.01,
    ),
  );
  if (turned.length > 0)
    add(
      'COUCH_TURN_UNSUPPORTED',
      'warning',
      Tag.TableTopPitchAngle,
      `${named(turned)} ${turned.length === 1 ? 'turns' : 'turn'} the table by pitch, roll or eccentric angle, for which the place of the source is not computed.`,
    );
  return findings;
}

const named = (beams: readonly Beam[]): string =>
  `beam${beams.length === 1 ? '' : 's'} ${list(beams.map((b) => `'${b.name}'`))}`;
const list = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
