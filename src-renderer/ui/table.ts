export type CellValue = string | number | null;

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  readonly unit?: string;
  readonly align?: 'left' | 'right';
  /** CSS width; the column takes what is left where none is given. */
  readonly width?: string;
  readonly wrap?: boolean;
  /** What the column sorts and filters by, and what is copied. Numbers keep full precision in the copy. */
  value(row: Row): CellValue;
  /** As shown; the value itself where absent. */
  text?(row: Row): string;
}

export interface Sorting {
  readonly column: string;
  readonly direction: 1 | -1;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Numbers by size, words as people order them ('beam 2' before 'beam 10'); what has no value comes last either way. */
export function compareCells(a: CellValue, b: CellValue, direction: 1 | -1): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return (a - b) * direction;
  return collator.compare(String(a), String(b)) * direction;
}

export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | null,
): readonly Row[] {
  const column = columns.find((one) => one.id === sorting?.column);
  if (!sorting || !column) return rows;
  return rows.toSorted((a, b) => compareCells(column.value(a), column.value(b), sorting.direction));
}

/** Rows in which every word of the filter is found in some column. */
export function filterRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  filter: string,
): readonly Row[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const cells = columns.map((column) =>
      (column.text?.(row) ?? String(column.value(row) ?? '')).toLowerCase(),
    );
    return words.every((word) => cells.some((cell) => cell.includes(word)));
  });
}

const plain = (value: CellValue): string => (value === null ? '' : String(value).replace(/[\t\r\n]+/g, ' '));
const heading = <Row>(column: Column<Row>): string =>
  column.unit ? `${column.label} [${column.unit}]` : column.label;

/** Tab-separated values with a head line, as spreadsheets take them. */
export const toTsv = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string =>
  [columns.map(heading), ...rows.map((row) => columns.map((column) => plain(column.value(row))))]
    .map((cells) => cells.join('\t'))
    .join('\n');

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Comma-separated values of RFC 4180; a cell that a spreadsheet would take for a formula is kept as text. */
export const toCsv = (lines: readonly (readonly CellValue[])[]): string =>
  lines
    .map((cells) =>
      cells
        .map((cell) =>
          quoted(
            typeof cell === 'string' && /^[=+\-@]/.test(cell)
              ? `'${cell}`
              : cell === null
                ? ''
                : String(cell),
          ),
        )
        .join(','),
    )
    .join('\r\n') + '\r\n';
