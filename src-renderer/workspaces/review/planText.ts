import type { PlanInfo } from '../../../src-shared/api/index.ts';
import { fixed } from '../../app/format.ts';

type Beam = PlanInfo['beams'][number];

export const treatmentBeams = (plan: PlanInfo): readonly Beam[] =>
  plan.beams.filter((beam) => beam.delivery === '' || beam.delivery === 'TREATMENT');

/** A figure as text, and its unit. */
interface FigureText {
  readonly value: string;
  readonly unit: string;
}

/** Fractions of the course; null where no group states them, and where several do: a total is not shared out over those. */
const fractions = (plan: PlanInfo): number | null => {
  const stated = plan.fractionGroups.flatMap((group) => group.fractions ?? []);
  return stated.length === 1 ? stated[0]! : null;
};

/** '35 × 2.00 = 70.0', or the total alone. */
const courseText = (total: number, number: number | null): FigureText => ({
  value:
    number !== null && number > 0
      ? `${number} × ${(total / number).toFixed(2)} = ${total.toFixed(1)}`
      : total.toFixed(1),
  unit: 'Gy',
});

/** The stated prescription; fractions alone where there is none. */
function prescriptionText(plan: PlanInfo): FigureText {
  const number = fractions(plan);
  if (plan.prescribedDose !== null) {
    const targets = new Set(
      plan.prescriptions.filter((one) => one.type === 'TARGET' && one.dose !== null).map((one) => one.dose),
    ).size;
    const course = courseText(plan.prescribedDose, number);
    return targets > 1 ? { ...course, unit: `Gy, highest of ${targets}` } : course;
  }
  return { value: 'not stated', unit: number === null ? '' : `${number} fraction${number === 1 ? '' : 's'}` };
}

const BEAM_DOSES_HINT =
  'What the beams give together to the points that the plan names for their doses: no prescription. 100 % of the isodoses is the dose maximum until you set it.';

/** What the plan states of its dose, row by row. */
export function doseRows(
  plan: PlanInfo,
): readonly (FigureText & { readonly term: string; readonly hint?: string })[] {
  const prescription = { term: 'Prescription', ...prescriptionText(plan) };
  if (plan.beamDoseSum === null) return [prescription];
  const course = courseText(plan.beamDoseSum, fractions(plan));
  return [prescription, { term: 'Beam doses', ...course, hint: BEAM_DOSES_HINT }];
}

/** '6 MV', '6, 15 MV', '9 MeV'. */
export function energyText(beams: readonly Beam[]): { value: string; unit: string } {
  const energies = [
    ...new Set(beams.map((beam) => beam.energy).filter((energy) => energy !== null)),
  ].toSorted((a, b) => a - b);
  const unit = beams.every((beam) => beam.radiation === 'PHOTON') ? 'MV' : 'MeV';
  return energies.length === 0
    ? { value: '', unit: '' }
    : { value: energies.map((energy) => Number(energy.toFixed(2))).join(', '), unit };
}

export const isArc = (beam: Beam): boolean => beam.rotation !== '' && beam.rotation !== 'NONE';

/** How the beams are delivered, in the field's words. */
export function techniqueText(plan: PlanInfo): string {
  if (plan.kind === 'brachy') return 'brachytherapy';
  const beams = treatmentBeams(plan);
  if (plan.kind === 'ion') return 'ion beams';
  if (beams.some(isArc)) return beams.every(isArc) ? 'arcs' : 'arcs and static beams';
  if (beams.some((beam) => beam.type === 'DYNAMIC')) return 'dynamic IMRT';
  return beams.some((beam) => beam.controlPoints > 2) ? 'static IMRT' : 'static beams';
}

/** Monitor units per fraction; group by group, as their fractions are not the same. */
export const metersetText = (plan: PlanInfo): string =>
  plan.fractionGroups.flatMap((group) => (group.mu === null ? [] : [fixed(group.mu, 1)])).join(' + ') || '—';

export const angleText = (beam: Beam): string =>
  beam.gantry === null
    ? '—'
    : isArc(beam) && beam.gantryEnd !== null
      ? `${fixed(beam.gantry, 1)} → ${fixed(beam.gantryEnd, 1)}`
      : fixed(beam.gantry, 1);
