import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startImport } from './testing/children.ts';
import { writeCtFolder } from './testing/ctFiles.ts';
import { killImports } from './testing/killing.ts';
import { useScratch } from './testing/scratch.ts';

const scratch = useScratch();

describe('other programs', () => {
  it(
    'L53: two imports into one new library at the same time both complete',
    { timeout: 180_000 },
    async () => {
      const folder = scratch.folder();
      const directory = join(folder, 'library');
      writeCtFolder(join(folder, 'a'), { name: 'A', slices: 20 });
      writeCtFolder(join(folder, 'b'), { name: 'B', slices: 20 });
      writeCtFolder(join(folder, 'both'), { name: 'C', slices: 10 });
      const runs = await Promise.all(
        ['a', 'b'].map((name) => startImport(directory, [join(folder, name), join(folder, 'both')]).ended),
      );
      expect(runs.map((run) => [run.code, run.errors])).toEqual([
        [0, ''],
        [0, ''],
      ]);
      const reports = runs.map(
        (run) => JSON.parse(run.output.split('\n')[1]!) as { imported: number; duplicates: number },
      );
      expect(reports.reduce((sum, report) => sum + report.imported, 0)).toBe(50);
      expect(reports.reduce((sum, report) => sum + report.duplicates, 0)).toBe(10);
      const library = await scratch.library(directory);
      expect(await library.verify({})).toMatchObject({
        objects: 50,
        bad: [],
        index: 'sound',
        auditTrail: 'sound',
      });
    },
  );

  it(
    'L54: an import that is killed leaves a sound library, and loses nothing that it had committed',
    { timeout: 180_000 },
    async () => {
      const folder = scratch.folder();
      writeCtFolder(join(folder, 'ct'), { name: 'A', slices: 24 });
      // Spread evenly, so that every run tries early, middle and late.
      let kill = 0;
      const outcome = await killImports(folder, join(folder, 'ct'), 24, 6, () => ((kill++ % 6) + 0.5) / 6);
      expect(outcome.wrong).toEqual([]);
      expect(outcome.midway).toBeGreaterThan(0);
    },
  );
});
