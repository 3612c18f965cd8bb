import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useScratch } from '../../testing/scratch.ts';
import { openConnection } from '../handles.ts';
import { migrate } from '../migrate.ts';
import { workspace0001 } from './workspace0001.ts';
import { workspace0002 } from './workspace0002.ts';

const scratch = useScratch();

it('L60, L73: workspace 2 adds drafts, one for a patient and key, and keeps what version 1 held', () => {
  const connection = openConnection(join(scratch.folder(), 'x.sqlite'), {
    readOnly: false,
    synchronous: 'FULL',
  });
  migrate(connection, [workspace0001]);
  const before = connection.begin();
  before.run(`INSERT INTO settings VALUES ('theme', '"light"')`);
  connection.commit();
  migrate(connection, [workspace0001, workspace0002]);
  const database = connection.begin();
  expect(database.all('SELECT * FROM settings')).toEqual([{ key: 'theme', value: '"light"' }]);
  const add = (patient: string): unknown =>
    database.run(`INSERT INTO drafts VALUES (?, 'note', '2026-01-01T00:00:00Z', '1')`, patient);
  add('a');
  add('b');
  expect(() => add('a')).toThrow(/UNIQUE/);
  connection.rollback();
  connection.close();
});
