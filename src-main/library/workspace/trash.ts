import { Failure } from '../../../src-shared/model/index.ts';
import type { Databases } from '../database/databases.ts';
import type { ReadableDatabase } from '../database/handles.ts';
import { describeStudies } from '../index/describeStudies.ts';
import { removeInstances } from '../index/records.ts';
import { appendChange, changeOf, undoStacks, type ChangeRow } from './changeLog.ts';
import { applyMoves, dropEmptyItems, mirrored, objectsInItem, type Move, type TrashItem } from './moves.ts';

export type TrashKind = TrashItem['what'];

/** Patient or study to the trash; answers the change's number. */
export function toTrash(databases: Databases, what: TrashKind, key: string, who: string): number {
  return databases.write((index, workspace) => {
    const objects = liveObjects(index, what, key);
    if (objects.length === 0) throw new Failure('NOT_FOUND', `There is no such ${what} in the library.`);
    const next =
      (workspace.first<{ seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'trash'`)[0]?.seq ??
        0) + 1;
    const item: TrashItem = {
      id: next,
      what,
      key,
      title: titleOf(index, what, key),
      at: new Date().toISOString(),
    };
    const moves: Move[] = [{ to: 'trash', item, objects }];
    const change = appendChange(workspace, {
      who,
      kind: 'trash',
      what: `${item.title} to the trash`,
      forward: moves,
      backward: mirrored(moves),
    });
    applyMoves(index, workspace, moves);
    describeStudies(index);
    return change;
  });
}

/** All that lies in the trash under this key comes back; answers the change's number. */
export function restore(databases: Databases, what: TrashKind, key: string, who: string): number {
  return databases.write((index, workspace) => {
    const items = workspace.all<TrashItem>(
      'SELECT * FROM trash WHERE what = ? AND key = ? ORDER BY id',
      what,
      key,
    );
    const [first] = items;
    if (first === undefined) throw new Failure('NOT_FOUND', `There is no such ${what} in the trash.`);
    const moves: Move[] = items.map((item) => ({
      to: 'library',
      item,
      objects: objectsInItem(workspace, item.id),
    }));
    const change = appendChange(workspace, {
      who,
      kind: 'restore',
      what: `${first.title} back from the trash`,
      forward: moves,
      backward: mirrored(moves),
    });
    applyMoves(index, workspace, moves);
    describeStudies(index);
    return change;
  });
}

/** Gives up all that lies in the trash. Its files are deleted by whoever settles the deletions afterwards. */
export function emptyTrash(databases: Databases, who: string): { objects: number; bytes: number } {
  return databases.write((index, workspace) => {
    const rows = workspace.all<{ sha256: string; bytes: number }>(
      'SELECT sha256, bytes FROM holdings WHERE trash IS NOT NULL ORDER BY sha256',
    );
    if (rows.length === 0) return { objects: 0, bytes: 0 };
    const objects = rows.map((row) => row.sha256);
    appendChange(workspace, {
      who,
      kind: 'empty-trash',
      what: `${rows.length} objects deleted with the trash`,
      forward: { objects },
      backward: null,
    });
    for (const sha256 of objects) {
      workspace.run('DELETE FROM holdings WHERE sha256 = ?', sha256);
      workspace.run('INSERT OR IGNORE INTO deletions (sha256) VALUES (?)', sha256);
    }
    dropEmptyItems(workspace);
    removeInstances(index, objects);
    describeStudies(index);
    return { objects: rows.length, bytes: rows.reduce((sum, row) => sum + row.bytes, 0) };
  });
}

/** Turns the last change back, or does it again; answers what it was, null where there is none. */
export function travel(databases: Databases, direction: 'undo' | 'redo', who: string): string | null {
  return databases.write((index, workspace) => {
    const target = undoStacks(workspace)[direction].at(-1);
    if (target === undefined) return null;
    const change: ChangeRow = changeOf(workspace, target);
    const done = JSON.parse(change.forward) as Move[];
    const moves = direction === 'undo' ? mirrored(done) : done;
    appendChange(workspace, {
      who,
      kind: direction,
      what: `${direction === 'undo' ? 'Undone' : 'Done again'}: ${change.what}`,
      forward: moves,
      backward: mirrored(moves),
      target,
    });
    applyMoves(index, workspace, moves);
    describeStudies(index);
    return change.what;
  });
}

/** What lies in the trash, the latest first; what was moved there in several goes counts as one. */
export function listTrash(
  workspace: ReadableDatabase,
): { what: TrashKind; key: string; title: string; at: string; objects: number }[] {
  return workspace.all(
    `SELECT what, key, max(title) AS title, max(at) AS at, sum((SELECT count(*) FROM holdings WHERE holdings.trash = trash.id)) AS objects
     FROM trash GROUP BY what, key ORDER BY max(at) DESC, max(id) DESC`,
  );
}

function liveObjects(index: ReadableDatabase, what: TrashKind, key: string): string[] {
  return index
    .all<{ sha256: string }>(
      `SELECT sha256 FROM instances JOIN series ON series.id = instances.series JOIN studies ON studies.id = series.study
     WHERE trash IS NULL AND ${what === 'patient' ? 'studies.patient' : 'studies.uid'} = ? ORDER BY sha256`,
      key,
    )
    .map((row) => row.sha256);
}

/** 'Family, Given Middle' of a person name of DICOM (PS3.5, 6.2.1): its first group without titles. */
function readableName(name: string): string {
  const [family = '', ...given] = (name.split('=')[0] ?? '').split('^', 3).map((part) => part.trim());
  return [family, given.filter((part) => part !== '').join(' ')].filter((part) => part !== '').join(', ');
}

function titleOf(index: ReadableDatabase, what: TrashKind, key: string): string {
  const rows = index.all<{ name: string; id: string; description: string; date: string }>(
    `SELECT patients.name, patients.id, studies.description, studies.date FROM studies JOIN patients ON patients.key = studies.patient
     WHERE ${what === 'patient' ? 'patients.key' : 'studies.uid'} = ? ORDER BY patients.name, patients.key`,
    key,
  );
  const [first] = rows;
  const patient = readableName(first?.name ?? '') || first?.id || 'unnamed';
  if (what === 'patient') return `Patient ${patient}`;
  const others = rows.length - 1;
  const study =
    [first?.description, first?.date].filter((text) => text !== undefined && text !== '').join(', ') || key;
  return `Study ${study} of ${patient}${others > 0 ? ` and ${others} other patients who share it` : ''}`;
}
