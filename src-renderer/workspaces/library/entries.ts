import type { PatientSummary, SeriesSummary, StudySummary } from '../../../src-shared/api/index.ts';
import { day, imageName, isoDate, personName, plural } from '../../app/format.ts';
import type { IconName, TreeNode } from '../../ui/index.ts';

/** One line of the library: a patient, a study, a series of images, or an object that opens by itself. */
export interface Entry {
  readonly kind: 'patient' | 'study' | 'series' | 'object';
  readonly patient: PatientSummary;
  readonly study: StudySummary | null;
  readonly series: SeriesSummary | null;
  /** What Review opens. */
  readonly uid: string | null;
  readonly icon: IconName;
  readonly title: string;
  /** The columns after the title. */
  readonly cells: readonly [string, string, string, string, string];
  readonly warnings: number;
}

const MODALITIES: Readonly<Record<string, string>> = {
  RTSTRUCT: 'RS',
  RTPLAN: 'RP',
  RTDOSE: 'RD',
  PT: 'PET',
};
const KIND_ICONS: Readonly<Record<SeriesSummary['kind'], IconName>> = {
  image: 'series',
  structures: 'structures',
  plan: 'plan',
  dose: 'dose',
  registration: 'register',
  segmentation: 'contour',
  document: 'document',
  directory: 'folder',
  other: 'file',
};
const KIND_NAMES: Readonly<Record<SeriesSummary['kind'], string>> = {
  image: 'Images',
  structures: 'Structure set',
  plan: 'Plan',
  dose: 'Dose',
  registration: 'Registration',
  segmentation: 'Segmentation',
  document: 'Document',
  directory: 'Directory',
  other: 'Object',
};

export const spacingText = (spacing: readonly number[]): string =>
  `${spacing.map((step) => Number(step.toFixed(2))).join(' × ')} mm`;
const told = (series: SeriesSummary): number =>
  series.findings.filter((finding) => finding.severity !== 'information').length;

const UNITS: Readonly<Record<string, string>> = { meterset: 'MU' };

/** Facts of an object as words: '16 structures', '220 MU', 'physical'. */
const factTexts = (facts: Readonly<Record<string, string | number | null>>): string[] =>
  Object.entries(facts).flatMap(([name, value]) => {
    if (value === null || value === '') return [];
    if (typeof value === 'number')
      return [`${Number(value.toFixed(2))} ${UNITS[name] ?? (value === 1 ? name.replace(/s$/, '') : name)}`];
    return [
      /^GY$/i.test(value)
        ? 'Gy'
        : /^[A-Z_ ]+$/.test(value)
          ? value.toLowerCase().replaceAll('_', ' ')
          : value,
    ];
  });

function seriesNodes(patient: PatientSummary, study: StudySummary, series: SeriesSummary): TreeNode<Entry>[] {
  const base = { patient, study, series, icon: KIND_ICONS[series.kind], warnings: told(series) };
  if (series.kind === 'image' || series.objects.length === 0) {
    const name = imageName(series.modality, series.description);
    const item: Entry = {
      ...base,
      kind: 'series',
      uid: series.kind === 'image' ? series.uid : null,
      title: name || KIND_NAMES[series.kind],
      cells: [
        series.number === null ? '' : `Series ${series.number}`,
        plural(series.files, series.kind === 'image' ? 'slice' : 'file'),
        series.dimensions ? series.dimensions.join(' × ') : '',
        series.spacing ? spacingText(series.spacing) : '',
        series.patientPosition,
      ],
    };
    return [{ id: series.uid, item, children: [] }];
  }
  return series.objects.map((object) => {
    const [first = '', second = '', third = ''] = factTexts(object.facts);
    const item: Entry = {
      ...base,
      kind: 'object',
      uid: object.uid,
      title: object.label || series.description || KIND_NAMES[series.kind],
      cells: [series.modality, first, second, third, isoDate(series.date)],
    };
    return { id: object.uid, item, children: [] };
  });
}

/** Patients with what they hold; the level of studies is left out where there is only one. */
export function libraryNodes(patients: readonly PatientSummary[]): TreeNode<Entry>[] {
  return patients.map((patient) => {
    const plans = patient.studies.flatMap((study) =>
      study.series.filter((series) => series.kind === 'plan').flatMap((series) => series.objects),
    );
    const hasDose = patient.studies.some((study) => study.series.some((series) => series.kind === 'dose'));
    const item: Entry = {
      kind: 'patient',
      patient,
      study: patient.studies[0] ?? null,
      series: null,
      uid: patient.studies[0]?.uid ?? null,
      icon: 'patient',
      title: personName(patient.name),
      cells: [
        patient.id || '—',
        patient.birthDate ? isoDate(patient.birthDate) : '—',
        patient.holds.map((modality) => MODALITIES[modality] ?? modality).join(', '),
        plans[0]?.label
          ? `${plans[0].label}${plans.length > 1 ? ` + ${plans.length - 1}` : ''}`
          : hasDose
            ? 'Dose only'
            : '',
        day(patient.importedAt),
      ],
      warnings: 0,
    };
    const studies = patient.studies.map((study): TreeNode<Entry> => ({
      id: study.uid,
      item: {
        kind: 'study',
        patient,
        study,
        series: null,
        uid: study.uid,
        icon: 'study',
        title: study.description || 'Study',
        cells: [study.id, isoDate(study.date), plural(study.series.length, 'series', 'series'), '', ''],
        warnings: 0,
      },
      children: study.series.flatMap((series) => seriesNodes(patient, study, series)),
    }));
    const only = studies.length === 1 ? studies[0] : undefined;
    return { id: patient.key, item, children: only ? only.children : studies };
  });
}
