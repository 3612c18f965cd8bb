import { createHash } from 'node:crypto';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';

/** A change of what the library holds, as plain data that can be done again and, where `backward` is given, undone. */
export interface NewChange {
  readonly who: string;
  readonly kind: ChangeKind;
  /** As a person would say it. */
  readonly what: string;
  readonly forward: unknown;
  /** null: cannot be undone. */
  readonly backward: unknown;
  /** Of an undo or redo: the change it is about. */
  readonly target?: number;
}

export type ChangeKind =
  'import' | 'withdraw' | 'found' | 'trash' | 'restore' | 'empty-trash' | 'undo' | 'redo';

export interface ChangeRow {
  readonly id: number;
  readonly at: string;
  readonly who: string;
  readonly kind: ChangeKind;
  readonly what: string;
  readonly forward: string;
  readonly backward: string | null;
  readonly target: number | null;
  readonly previous_hash: string;
  readonly hash: string;
}

export interface Head {
  readonly id: number;
  readonly hash: string;
}

export function headOf(workspace: ReadableDatabase): Head {
  return (
    workspace.first<Head>('SELECT id, hash FROM changes ORDER BY id DESC LIMIT 1')[0] ?? { id: 0, hash: '' }
  );
}

/** Appends to the chain; answers the change's number. */
export function appendChange(workspace: WritableDatabase, change: NewChange): number {
  const head = headOf(workspace);
  const row: Omit<ChangeRow, 'hash'> = {
    id: head.id + 1,
    at: new Date().toISOString(),
    who: change.who,
    kind: change.kind,
    what: change.what,
    forward: JSON.stringify(change.forward),
    backward: change.backward === null ? null : JSON.stringify(change.backward),
    target: change.target ?? null,
    previous_hash: head.hash,
  };
  workspace.run(
    `INSERT INTO changes (id, at, who, kind, what, forward, backward, target, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.id,
    row.at,
    row.who,
    row.kind,
    row.what,
    row.forward,
    row.backward,
    row.target,
    row.previous_hash,
    hashOf(row),
  );
  return row.id;
}

/** Whether every change follows from the one before it, and the newest one that the index saw is still there. */
export function chainIsSound(workspace: ReadableDatabase, seen: Head): boolean {
  let previous: Head = { id: 0, hash: '' };
  let met = seen.id <= 0;
  for (let from = 0; ; from = previous.id) {
    const rows = workspace.all<ChangeRow>('SELECT * FROM changes WHERE id > ? ORDER BY id LIMIT 1000', from);
    if (rows.length === 0) return met;
    for (const row of rows) {
      if (row.id !== previous.id + 1 || row.previous_hash !== previous.hash || row.hash !== hashOf(row))
        return false;
      if (row.id === seen.id) {
        if (row.hash !== seen.hash) return false;
        met = true;
      }
      previous = row;
    }
  }
}

/** What can be undone and redone now, newest last. A new undoable change ends what could be redone. */
export function undoStacks(workspace: ReadableDatabase): {
  readonly undo: readonly number[];
  readonly redo: readonly number[];
} {
  let undo: number[] = [];
  let redo: number[] = [];
  const rows = workspace.all<Pick<ChangeRow, 'id' | 'kind' | 'target'>>(
    `SELECT id, kind, target FROM changes WHERE backward IS NOT NULL OR kind = 'empty-trash' ORDER BY id`,
  );
  for (const { id, kind, target } of rows) {
    if (kind === 'undo') {
      undo = undo.filter((change) => change !== target);
      redo.push(target ?? id);
    } else if (kind === 'redo') {
      redo = redo.filter((change) => change !== target);
      undo.push(target ?? id);
    } else if (kind === 'empty-trash') {
      // The objects are gone for good: what moved them in and out of the trash can no longer be turned back.
      undo = [];
      redo = [];
    } else {
      undo.push(id);
      redo = [];
    }
  }
  return { undo, redo };
}

export function changeOf(workspace: ReadableDatabase, id: number): ChangeRow {
  const row = workspace.first<ChangeRow>('SELECT * FROM changes WHERE id = ?', id)[0];
  if (row === undefined) throw new RangeError(`No change ${id}`);
  return row;
}

export function listChanges(
  workspace: ReadableDatabase,
  limit: number,
): {
  changes: { id: number; at: string; who: string; what: string; undone: boolean }[];
  canUndo: boolean;
  canRedo: boolean;
} {
  const { undo, redo } = undoStacks(workspace);
  const undone = new Set(redo);
  const rows = workspace.all<Pick<ChangeRow, 'id' | 'at' | 'who' | 'what'>>(
    'SELECT id, at, who, what FROM changes ORDER BY id DESC LIMIT ?',
    limit,
  );
  return {
    changes: rows.map((row) => ({ ...row, undone: undone.has(row.id) })),
    canUndo: undo.length > 0,
    canRedo: redo.length > 0,
  };
}

function hashOf(row: Omit<ChangeRow, 'hash'>): string {
  const content = [
    row.previous_hash,
    row.id,
    row.at,
    row.who,
    row.kind,
    row.what,
    row.forward,
    row.backward,
    row.target,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
