import { describe, expect, it } from 'vitest';
import { markRanges, matchTitle, searchEntries } from './paletteSearch.ts';

const entries = [
  { title: 'Edit isodose levels', words: 'Review' },
  { title: 'Isodose lines on or off', words: 'Review' },
  { title: 'Colour-blind-safe isodose colours', words: 'Settings' },
  { title: 'Import a folder', words: 'Library zip' },
];

describe('search of the palette', () => {
  it('puts a match at the start before one at the start of a word', () => {
    expect(searchEntries(entries, 'isod').map(({ entry }) => entry.title)).toEqual([
      'Isodose lines on or off',
      'Edit isodose levels',
      'Colour-blind-safe isodose colours',
    ]);
  });

  it('wants every word, in the title or among the other words', () => {
    expect(searchEntries(entries, 'library fold').map(({ entry }) => entry.title)).toEqual([
      'Import a folder',
    ]);
    expect(searchEntries(entries, 'isod folder')).toEqual([]);
  });

  it('keeps the order of what is equal, and everything where nothing is typed', () => {
    expect(searchEntries(entries, '  ').map(({ entry }) => entry.title)).toEqual(
      entries.map((entry) => entry.title),
    );
  });

  it('marks exactly what was typed, overlaps joined', () => {
    const match = matchTitle('Isodose lines', 'iso isodo li');
    expect(markRanges('Isodose lines', match?.ranges ?? [])).toEqual([
      { text: 'Isodo', marked: true },
      { text: 'se ', marked: false },
      { text: 'li', marked: true },
      { text: 'nes', marked: false },
    ]);
  });
});
