import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src-shared/model/index.ts';
import { listFindings } from './findingList.ts';

const note = (message: string, code: Finding['code'] = 'NOTE'): Finding => ({
  code,
  severity: 'information',
  message,
});
const told = (all: readonly Finding[], names: readonly string[]): string[] =>
  listFindings(all, names).map(({ message }) => message);

describe('what there is to know of a case', () => {
  it('tells one thing once', () => {
    expect(told([note('a'), note('b'), note('a')], [])).toEqual(['a', 'b']);
  });

  it('tells what several structures have in common in one sentence', () => {
    const open = (name: string): Finding => note(`${name}: 1 open contour takes no part in the volume.`);
    const names = ['A', 'B', 'C', 'D', 'E'];
    expect(told(names.slice(0, 2).map(open), names)).toEqual([
      'A and B: 1 open contour takes no part in the volume.',
    ]);
    expect(told(names.slice(0, 4).map(open), names)).toEqual([
      'A, B, C and D: 1 open contour takes no part in the volume.',
    ]);
    expect(told([note('x'), ...names.map(open), note('A: another thing.')], names)).toEqual([
      'x',
      'A, B, C and 2 more: 1 open contour takes no part in the volume.',
      'A: another thing.',
    ]);
  });

  it('keeps apart what differs in severity, and names that begin alike', () => {
    const all: Finding[] = [
      note('A: gap.'),
      { ...note('B: gap.'), severity: 'warning' },
      note('A: left: gap.'),
    ];
    expect(told(all, ['A', 'B', 'A: left'])).toEqual(['A and A: left: gap.', 'B: gap.']);
  });

  it('tells the structures without contours by the sentence of their set alone', () => {
    expect(
      told(
        [note("'A' and 'B' have no contours.", 'ROI_EMPTY'), note('A: it has no contours.', 'ROI_EMPTY')],
        ['A'],
      ),
    ).toEqual(["'A' and 'B' have no contours."]);
  });
});
