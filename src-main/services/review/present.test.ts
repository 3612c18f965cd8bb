import { expect, it } from 'vitest';
import { planInfo } from './present.ts';
import type { PreparedPlan } from './objects.ts';

const plan: PreparedPlan = {
  bytes: 0,
  sopInstanceUid: '1.2',
  kind: 'external',
  label: 'P',
  name: '',
  date: '',
  intent: '',
  approval: '',
  geometry: 'PATIENT',
  patientPosition: 'HFS',
  frameOfReferenceUid: '1.3',
  referencedStructureSetUid: null,
  prescriptions: [],
  fractionGroups: [
    {
      number: 1,
      fractions: 28,
      beams: [{ number: 1, meterset: 130, beamDose: 1.25 }],
      brachyApplications: 0,
    },
  ],
  beams: [
    {
      number: 1,
      name: 'A',
      type: 'STATIC',
      radiation: 'PHOTON',
      delivery: 'TREATMENT',
      machine: '',
      fluenceMode: '',
      sourceAxisDistance: 1000,
      meterset: 130,
      beamDose: 1.25,
      metersetUnit: 'MU',
      finalCumulativeMetersetWeight: 1,
      devices: [],
      wedges: [],
      blocks: 0,
      applicator: '',
      controlPoints: [],
    },
  ],
  findings: [],
};

it('H17: a sum of beam doses is told, but never as what the plan prescribes', () => {
  expect(planInfo(plan)).toMatchObject({ prescribedDose: null, beamDoseSum: 35 });
  const target = {
    type: 'TARGET',
    structure: 'VOLUME',
    description: '',
    roiNumber: null,
    dose: 50,
  } as const;
  expect(planInfo({ ...plan, prescriptions: [target] })).toMatchObject({
    prescribedDose: 50,
    beamDoseSum: null,
  });
});
