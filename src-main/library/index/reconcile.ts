import type { InstanceRecord } from '../../../src-shared/model/index.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import { insertInstance, removeInstances, setTrash } from './records.ts';

export interface Holding {
  readonly sha256: string;
  readonly sop_instance_uid: string;
  readonly bytes: number;
  readonly imported_at: string;
  readonly trash: number | null;
}

const CHUNK = 500;

/** Brings the rows that the index has into step with what the workspace says is held. Objects it lacks are left to `unindexed`. */
export function alignIndex(index: WritableDatabase, workspace: ReadableDatabase): void {
  const trashed = new Map(
    workspace
      .all<{ sha256: string; trash: number }>('SELECT sha256, trash FROM holdings WHERE trash IS NOT NULL')
      .map((row) => [row.sha256, row.trash]),
  );
  const held = new Set(
    workspace.all<{ sha256: string }>('SELECT sha256 FROM holdings').map((row) => row.sha256),
  );
  const gone: string[] = [];
  const moved: { sha256: string; trash: number | null }[] = [];
  for (const { sha256, trash } of index.all<{ sha256: string; trash: number | null }>(
    'SELECT sha256, trash FROM instances',
  )) {
    const wanted = trashed.get(sha256) ?? null;
    if (!held.has(sha256)) gone.push(sha256);
    else if (wanted !== trash) moved.push({ sha256, trash: wanted });
  }
  removeInstances(index, gone);
  // Into the trash first, so that two objects of one UID never both count as live.
  for (const { sha256, trash } of moved.sort((a, b) => Number(a.trash === null) - Number(b.trash === null)))
    setTrash(index, sha256, trash);
}

/** What is held but not in the index, in chunks, in the order in which it came. */
export function* unindexed(index: ReadableDatabase, workspace: ReadableDatabase): Generator<Holding[]> {
  const known = new Set(
    index.all<{ sha256: string }>('SELECT sha256 FROM instances').map((row) => row.sha256),
  );
  const missing = workspace
    .all<{ sha256: string }>('SELECT sha256 FROM holdings ORDER BY imported_at, change, sha256')
    .filter((row) => !known.has(row.sha256));
  for (let at = 0; at < missing.length; at += CHUNK) {
    yield missing
      .slice(at, at + CHUNK)
      .map(({ sha256 }) => workspace.first<Holding>('SELECT * FROM holdings WHERE sha256 = ?', sha256)[0])
      .filter((row) => row !== undefined);
  }
}

export function indexHolding(index: WritableDatabase, holding: Holding, record: InstanceRecord): void {
  insertInstance(index, {
    record,
    sha256: holding.sha256,
    bytes: holding.bytes,
    importedAt: holding.imported_at,
    trash: holding.trash,
  });
}
