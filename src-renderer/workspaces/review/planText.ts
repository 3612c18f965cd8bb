import type { PlanInfo } from '../../../src-shared/api/index.ts';
import { fixed } from '../../app/format.ts';

type Beam = PlanInfo['beams'][number];

export const treatmentBeams = (plan: PlanInfo): readonly Beam[] =>
  plan.beams.filter((beam) => beam.delivery === '' || beam.delivery === 'TREATMENT');

/** Fractions of the first group that states them. */
export const fractions = (plan: PlanInfo): number | null =>
  plan.fractionGroups.find((group) => group.fractions !== null)?.fractions ?? null;

/** '35 × 2.00 = 70.0' and its unit; as much of it as the file gives. */
export function prescriptionText(plan: PlanInfo): { value: string; unit: string } {
  const number = fractions(plan);
  const total = plan.prescribedDose;
  if (total !== null && number !== null && number > 0)
    return { value: `${number} × ${(total / number).toFixed(2)} = ${total.toFixed(1)}`, unit: 'Gy' };
  if (total !== null) return { value: total.toFixed(1), unit: 'Gy' };
  return number !== null
    ? { value: String(number), unit: number === 1 ? 'fraction' : 'fractions' }
    : { value: '—', unit: '' };
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

export const metersetText = (plan: PlanInfo): string => {
  const total = plan.fractionGroups.reduce<number | null>(
    (sum, group) => (group.mu === null ? sum : (sum ?? 0) + group.mu),
    null,
  );
  return total === null ? '—' : fixed(total, 1);
};

export const angleText = (beam: Beam): string =>
  beam.gantry === null
    ? '—'
    : isArc(beam) && beam.gantryEnd !== null
      ? `${fixed(beam.gantry, 1)} → ${fixed(beam.gantryEnd, 1)}`
      : fixed(beam.gantry, 1);
