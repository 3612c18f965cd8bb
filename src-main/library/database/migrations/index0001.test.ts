import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useScratch } from '../../testing/scratch.ts';
import { openConnection } from '../handles.ts';
import { migrate } from '../migrate.ts';
import { index0001 } from './index0001.ts';

const scratch = useScratch();

it('L60: index 1 keeps instances only with their series, and one live object per UID', () => {
  const connection = openConnection(join(scratch.folder(), 'x.sqlite'), {
    readOnly: false,
    synchronous: 'NORMAL',
  });
  migrate(connection, [index0001]);
  const database = connection.begin();
  const insert = (sha256: string, series: number, trash: number | null): unknown =>
    database.run(
      `INSERT INTO instances VALUES (?, '1.2', ?, '', 'image', NULL, '', 1, '', ?, '{}')`,
      sha256,
      series,
      trash,
    );
  expect(() => insert('a', 1, null)).toThrow(/FOREIGN KEY/);
  database.run(`INSERT INTO patients VALUES ('p', '', '', '', '')`);
  const study = database.run(
    `INSERT INTO studies (patient, uid, study_id, date, time, description, accession) VALUES ('p', '1', '', '', '', '', '')`,
  ).id;
  const series = database.run(
    `INSERT INTO series (study, uid, modality, kind, description, date, patient_position) VALUES (?, '1.1', '', 'image', '', '', '')`,
    study,
  ).id;
  insert('a', series, null);
  insert('b', series, 7);
  expect(() => insert('c', series, null)).toThrow(/UNIQUE/);
  expect(() => database.run(`DELETE FROM patients`)).toThrow(/FOREIGN KEY/);
  connection.rollback();
  connection.close();
});
