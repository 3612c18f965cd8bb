import type { Failure, FailureCode } from '../../../src-shared/model/index.ts';

/** Exit codes of the contract. */
export const EXIT = { done: 0, inPart: 1, usage: 2, input: 3, check: 4, cancelled: 5, defect: 70 } as const;

export function exitCodeOf(code: FailureCode): number {
  switch (code) {
    case 'USAGE':
      return EXIT.usage;
    case 'CHECK_FAILED':
      return EXIT.check;
    case 'CANCELLED':
      return EXIT.cancelled;
    case 'DEFECT':
      return EXIT.defect;
    default:
      return EXIT.input;
  }
}

/** JSON has no NaN and no infinity: they become null. Typed arrays become lists. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'number' && !Number.isFinite(item)) return null;
    if (ArrayBuffer.isView(item) && !(item instanceof DataView))
      return Array.from(item as unknown as ArrayLike<number>);
    return item;
  });

export const errorDocument = (failure: Pick<Failure, 'code' | 'message' | 'detail'>): string =>
  toJson({ error: { code: failure.code, message: failure.message, detail: failure.detail } });

/** Columns set with two spaces between them; numbers to the right. An empty list gives its sentence. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
  empty = 'Nothing found.',
): string {
  if (rows.length === 0) return empty;
  const text = rows.map((row) =>
    row.map((cell) => (cell === null || cell === undefined ? '-' : String(cell))),
  );
  const numeric = head.map((_, c) =>
    rows.every((row) => row[c] === null || row[c] === undefined || typeof row[c] === 'number'),
  );
  const width = head.map((title, c) => Math.max(title.length, ...text.map((row) => (row[c] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, c) => (numeric[c] ? cell.padStart(width[c]!) : cell.padEnd(width[c]!)))
      .join('  ')
      .trimEnd();
  return [line(head), line(width.map((w) => '-'.repeat(w))), ...text.map(line)].join('\n');
}

/** A number for people: as many digits as are worth reading. */
export function figure(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(digits);
}

/** 'a: 1' lines for facts of one object. */
export function facts(pairs: readonly (readonly [string, string | number | null | undefined])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length)) + 2;
  return pairs.map(([name, value]) => `${name.padEnd(width)}${value ?? '-'}`).join('\n');
}
