import { describe, expect, it } from 'vitest';
import { compareHolds, holdsText, originText } from './libraries.ts';

const HOLDS = {
  patients: 1,
  studies: 2,
  series: 3,
  objects: 1234,
  usedBytes: 5_600_000,
  inTrash: 0,
  lastChange: null,
};
const ENTRY = {
  name: 'library',
  folder: '/home/library',
  inUse: true,
  restored: null,
  holds: HOLDS,
  problem: null,
  discardable: false,
};

describe('what a library holds', () => {
  it('is one line, the trash only where there is something in it', () => {
    expect(holdsText(HOLDS)).toBe('1 patient, 2 studies, 1,234 objects, 5.6 MB');
    expect(holdsText({ ...HOLDS, inTrash: 7, lastChange: '2020-01-05T12:00:00Z' })).toBe(
      '1 patient, 2 studies, 1,234 objects, 5.6 MB, 7 in the trash; last change 5 Jan 2020',
    );
  });

  it('is compared line by line with what is open', () => {
    const rows = compareHolds(HOLDS, { ...HOLDS, patients: 9 });
    expect(rows[0]).toEqual({ name: 'Patients', restored: '1', open: '9' });
    expect(rows.at(-1)).toEqual({ name: 'Last change', restored: '—', open: '—' });
    expect(compareHolds(HOLDS, null).every(({ open }) => open === null)).toBe(true);
  });
});

it('where a library came from is said, of a restored one alone', () => {
  expect(originText(ENTRY)).toBe('');
  const at = '2020-02-05T12:00:00Z';
  expect(originText({ ...ENTRY, restored: { made: '2020-01-05T12:00:00Z', at } })).toBe(
    'restored 5 Feb 2020 from the backup of 5 Jan 2020',
  );
  expect(originText({ ...ENTRY, restored: { made: null, at } })).toBe('restored 5 Feb 2020 from the backup');
});
