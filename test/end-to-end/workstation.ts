import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, type Page } from '@playwright/test';

const root = fileURLToPath(new URL('../..', import.meta.url));
const host = (program: string): string => join(root, 'dist/host', program);
/** The built command line. */
export const commandLine = host('cli.mjs');
const SCREENSHOTS = join(root, 'test-results/screenshots');
export const SIZES = [
  { width: 1440, height: 900 },
  { width: 2560, height: 1440 },
] as const;

/** The demo patient as DICOM files, made once per run of the tests. */
let demoFolder: string | null = null;
export function demoFiles(): string {
  if (demoFolder !== null) return demoFolder;
  const folder = mkdtempSync(join(tmpdir(), 'fluence-demo-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const made = spawnSync(process.execPath, [host('cli.mjs'), 'demo', '--out', folder, '--quiet'], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`the demo patient was not made: ${made.stderr}`);
  demoFolder = folder;
  return folder;
}

export interface Workstation {
  readonly page: Page;
  readonly library: string;
  /** The host stops as if its process had died; `start` brings one up on the same library. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** A call of the host's contract over the page's own session: what the window shows is compared with it. */
  call<Answer>(domain: string, method: string, request: unknown): Promise<Answer>;
  /** Past the first start. */
  begin(): Promise<void>;
  /** Pictures of this state at both sizes, to be looked at. */
  shoot(name: string): Promise<void>;
}

async function openDoor(library: string): Promise<{ process: ChildProcess; url: string }> {
  const door = spawn(process.execPath, [host('browser-door.mjs'), '--library', library], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    door.stdout.on('data', (part: Buffer) => {
      text += part.toString();
      const line = text.split('\n')[0];
      if (text.includes('\n') && line) resolve(line.trim());
    });
    door.once('exit', (code) => reject(new Error(`the door ended with ${code}`)));
  });
  return { process: door, url };
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** A workstation with an empty library of its own, open in the page. */
export const test = base.extend<{ workstation: Workstation }>({
  workstation: async ({ page }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'fluence-'));
    const library = join(folder, 'library');
    let door = await openDoor(library);
    await page.goto(door.url);
    const start = async (): Promise<void> => {
      door = await openDoor(library);
      await page.goto(door.url);
    };
    const stop = async (): Promise<void> => {
      door.process.kill('SIGTERM');
      await ended(door.process);
    };
    await use({
      page,
      library,
      stop,
      start,
      call: async <Answer>(domain: string, method: string, request: unknown): Promise<Answer> => {
        const answer = await page.evaluate(
          async ([path, body]) => {
            const response = await fetch(path, {
              method: 'POST',
              headers: { 'Content-Type': 'application/json' },
              body,
            });
            return (await response.json()) as unknown;
          },
          [`/api/${domain}/${method}`, JSON.stringify(request)] as const,
        );
        const { ok, response } = answer as { ok: boolean; response: Answer };
        if (!ok) throw new Error(`${domain}.${method} was refused: ${JSON.stringify(answer)}`);
        return response;
      },
      begin: async () => {
        await page.getByLabel('Your name').fill('A. Muster');
        await page.getByRole('button', { name: 'Start', exact: true }).click();
      },
      shoot: async (name) => {
        mkdirSync(SCREENSHOTS, { recursive: true });
        for (const size of SIZES) {
          await page.setViewportSize(size);
          // Panels and canvases follow a change of size within a few frames.
          await page.evaluate(
            () => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve), 400)),
          );
          await page.screenshot({ path: join(SCREENSHOTS, `${name}-${size.width}.png`) });
        }
        await page.setViewportSize(SIZES[0]);
      },
    });
    await stop();
    rmSync(folder, { recursive: true, force: true });
  },
});

if (!existsSync(host('browser-door.mjs'))) throw new Error('Build first: npm run build');
export { expect } from '@playwright/test';
