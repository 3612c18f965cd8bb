import type { ImportReport } from '../../../src-shared/api/index.ts';
import { plural } from '../../app/format.ts';
import type { CellValue, Column, Verdict } from '../../ui/index.ts';

export interface ReportRow {
  readonly id: string;
  readonly result: 'Refused' | 'Repaired' | 'Told' | 'Known';
  readonly verdict: Verdict;
  readonly file: string;
  readonly reason: string;
  readonly tag: string;
  readonly advice: string;
  readonly code: string;
}

const shortList = (files: readonly string[]): string =>
  files.length <= 1 ? (files[0] ?? '—') : `${files[0]} and ${files.length - 1} more`;

/** Everything an import has to say, the worst first. */
export function reportRows(report: ImportReport): readonly ReportRow[] {
  const item =
    (result: 'Refused' | 'Repaired', verdict: Verdict) =>
    (one: ImportReport['refused'][number], index: number): ReportRow => ({
      id: `${result}-${index}`,
      result,
      verdict,
      file: one.file,
      reason: one.reason,
      tag: one.tag ?? '',
      advice: one.advice,
      code: one.code,
    });
  return [
    ...report.refused.map(item('Refused', 'fail')),
    ...report.repaired.map(item('Repaired', 'near')),
    ...report.findings.map((finding, index): ReportRow => ({
      id: `Told-${index}`,
      result: 'Told',
      verdict: finding.severity === 'information' ? 'none' : 'near',
      file: shortList(finding.files ?? []),
      reason: finding.message,
      tag: finding.tag ?? '',
      advice: '',
      code: finding.code,
    })),
    ...(report.duplicates > 0
      ? [
          {
            id: 'Known',
            result: 'Known',
            verdict: 'none',
            file: plural(report.duplicates, 'file'),
            reason: 'Already in the library',
            tag: '',
            advice: 'Nothing to do',
            code: '',
          } as const,
        ]
      : []),
  ];
}

export const REPORT_COLUMNS: readonly Column<ReportRow>[] = [
  { id: 'result', label: 'Result', width: '96px', value: (row) => row.result },
  {
    id: 'file',
    label: 'File',
    width: '20%',
    value: (row) => row.file,
    text: (row) => row.file.split('/').at(-1) ?? row.file,
  },
  { id: 'reason', label: 'What and why', wrap: true, value: (row) => row.reason },
  { id: 'tag', label: 'Tag', width: '98px', value: (row) => row.tag, text: (row) => row.tag || '—' },
  {
    id: 'advice',
    label: 'What to do',
    width: '25%',
    wrap: true,
    value: (row) => row.advice,
    text: (row) => row.advice || '—',
  },
];

/** The report as lines of a CSV file, with what it belongs to above. */
export const reportLines = (report: ImportReport): readonly (readonly CellValue[])[] => [
  ['Import', report.title],
  ['Started', report.startedAt],
  ['Seconds', report.seconds],
  ['Files offered', report.offered],
  ['Imported', report.imported],
  ['Already known', report.duplicates],
  [],
  ['Result', 'File', 'What and why', 'Tag', 'What to do', 'Code'],
  ...reportRows(report).map((row) => [row.result, row.file, row.reason, row.tag, row.advice, row.code]),
];
