import type { PatientSummary, StudySummary } from '../../../src-shared/api/index.ts';
import { plural } from '../../app/format.ts';
import type { Verdict } from '../../ui/index.ts';

export interface Check {
  readonly verdict: Verdict;
  readonly sentence: string;
}

const NAMES = { image: 'images', structures: 'structures', plan: 'a plan', dose: 'dose' } as const;
const LINK_CODES = new Set([
  'REFERENCED_IMAGES_MISSING',
  'REFERENCED_STRUCTURE_SET_MISSING',
  'REFERENCED_PLAN_MISSING',
  'FRAME_OF_REFERENCE_MISMATCH',
]);

/** What a patient (or one study) has and lacks, in sentences. */
export function completeness(patient: PatientSummary, study: StudySummary | null): readonly Check[] {
  const series = (study ? [study] : patient.studies).flatMap((one) => one.series);
  const findings = series.flatMap((one) => one.findings);
  const kinds = (['image', 'structures', 'plan', 'dose'] as const).filter((kind) =>
    series.some((one) => one.kind === kind),
  );
  const broken = findings.some((finding) => LINK_CODES.has(finding.code));
  const checks: Check[] = [];
  if (kinds.length > 1 && !broken)
    checks.push({
      verdict: 'pass',
      sentence: `${sentence(kinds.map((kind) => NAMES[kind]))} refer to each other`,
    });
  else if (kinds.length === 1 && kinds[0])
    checks.push({ verdict: 'none', sentence: `Has ${NAMES[kinds[0]]} only` });
  for (const image of series.filter((one) => one.kind === 'image')) {
    const worst = image.findings.find((finding) => finding.severity !== 'information');
    if (!worst && image.spacing)
      checks.push({
        verdict: 'pass',
        sentence: `${image.modality}: ${plural(image.files, 'slice')}, evenly spaced, ${Number(image.spacing[2].toFixed(2))} mm`,
      });
  }
  const seen = new Set<string>();
  for (const finding of findings) {
    if (seen.has(finding.message)) continue;
    seen.add(finding.message);
    checks.push({
      verdict: finding.severity === 'error' ? 'fail' : finding.severity === 'warning' ? 'near' : 'none',
      sentence: finding.message,
    });
  }
  if (patient.birthDate === '')
    checks.push({ verdict: 'none', sentence: 'Birth date not given in any file' });
  if (patient.sex === '') checks.push({ verdict: 'none', sentence: 'Sex not given in any file' });
  return checks;
}

function sentence(names: readonly string[]): string {
  const joined =
    names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
  return joined.charAt(0).toUpperCase() + joined.slice(1);
}
