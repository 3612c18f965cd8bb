import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { writeWhole } from '../../services/objects/wholeFile.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import { toJson } from './output.ts';

export type Cell = string | number | null | undefined;
/** A table for a file: one name a column, plain values. */
export interface Csv {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
}

/** Looked at before the work, not after it. @throws Failure NOT_FOUND where the file's folder is not there. */
export async function checkResultFile(output: string | undefined): Promise<void> {
  if (output === undefined) return;
  const folder = dirname(resolve(output));
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw new Failure('NOT_FOUND', `There is no folder ${folder} to write into.`);
}

/**
 * Writes a verb's document as .json, its table as .csv. Other forms the verb writes itself.
 * @returns the file that was written, null where there was nothing to write here.
 */
export async function writeResultFile(
  output: string | undefined,
  document: unknown,
  csv: Csv | undefined,
): Promise<string | null> {
  if (output === undefined) return null;
  const file = resolve(output);
  const text = /\.json$/i.test(file)
    ? `${toJson(document)}\n`
    : /\.csv$/i.test(file) && csv
      ? csvText(csv)
      : null;
  if (text === null) return null;
  await writeWhole(file, new TextEncoder().encode(text));
  return file;
}

/** RFC 4180: commas, CRLF; what has no value is empty. */
export function csvText({ columns, rows }: Csv): string {
  const lines = [columns.map(cell).join(',')];
  for (const row of rows) lines.push(row.map(cell).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function cell(value: Cell): string {
  if (value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value)))
    return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
