import { Failure } from '../../../src-shared/model/index.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import { setTrash } from '../index/records.ts';

export interface TrashItem {
  readonly id: number;
  readonly what: 'patient' | 'study';
  readonly key: string;
  readonly title: string;
  readonly at: string;
}

/** Objects into a trash item, or out of it. Plain data: the change log keeps it as what to do, and its mirror as what undoes it. */
export interface Move {
  readonly to: 'trash' | 'library';
  readonly item: TrashItem;
  readonly objects: readonly string[];
}

export const mirrored = (moves: readonly Move[]): Move[] =>
  moves
    .map((move) => ({ ...move, to: move.to === 'trash' ? ('library' as const) : ('trash' as const) }))
    .reverse();

/** Moves what is where the move expects it; an object that has gone elsewhere since is left alone. Answers how many moved. */
export function applyMoves(
  index: WritableDatabase,
  workspace: WritableDatabase,
  moves: readonly Move[],
): number {
  let moved = 0;
  for (const { to, item, objects } of moves) {
    if (to === 'trash') {
      workspace.run(
        'INSERT OR IGNORE INTO trash (id, what, key, title, at) VALUES (?, ?, ?, ?, ?)',
        item.id,
        item.what,
        item.key,
        item.title,
        item.at,
      );
    } else {
      refuseTwins(workspace, item, objects);
    }
    const [from, into] = to === 'trash' ? [null, item.id] : [item.id, null];
    for (const sha256 of objects) {
      if (
        workspace.run('UPDATE holdings SET trash = ? WHERE sha256 = ? AND trash IS ?', into, sha256, from)
          .changes === 0
      )
        continue;
      setTrash(index, sha256, into);
      moved++;
    }
  }
  dropEmptyItems(workspace);
  return moved;
}

export const dropEmptyItems = (workspace: WritableDatabase): void => {
  workspace.run(
    'DELETE FROM trash WHERE NOT EXISTS (SELECT 1 FROM holdings WHERE holdings.trash = trash.id)',
  );
};

export const objectsInItem = (workspace: ReadableDatabase, item: number): string[] =>
  workspace
    .all<{ sha256: string }>('SELECT sha256 FROM holdings WHERE trash = ? ORDER BY sha256', item)
    .map((row) => row.sha256);

/** An object may not come back beside another of its SOP Instance UID: nobody could tell which one a reference means. */
function refuseTwins(workspace: ReadableDatabase, item: TrashItem, objects: readonly string[]): void {
  const twin = workspace.first<{ count: number }>(
    `SELECT count(*) AS count FROM json_each(?) AS wanted JOIN holdings AS back ON back.sha256 = wanted.value AND back.trash = ?
     JOIN holdings AS live ON live.sop_instance_uid = back.sop_instance_uid AND live.trash IS NULL`,
    JSON.stringify(objects),
    item.id,
  )[0];
  if (twin !== undefined && twin.count > 0) {
    throw new Failure(
      'NOT_ALLOWED',
      `${twin.count} of its objects have been imported again with other content; move those to the trash first.`,
    );
  }
}
