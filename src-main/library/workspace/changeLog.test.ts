import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openConnection, type Connection } from '../database/handles.ts';
import { migrate } from '../database/migrate.ts';
import { WORKSPACE_MIGRATIONS } from '../database/schema.ts';
import { useScratch } from '../testing/scratch.ts';
import { appendChange, chainIsSound, headOf, listChanges, undoStacks, type ChangeKind } from './changeLog.ts';

const scratch = useScratch();
let connection: Connection;
afterEach(() => connection.close());

function log(...changes: [ChangeKind, number?][]): void {
  connection = openConnection(join(scratch.folder(), 'x.sqlite'), { readOnly: false, synchronous: 'FULL' });
  migrate(connection, WORKSPACE_MIGRATIONS);
  const workspace = connection.begin();
  for (const [kind, target] of changes) {
    const undoable = kind !== 'import' && kind !== 'empty-trash';
    appendChange(workspace, {
      who: 'me',
      kind,
      what: kind,
      forward: [],
      backward: undoable ? [] : null,
      ...(target === undefined ? {} : { target }),
    });
  }
  connection.commit();
}

describe('undo and redo', () => {
  it('L71: go back and forth in order, past imports', () => {
    log(['trash'], ['import'], ['trash'], ['undo', 3], ['undo', 1]);
    expect(undoStacks(connection)).toEqual({ undo: [], redo: [3, 1] });
    expect(listChanges(connection, 5).changes.map((change) => change.undone)).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
  });
  it('L71: a new change ends what could be redone', () => {
    log(['trash'], ['undo', 1], ['trash']);
    expect(undoStacks(connection)).toEqual({ undo: [3], redo: [] });
  });
  it('L71: a redone change can be undone again', () => {
    log(['trash'], ['undo', 1], ['redo', 1]);
    expect(undoStacks(connection)).toEqual({ undo: [1], redo: [] });
  });
  it('L31: emptying the trash ends both', () => {
    log(['trash'], ['trash'], ['undo', 2], ['empty-trash']);
    expect(undoStacks(connection)).toEqual({ undo: [], redo: [] });
  });
});

describe('the chain', () => {
  const tamper = (sql: string): void => {
    connection.raw.exec(
      'DROP TRIGGER changes_stay_as_written; DROP TRIGGER changes_are_kept; PRAGMA foreign_keys = OFF',
    );
    connection.raw.exec(sql);
  };
  const three = (): void => log(['import'], ['trash'], ['undo', 2]);

  it('L70: is sound as written, from whichever change the index has seen', () => {
    three();
    expect(chainIsSound(connection, headOf(connection))).toBe(true);
    expect(chainIsSound(connection, { id: -1, hash: '' })).toBe(true);
  });
  it.each([
    `UPDATE changes SET who = 'you' WHERE id = 2`,
    `UPDATE changes SET forward = '[1]' WHERE id = 1`,
    `UPDATE changes SET target = 1 WHERE id = 3`,
    'DELETE FROM changes WHERE id = 2',
    'DELETE FROM changes WHERE id = 1',
    'UPDATE changes SET id = 4 WHERE id = 3',
  ])('L70: shows %s', (sql) => {
    three();
    tamper(sql);
    expect(chainIsSound(connection, { id: -1, hash: '' })).toBe(false);
  });
  it('L70: shows a tail that was cut off', () => {
    three();
    const seen = headOf(connection);
    tamper('DELETE FROM changes WHERE id = 3');
    expect(chainIsSound(connection, seen)).toBe(false);
  });
});
