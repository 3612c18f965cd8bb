import type { PatientSummary } from '../../../src-shared/api/index.ts';

export interface Filter {
  readonly id: string;
  readonly label: string;
  readonly section: 'Show' | 'Modality';
  readonly takes: (patient: PatientSummary, now: number) => boolean;
}

const WEEK_MS = 7 * 24 * 3600 * 1000;
const holds =
  (...modalities: readonly string[]) =>
  (patient: PatientSummary): boolean =>
    modalities.some((modality) => patient.holds.includes(modality));
const hasPlan = holds('RTPLAN');
const findings = (patient: PatientSummary) =>
  patient.studies.flatMap((study) => study.series.flatMap((series) => series.findings));

export const FILTERS: readonly Filter[] = [
  { id: 'all', label: 'All patients', section: 'Show', takes: () => true },
  {
    id: 'opened',
    label: 'Opened this week',
    section: 'Show',
    takes: (patient, now) =>
      patient.openedAt !== null && now - new Date(patient.openedAt).getTime() < WEEK_MS,
  },
  { id: 'plan', label: 'With a plan', section: 'Show', takes: hasPlan },
  {
    id: 'told',
    label: 'With warnings',
    section: 'Show',
    takes: (patient) => findings(patient).some((finding) => finding.severity !== 'information'),
  },
  { id: 'CT', label: 'CT', section: 'Modality', takes: holds('CT') },
  { id: 'MR', label: 'MR', section: 'Modality', takes: holds('MR') },
  { id: 'PT', label: 'PET', section: 'Modality', takes: holds('PT') },
  { id: 'RTSTRUCT', label: 'RT structures', section: 'Modality', takes: holds('RTSTRUCT') },
  { id: 'RTDOSE', label: 'RT plan and dose', section: 'Modality', takes: holds('RTPLAN', 'RTDOSE') },
];
