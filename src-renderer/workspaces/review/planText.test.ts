import { describe, expect, it } from 'vitest';
import type { PlanInfo } from '../../../src-shared/api/index.ts';
import { doseRows, metersetText } from './planText.ts';

const plan = (
  prescribedDose: number | null,
  beamDoseSum: number | null,
  ...fractions: (number | null)[]
): PlanInfo => ({
  uid: '1.2',
  kind: 'external',
  label: '',
  name: '',
  date: '',
  intent: '',
  approval: '',
  patientPosition: 'HFS',
  structuresUid: null,
  prescriptions: [],
  prescribedDose,
  beamDoseSum,
  fractionGroups: fractions.map((count, index) => ({ number: index, fractions: count, beams: [], mu: null })),
  beams: [],
  findings: [],
});

const prescriptionText = (of: PlanInfo): { value: string; unit: string } => {
  const [row] = doseRows(of);
  return { value: row?.value ?? '', unit: row?.unit ?? '' };
};

describe('what a plan prescribes, in words', () => {
  it('is the course with its fractions', () => {
    expect(prescriptionText(plan(70, null, 35))).toEqual({ value: '35 × 2.00 = 70.0', unit: 'Gy' });
    expect(prescriptionText(plan(70, null, null))).toEqual({ value: '70.0', unit: 'Gy' });
  });

  it('says that there are others', () => {
    const target = (dose: number): PlanInfo['prescriptions'][number] => ({
      description: '',
      structure: '',
      type: 'TARGET',
      dose,
    });
    const several = { ...plan(42.4, null, 16, 4), prescriptions: [target(42.4), target(10)] };
    expect(prescriptionText(several)).toEqual({ value: '42.4', unit: 'Gy, highest of 2' });
  });

  it('is not shared out over the fractions of several groups', () => {
    expect(prescriptionText(plan(70, null, 25, 10)).value).toBe('70.0');
  });

  it('is not what the beams give to their dose points', () => {
    expect(prescriptionText(plan(null, 32.93, 28))).toEqual({ value: 'not stated', unit: '28 fractions' });
    expect(doseRows(plan(null, 32.93, 28))[1]).toMatchObject({
      term: 'Beam doses',
      value: '28 × 1.18 = 32.9',
      unit: 'Gy',
    });
    expect(doseRows(plan(70, null, 35)).map(({ term }) => term)).toEqual(['Prescription']);
  });

  it('monitor units of several groups are not added up', () => {
    const two = plan(70, null, 25, 10);
    const mu = [200.04, 300];
    const groups = two.fractionGroups.map((group, index) => ({ ...group, mu: mu[index] ?? null }));
    expect(metersetText({ ...two, fractionGroups: groups })).toBe('200.0 + 300.0');
    expect(metersetText(two)).toBe('—');
  });
});
