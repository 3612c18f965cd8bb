import { Failure } from '../../../src-shared/model/index.ts';
import type { Databases } from '../database/databases.ts';
import type { ReadableDatabase } from '../database/handles.ts';
import type { Draft } from '../types.ts';

/** Drafts are small: what is larger is work that belongs into an object of its own. */
const MOST_BYTES = 1 << 20;

interface Row {
  readonly key: string;
  readonly updated_at: string;
  readonly value: string;
}

const draftOf = ({ key, updated_at: updatedAt, value }: Row): Draft => ({
  key,
  updatedAt,
  value: JSON.parse(value) as unknown,
});

/** @throws Failure USAGE where it is no JSON value or beyond 1 MiB */
export function saveDraft(databases: Databases, patient: string, key: string, value: unknown): void {
  const text = value === undefined ? undefined : JSON.stringify(value);
  if (text === undefined || Buffer.byteLength(text) > MOST_BYTES)
    throw new Failure('USAGE', 'A draft is a JSON value of at most 1 MiB.');
  databases.writeWorkspace((workspace) => {
    workspace.run(
      'INSERT INTO drafts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET updated_at = excluded.updated_at, value = excluded.value',
      patient,
      key,
      new Date().toISOString(),
      text,
    );
  });
}

/** A library of an earlier version that can only be read was not migrated. */
const hasDrafts = (workspace: ReadableDatabase): boolean =>
  workspace.first(`SELECT 1 FROM sqlite_schema WHERE name = 'drafts'`)[0] !== undefined;

export function findDraft(workspace: ReadableDatabase, patient: string, key: string): Draft | null {
  if (!hasDrafts(workspace)) return null;
  const row = workspace.first<Row>('SELECT * FROM drafts WHERE patient = ? AND key = ?', patient, key)[0];
  return row === undefined ? null : draftOf(row);
}

/** Of one patient, by key. */
export const listDrafts = (workspace: ReadableDatabase, patient: string): Draft[] =>
  hasDrafts(workspace)
    ? workspace.all<Row>('SELECT * FROM drafts WHERE patient = ? ORDER BY key', patient).map(draftOf)
    : [];

export function removeDraft(databases: Databases, patient: string, key: string): void {
  databases.writeWorkspace((workspace) =>
    workspace.run('DELETE FROM drafts WHERE patient = ? AND key = ?', patient, key),
  );
}
