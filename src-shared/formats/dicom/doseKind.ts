import type { Dose, Finding } from '../../model/index.ts';
import { tagText } from './dataSet.ts';
import { Tag } from './tags.ts';

/** What a dose that is not the plan's is the dose of (DICOM PS3.3, C.8.8.3). */
const SUMMATIONS: ReadonlyMap<string, string> = new Map([
  ['MULTI_PLAN', 'the sum of several plans, not of one'],
  ['PLAN_OVERVIEW', 'that of an overview of the plan, not of the plan as it is delivered'],
  ['FRACTION', 'that of one fraction or fraction group, not of the plan'],
  ['FRACTION_SESSION', 'that of a single fraction, not of the plan'],
  ['BEAM_SESSION', 'that of one beam or several in a single fraction, not of the plan'],
  ['BRACHY', 'that of one application set-up or several, not of the plan'],
  ['BRACHY_SESSION', 'that of one application set-up or several in a single fraction, not of the plan'],
  ['CONTROL_POINT', 'that of control points of a beam in a single fraction, not of the plan'],
  ['RECORD', 'that of a treatment record, not of the plan'],
]);

const TYPES: ReadonlyMap<string, string> = new Map([
  [
    'ERROR',
    'The values of this dose are differences between a wanted and a planned dose (Dose Type ERROR), not a dose.',
  ],
  ['EFFECTIVE', 'The dose is a biologically effective dose (Dose Type EFFECTIVE), not a physical one.'],
]);

type DoseKind = Pick<Dose, 'type' | 'summation' | 'referencedBeamNumbers'>;

function beamsOf({ referencedBeamNumbers: numbers }: DoseKind): string {
  if (numbers.length === 0) return 'that of one beam or several, not of the plan';
  return numbers.length === 1
    ? `that of one beam (number ${numbers[0]}), not of the plan`
    : `that of the beams ${numbers.join(', ')}, which may not be all of the plan`;
}

function summationSentence(dose: DoseKind): string | null {
  const { summation } = dose;
  const what = summation === 'BEAM' ? beamsOf(dose) : SUMMATIONS.get(summation);
  if (what !== undefined) return `This dose is ${what} (Dose Summation Type ${summation}).`;
  if (summation === '')
    return 'The dose does not say what it is the dose of (no Dose Summation Type); it is taken for that of the whole plan.';
  return summation === 'PLAN'
    ? null
    : `The Dose Summation Type '${summation}' is not one of DICOM's; the dose is taken for that of the whole plan.`;
}

/** What must be known before figures of a dose are taken for those of the plan. */
export function doseKindFindings(dose: DoseKind): Finding[] {
  const told = (message: string, tag: string): Finding => ({
    code: 'DOSE_KIND',
    severity: 'warning',
    message,
    tag,
  });
  const summation = summationSentence(dose),
    type = TYPES.get(dose.type);
  return [
    ...(summation === null ? [] : [told(summation, tagText(Tag.DoseSummationType))]),
    ...(type === undefined ? [] : [told(type, tagText(Tag.DoseType))]),
  ];
}
