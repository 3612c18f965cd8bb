// node bench/open.ts [mesa|swiftshader] [FOLDER …]: the tables of docs/validation/open.md, through the built window in a
// real Chromium. Without folders: 500 CT slices of 512 × 512, made here; with folders: the time to open each of them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { writeCtFolder } from '../src-main/library/testing/ctFiles.ts';
import { proportionalSetSize } from './support/processMemory.ts';
import { openWorkstation, type Graphics } from './support/workstation.ts';

const SLICES = 500,
  SIZE = 512,
  RUNS = 3;
const VOLUME_BYTES = SLICES * SIZE * SIZE * 2;
const SETTLE_MS = 4000;

const [first = '', ...others] = process.argv.slice(2);
const graphics: Graphics = first === 'swiftshader' ? first : 'mesa';
const folders = first === 'swiftshader' || first === 'mesa' ? others : process.argv.slice(2);
const scratch = mkdtempSync(join(process.env['FLUENCE_BENCH_FOLDER'] ?? tmpdir(), 'fluence-open-'));
const row = (...cells: (string | number)[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
/** Processes that wanted a processor in the last minute: others on the machine are in the figures. */
const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);

interface Opened {
  /** From the click that chooses the series, ms, with everything drawn and the graphics process done with it. */
  readonly firstPlane: number;
  readonly whole: number;
  readonly longestFrame: number;
}

/** Times what the window shows from inside it: the attribute tells what has come, the frame after it that it was drawn. */
async function timeOpening(page: Page): Promise<Opened> {
  await page.getByRole('treeitem').first().click();
  await page.getByRole('button', { name: 'Review', exact: true }).last().waitFor();
  await page.waitForTimeout(2000);
  const opened = page.evaluate(async () => {
    const begun = await new Promise<number>((resolve) =>
      addEventListener('click', () => resolve(performance.now()), { capture: true, once: true }),
    );
    let longestFrame = 0,
      last = begun;
    const watch = (now: number): void => {
      longestFrame = Math.max(longestFrame, now - last);
      last = now;
      requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    const drawn = async (is: (viewport: HTMLElement) => boolean): Promise<number> => {
      for (;;) {
        const viewport = document.querySelector<HTMLElement>('[data-viewport]');
        if (viewport && is(viewport)) break;
        await frame();
      }
      await frame();
      await frame();
      const pixel = new Uint8Array(4);
      for (const canvas of document.querySelectorAll<HTMLCanvasElement>('[data-viewport] canvas')) {
        // Waits until the graphics process has done all that was asked of it.
        const gl = canvas.getContext('webgl2');
        gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
      }
      return performance.now() - begun;
    };
    const firstPlane = await drawn((viewport) => /^\d+-\d+$/.test(viewport.dataset['slices'] ?? ''));
    const whole = await drawn((viewport) => viewport.dataset['complete'] === 'true');
    return { firstPlane, whole, longestFrame };
  });
  await page.getByRole('button', { name: 'Review', exact: true }).last().click();
  return opened;
}

interface Importing {
  readonly seconds: number;
  /** Longest first, ms. */
  readonly frames: readonly number[];
  readonly longestTask: number;
}

/** The frames and the longest task of the window's thread while a folder is imported, by a dialogue or as an upload. */
async function timeImporting(page: Page, begin: (page: Page) => Promise<void>): Promise<Importing> {
  await page.evaluate(() => {
    const seen = { frames: [] as number[], longestTask: 0, last: performance.now() };
    Object.assign(globalThis, { seen });
    const watch = (now: number): void => {
      seen.frames.push(now - seen.last);
      seen.last = now;
      requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.longestTask = Math.max(seen.longestTask, entry.duration);
    }).observe({ type: 'longtask' });
  });
  const begun = performance.now();
  await begin(page);
  await page.getByText('complete', { exact: true }).waitFor({ timeout: 120_000 });
  const took = (performance.now() - begun) / 1000;
  const { frames, longestTask } = await page.evaluate(
    () => (globalThis as unknown as { seen: { frames: number[]; longestTask: number } }).seen,
  );
  return { seconds: took, frames: frames.sort((a, b) => b - a), longestTask };
}

async function theBigSeries(): Promise<void> {
  const ct = join(scratch, 'ct'),
    library = join(scratch, 'library');
  writeCtFolder(ct, { name: 'bench', slices: SLICES, size: SIZE, value: 40 });
  const asked = (page: Page): Promise<void> =>
    page.getByRole('button', { name: 'Import a folder', exact: true }).first().click();
  const sent = (page: Page): Promise<void> => page.getByTestId('import-folder').setInputFiles(ct);
  const imports: [string, string, Importing][] = [];
  for (let run = 1; run <= RUNS; run++) {
    for (const [name, folder, begin, chosen] of [
      ['by the dialogue', join(scratch, `asked ${run}`), asked, ct],
      ['as an upload', run === 1 ? library : join(scratch, `sent ${run}`), sent, undefined],
    ] as const) {
      const workstation = await openWorkstation(folder, graphics, chosen);
      await setTimeout(SETTLE_MS);
      const before = load();
      imports.push([
        `${name}, run ${run}`,
        before,
        await workstation.work((page) => timeImporting(page, begin)),
      ]);
      await workstation.close();
    }
  }
  row(
    `${SLICES} slices of ${SIZE}², ${graphics}`,
    'load average',
    'first plane, s',
    'whole volume, s',
    'longest frame, ms',
    'empty, MiB',
    'open, MiB',
    'open − empty',
    '÷ int16 volume',
  );
  row(...Array.from({ length: 9 }, () => '---'));
  for (let run = 1; run <= RUNS; run++) {
    const workstation = await openWorkstation(library, graphics);
    await setTimeout(SETTLE_MS);
    const empty = proportionalSetSize(...workstation.pids);
    const before = load();
    const opened = await workstation.work(timeOpening);
    await setTimeout(SETTLE_MS);
    const open = proportionalSetSize(...workstation.pids);
    await workstation.close();
    row(
      `run ${run}`,
      before,
      seconds(opened.firstPlane),
      seconds(opened.whole),
      opened.longestFrame.toFixed(0),
      megabytes(empty),
      megabytes(open),
      megabytes(open - empty),
      ((open - empty) / VOLUME_BYTES).toFixed(2),
    );
  }
  process.stdout.write('\n');
  row(
    `import of ${SLICES} slices through the window`,
    'load average',
    's',
    'longest frame, ms',
    'frames over 50 ms',
    'of frames',
    'longest task, ms',
  );
  row(...Array.from({ length: 7 }, () => '---'));
  for (const [name, before, { seconds: took, frames, longestTask }] of imports)
    row(
      name,
      before,
      took.toFixed(1),
      (frames[0] ?? 0).toFixed(0),
      // Three frames of a 60 Hz screen are 50 ms, to the rounding of the clock.
      frames.filter((ms) => ms > 50.1).length,
      frames.length,
      longestTask.toFixed(0),
    );
}

async function theCases(): Promise<void> {
  const cli = fileURLToPath(new URL('../dist/host/cli.mjs', import.meta.url));
  row(`case, ${graphics}`, 'load average', 'first plane, s', 'whole volume, s', 'longest frame, ms');
  row('---', '---', '---', '---', '---');
  for (const folder of folders) {
    const library = mkdtempSync(join(scratch, 'library-'));
    const imported = spawnSync(process.execPath, [cli, 'import', folder, '--library', library, '--quiet'], {
      encoding: 'utf8',
    });
    if (imported.status !== 0 && imported.status !== 1)
      throw new Error(`${folder} was not imported: ${imported.stderr}`);
    const workstation = await openWorkstation(library, graphics);
    const before = load();
    const opened = await workstation.work(timeOpening);
    await workstation.close();
    row(
      basename(folder),
      before,
      seconds(opened.firstPlane),
      seconds(opened.whole),
      opened.longestFrame.toFixed(0),
    );
  }
}

try {
  await (folders.length > 0 ? theCases() : theBigSeries());
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
