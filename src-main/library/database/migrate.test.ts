import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { layoutOf } from '../layout.ts';
import { useScratch } from '../testing/scratch.ts';
import { openWorkspace } from './databases.ts';
import { openConnection, type Connection } from './handles.ts';
import { latestOf, migrate, versionOf, type Migration } from './migrate.ts';
import { INDEX_MIGRATIONS, WORKSPACE_MIGRATIONS } from './schema.ts';

const scratch = useScratch();
const open: Connection[] = [];
afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
});
function connect(path = join(scratch.folder(), 'x.sqlite')): Connection {
  const connection = openConnection(path, { readOnly: false, synchronous: 'FULL', busyTimeout: 100 });
  open.push(connection);
  return connection;
}
const schemaOf = (connection: Connection): unknown[] =>
  connection.all('SELECT type, name, sql FROM sqlite_schema ORDER BY name');

const steps: Migration[] = [
  { version: 1, up: (database) => void database.run('CREATE TABLE a (x INTEGER) STRICT') },
  { version: 2, up: (database) => void database.run('ALTER TABLE a ADD COLUMN y TEXT') },
];

describe('migrations', () => {
  it('L60: are numbered without gaps', () => {
    for (const migrations of [INDEX_MIGRATIONS, WORKSPACE_MIGRATIONS])
      expect(migrations.map((step) => step.version)).toEqual(migrations.map((_, n) => n + 1));
  });

  it('L60: come to the same schema from every version before', () => {
    for (const migrations of [INDEX_MIGRATIONS, WORKSPACE_MIGRATIONS, steps]) {
      const whole = connect();
      migrate(whole, migrations);
      for (let from = 0; from <= latestOf(migrations); from++) {
        const connection = connect();
        migrate(connection, migrations.slice(0, from));
        migrate(connection, migrations);
        expect(versionOf(connection)).toBe(latestOf(migrations));
        expect(schemaOf(connection)).toEqual(schemaOf(whole));
      }
    }
  });

  it('L60: a step that fails leaves the version before it', () => {
    const connection = connect();
    migrate(connection, steps.slice(0, 1));
    const broken: Migration = {
      version: 2,
      up: (database) => {
        database.run('CREATE TABLE b (x)');
        database.run('CREATE TABLE a (x)');
      },
    };
    expect(() => migrate(connection, [steps[0]!, broken])).toThrow();
    expect(versionOf(connection)).toBe(1);
    expect(connection.all(`SELECT name FROM sqlite_schema WHERE name = 'b'`)).toEqual([]);
  });

  it('L61: calls for a copy only where there is something to lose', () => {
    const connection = connect();
    const asked: number[] = [];
    migrate(connection, steps.slice(0, 1), (version) => asked.push(version));
    migrate(connection, steps, (version) => asked.push(version));
    migrate(connection, steps, (version) => asked.push(version));
    expect(asked).toEqual([1]);
  });

  it('L61: the workspace is opened without a copy when it is new or up to date', () => {
    const layout = layoutOf(scratch.folder());
    openWorkspace(layout, false).close();
    openWorkspace(layout, false).close();
    expect(readdirSync(dirname(layout.workspace)).filter((name) => name.includes('before-version'))).toEqual(
      [],
    );
  });
});

describe('handles', () => {
  it('L62: what can be read cannot be written, and statements that write are refused', () => {
    const connection = connect();
    migrate(connection, steps);
    expect(() => connection.all('INSERT INTO a VALUES (1, 2) RETURNING x')).toThrow(TypeError);
    expect(() => connection.first('DELETE FROM a')[0]).toThrow(TypeError);
  });

  it('L63: a second writer waits, and is told LIBRARY_BUSY when it waits in vain', () => {
    const path = join(scratch.folder(), 'x.sqlite');
    const [one, two] = [connect(path), connect(path)];
    migrate(one, steps);
    one.begin();
    expect(() => two.begin()).toThrow(expect.objectContaining({ code: 'LIBRARY_BUSY' }));
    one.commit();
    two.begin();
    two.rollback();
  });
});
