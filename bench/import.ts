// Time of importing 500 CT slices of 512 × 512, made here. Prints rows of docs/validation/library.md: node bench/import.ts
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createThreadPool } from '../src-main/jobs/index.ts';
import { openLibrary } from '../src-main/library/index.ts';
import { writeCtFolder } from '../src-main/library/testing/ctFiles.ts';

const SLICES = 500;
const RUNS = 3;

const folder = mkdtempSync(join(process.env['FLUENCE_BENCH_FOLDER'] ?? tmpdir(), 'fluence-bench-'));
const workers = Math.min(2, availableParallelism());
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
};
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

try {
  const files = writeCtFolder(join(folder, 'ct'), { name: 'bench', slices: SLICES, size: 512 });
  const megabytes = files.reduce((sum, path) => sum + statSync(path).size, 0) / 1e6;
  const seconds = {
    import: [] as number[],
    'import again': [] as number[],
    verify: [] as number[],
    'rebuild the index': [] as number[],
  };
  for (let run = 0; run < RUNS; run++) {
    const directory = join(folder, `library-${run}`);
    const pool = createThreadPool({ workers });
    const library = await openLibrary(directory, { runner: pool, create: true });
    const who = { title: 'bench', who: 'bench' };
    seconds['import'].push(await timed(() => library.importPaths([join(folder, 'ct')], who)));
    seconds['import again'].push(await timed(() => library.importPaths([join(folder, 'ct')], who)));
    seconds['verify'].push(await timed(() => library.verify({})));
    seconds['rebuild the index'].push(await timed(() => library.rebuildIndex({})));
    library.close();
    await pool.close();
    rmSync(directory, { recursive: true, force: true });
  }
  console.log(
    `| ${SLICES} CT slices, ${Math.round(megabytes)} MB, ${workers} workers, median of ${RUNS} | s | MB/s |`,
  );
  console.log('| --- | --- | --- |');
  for (const [what, values] of Object.entries(seconds))
    console.log(`| ${what} | ${median(values).toFixed(2)} | ${Math.round(megabytes / median(values))} |`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
