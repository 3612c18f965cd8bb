// Script time of a change of slice in the real window, and what it asks of the graphics card. Prints a row of
// docs/validation/viewport.md. Build first; then: node bench/slices.ts [--data FOLDER_OF_DICOM] [--changes 60] [--profile FILE]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    changes: { type: 'string', default: '60' },
    profile: { type: 'string' },
  },
});
const host = (program: string): string => fileURLToPath(new URL(`../dist/host/${program}`, import.meta.url));
const browserPath = process.env['FLUENCE_CHROMIUM'] ?? '/usr/bin/chromium';
/** Calls that a change of slice must not make. */
const FORBIDDEN = [
  'createTexture',
  'texImage2D',
  'texImage3D',
  'texSubImage3D',
  'texStorage3D',
  'compileShader',
];

interface Change {
  /** Handling the wheel, ms; then each frame that did something. */
  readonly event: number;
  readonly frames: readonly number[];
}
declare global {
  interface Window {
    glCalls: Record<string, number>;
    turnWheel(x: number, y: number, delta: number): Promise<Change>;
  }
}

/** Runs in the page before anything else: counts GL calls and times animation frames. */
function instrument(names: readonly string[]): void {
  window.glCalls = {};
  const context = WebGL2RenderingContext.prototype as unknown as Record<string, unknown>;
  for (const name of names) {
    const original = context[name] as (...parameters: unknown[]) => unknown;
    context[name] = function counted(this: unknown, ...parameters: unknown[]) {
      window.glCalls[name] = (window.glCalls[name] ?? 0) + 1;
      return original.apply(this, parameters);
    };
  }
  let frames: { at: number; script: number }[] = [];
  const nextFrame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    nextFrame((time) => {
      const start = performance.now();
      callback(time);
      const script = performance.now() - start;
      const last = frames.at(-1);
      if (last?.at === time) last.script += script;
      else frames.push({ at: time, script });
    });
  window.turnWheel = async (x, y, delta) => {
    const target = document.elementFromPoint(x, y)!;
    frames = [];
    const start = performance.now();
    target.dispatchEvent(
      new WheelEvent('wheel', { deltaY: delta, clientX: x, clientY: y, bubbles: true, cancelable: true }),
    );
    // What follows in microtasks belongs to it.
    await Promise.resolve();
    await Promise.resolve();
    const event = performance.now() - start;
    // Until nothing has been drawn for a while; a wait by frames would itself be counted among the frames.
    for (let quiet = 0, seen = 0; quiet < 3;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      quiet = seen > 0 && frames.length === seen ? quiet + 1 : 0;
      seen = frames.length;
    }
    return { event, frames: frames.map((frame) => frame.script) };
  };
}

async function openCase(page: Page, files: string, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Your name').fill('Bench');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByTestId('import-folder').setInputFiles(files);
  await page.getByTestId('import-report').waitFor();
  await page.getByText('complete', { exact: true }).waitFor({ timeout: 120_000 });
  await page.getByRole('treeitem').first().click();
  await page.getByRole('button', { name: 'Review', exact: true }).last().click();
  await page.locator('[data-testid=viewport][data-complete=true]').waitFor({ timeout: 120_000 });
  await page.getByTestId('figures').waitFor({ timeout: 120_000 });
  await page.waitForTimeout(4000);
}

async function measure(page: Page, changes: number): Promise<Change[]> {
  const measured: Change[] = [];
  for (const pane of ['axial', 'sagittal', 'coronal']) {
    const box = await page.locator(`[data-pane=${pane}]`).boundingBox();
    if (!box) throw new Error(`there is no ${pane} pane`);
    const at = [box.x + box.width / 2, box.y + box.height / 2] as const;
    for (let n = 0; n < changes / 3; n++)
      measured.push(await page.evaluate(([x, y]) => window.turnWheel(x, y, -100), at));
  }
  return measured;
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? NaN;

interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly type?: string } };
}

interface ProcessorTimes {
  /** The wheel, what follows at once, and the first frame: the new slice is on the screen. */
  shown: number;
  /** With the frames in which lines followed that were not ready. */
  all: number;
  frames: number;
}

/** Processor time of the page's thread for each turn of the wheel, ms: what others take is not in it. */
function processorTimes(trace: string): ProcessorTimes[] {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const changes: ProcessorTimes[] = [];
  for (const { name, tdur, args } of [...traceEvents].sort((a, b) => a.ts - b.ts)) {
    const wheel = name === 'EventDispatch' && args?.data?.type === 'wheel';
    if (wheel) changes.push({ shown: 0, all: 0, frames: 0 });
    const change = changes.at(-1);
    if (!change || !(wheel || name === 'FireAnimationFrame' || name === 'RunMicrotasks')) continue;
    const time = (tdur ?? 0) / 1000;
    change.all += time;
    if (change.frames === 0) change.shown += time;
    if (name === 'FireAnimationFrame') change.frames += 1;
  }
  return changes;
}

const loadBefore = (loadavg()[0] ?? 0).toFixed(1);
const folder = mkdtempSync(join(tmpdir(), 'fluence-bench-'));
const door = spawn(process.execPath, [host('browser-door.mjs'), '--library', join(folder, 'library')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({
  ...(existsSync(browserPath) ? { executablePath: browserPath } : {}),
  args: ['--no-sandbox', '--disable-quic', '--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'],
});
try {
  let files = options.data;
  if (files === undefined) {
    files = join(folder, 'demo');
    spawnSync(process.execPath, [host('cli.mjs'), 'demo', '--out', files, '--quiet']);
  }
  const url = await new Promise<string>((resolve) => {
    door.stdout.once('data', (part: Buffer) => resolve(part.toString().split('\n')[0] ?? ''));
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(instrument, FORBIDDEN);
  await openCase(page, files, url);
  const client = await page.context().newCDPSession(page);
  // Once round, so that what is compiled lazily is.
  await measure(page, 9);
  const before = await page.evaluate(() => ({ ...window.glCalls }));
  if (options.profile !== undefined) {
    await client.send('Profiler.enable');
    await client.send('Profiler.setSamplingInterval', { interval: 100 });
    await client.send('Profiler.start');
  }
  await browser.startTracing(page, { categories: ['devtools.timeline', 'v8.execute', 'blink.user_timing'] });
  const measured = await measure(page, Number(options.changes));
  if (options.profile !== undefined) {
    const { profile } = await client.send('Profiler.stop');
    writeFileSync(options.profile, JSON.stringify(profile));
  }
  const processor = processorTimes((await browser.stopTracing()).toString());
  const after = await page.evaluate(() => ({ ...window.glCalls }));
  const made = FORBIDDEN.reduce((sum, name) => sum + (after[name] ?? 0) - (before[name] ?? 0), 0);
  const following = measured.map(({ event, frames }) => event + (frames[0] ?? 0));
  const later = measured.flatMap(({ frames }) => frames.slice(1));
  const row = (values: readonly number[]): string =>
    `${percentile(values, 0.5).toFixed(1)} | ${percentile(values, 0.95).toFixed(1)}`;
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores; milliseconds of script`);
  console.log(
    '| case | load | changes | processor time until shown, median | p95 | with lines that followed, median | p95 | by the clock until shown, median | p95 | longest later frame | textures made or uploaded, shaders compiled |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  console.log(
    `| ${basename(files)} | ${loadBefore} | ${measured.length} | ${row(processor.map(({ shown }) => shown))} | ${row(processor.map(({ all }) => all))} | ${row(following)} | ${Math.max(0, ...later).toFixed(1)} | ${made} |`,
  );
} finally {
  await browser.close();
  door.kill('SIGTERM');
  await new Promise((resolve) => door.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}
