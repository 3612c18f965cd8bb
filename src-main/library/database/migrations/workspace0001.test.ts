import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useScratch } from '../../testing/scratch.ts';
import { openConnection } from '../handles.ts';
import { migrate } from '../migrate.ts';
import { workspace0001 } from './workspace0001.ts';

const scratch = useScratch();

it('L60, L70: workspace 1 keeps the change log as it was written', () => {
  const connection = openConnection(join(scratch.folder(), 'x.sqlite'), {
    readOnly: false,
    synchronous: 'FULL',
  });
  migrate(connection, [workspace0001]);
  const database = connection.begin();
  database.run(`INSERT INTO changes VALUES (1, '', '', 'import', '', '{}', NULL, NULL, '', '')`);
  expect(() => database.run(`UPDATE changes SET who = 'somebody else'`)).toThrow(/append-only/);
  expect(() => database.run('DELETE FROM changes')).toThrow(/append-only/);
  const hold = (sha256: string, trash: number | null): unknown =>
    database.run(`INSERT INTO holdings VALUES (?, '1.2', 1, '', 1, ?)`, sha256, trash);
  hold('a', null);
  expect(() => hold('b', null)).toThrow(/UNIQUE/);
  expect(() => hold('b', 5)).toThrow(/FOREIGN KEY/);
  connection.rollback();
  connection.close();
});
