import { describe, expect, it } from 'vitest';
import { filterRows, sortRows, toCsv, toTsv, type Column } from './table.ts';

interface Row {
  readonly name: string;
  readonly dose: number | null;
}
const rows: readonly Row[] = [
  { name: 'Beam 10', dose: 3.123456 },
  { name: 'beam 2', dose: null },
  { name: 'Anterior', dose: -1 },
];
const columns: readonly Column<Row>[] = [
  { id: 'name', label: 'Name', value: (row) => row.name },
  {
    id: 'dose',
    label: 'Dose',
    unit: 'Gy',
    value: (row) => row.dose,
    text: (row) => row.dose?.toFixed(1) ?? '—',
  },
];

describe('sorting', () => {
  it('orders numbers in names as people do', () =>
    expect(sortRows(rows, columns, { column: 'name', direction: 1 }).map((row) => row.name)).toEqual([
      'Anterior',
      'beam 2',
      'Beam 10',
    ]));
  it('keeps what has no value at the end in both directions', () => {
    expect(sortRows(rows, columns, { column: 'dose', direction: 1 }).map((row) => row.dose)).toEqual([
      -1,
      3.123456,
      null,
    ]);
    expect(sortRows(rows, columns, { column: 'dose', direction: -1 }).map((row) => row.dose)).toEqual([
      3.123456,
      -1,
      null,
    ]);
  });
});

describe('filter', () => {
  it('finds each word in some column, as shown', () => {
    expect(filterRows(rows, columns, 'BEAM 3.1').map((row) => row.name)).toEqual(['Beam 10']);
    expect(filterRows(rows, columns, 'beam anterior')).toEqual([]);
  });
});

describe('copies', () => {
  it('TSV has units in the head, full precision, and no stray tabs', () =>
    expect(
      toTsv(
        [
          { name: 'a\tb', dose: 3.123456 },
          { name: 'c', dose: null },
        ],
        columns,
      ),
    ).toBe('Name\tDose [Gy]\na b\t3.123456\nc\t'));
  it('CSV quotes what must be quoted and keeps formulas as text', () =>
    expect(toCsv([['a,b', 'say "x"', '=1+1', -2, null]])).toBe('"a,b","say ""x""",\'=1+1,-2,\r\n'));
});
