import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';

const browserProgram = process.env['FLUENCE_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Mesa's renderer has 16-bit textures; Chromium's own has not. */
const GRAPHICS = {
  mesa: ['--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'],
  swiftshader: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
};
export type Graphics = keyof typeof GRAPHICS;

export interface OpenWorkstation {
  /** Of the host and of the browser: all others are their children. */
  readonly pids: readonly [number, number];
  /** Does something to the window, and lets go of it again: whoever holds it by its debugger makes it keep what it fetched. */
  work<T>(what: (page: Page) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

async function startHost(
  library: string,
  chosen: string | undefined,
): Promise<{ host: ChildProcess; url: string }> {
  const program = fileURLToPath(new URL('../../dist/host/browser-door.mjs', import.meta.url));
  if (!existsSync(program)) throw new Error('Build first: npm run build');
  const answering = fileURLToPath(new URL('dialogueDoor.ts', import.meta.url));
  const command = chosen === undefined ? [program, '--library', library] : [answering, library, chosen];
  const host = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = (await once(host.stdout, 'data')) as [Buffer];
  return { host, url: first.toString().trim() };
}

async function startBrowser(
  profile: string,
  graphics: Graphics,
): Promise<{ browser: ChildProcess; endpoint: string }> {
  const program = existsSync(browserProgram) ? browserProgram : chromium.executablePath();
  const flags = [
    ...FLAGS,
    ...GRAPHICS[graphics],
    '--headless=new',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    '--window-size=1440,1000',
    'about:blank',
  ];
  const browser = spawn(program, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  const endpoint = await new Promise<string>((resolve) => {
    let text = '';
    browser.stderr.on('data', (part: Buffer) => {
      text += part.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(text);
      if (found?.[1]) resolve(found[1]);
    });
  });
  return { browser, endpoint };
}

/**
 * The host on a library, and its window in a real browser, past the first start. With `chosen` the host has a dialogue
 * for files, as at the Electron door, which is answered at once with this folder.
 */
export async function openWorkstation(
  library: string,
  graphics: Graphics,
  chosen?: string,
): Promise<OpenWorkstation> {
  const { host, url } = await startHost(library, chosen);
  const profile = mkdtempSync(join(tmpdir(), 'fluence-browser-'));
  const { browser, endpoint } = await startBrowser(profile, graphics);
  const work = async <T>(what: (page: Page) => Promise<T>): Promise<T> => {
    const connected = await chromium.connectOverCDP(endpoint);
    const page = connected.contexts()[0]?.pages()[0];
    if (!page) throw new Error('the browser has no page');
    const answer = await what(page);
    await connected.close();
    return answer;
  };
  const end = async (child: ChildProcess): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  const close = async (): Promise<void> => {
    await end(browser);
    await end(host);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  const begin = (): Promise<void> =>
    work(async (page) => {
      await page.goto(url);
      await page.getByTestId('import-folder').waitFor({ state: 'attached' });
      // The first start would cover the library and take the clicks.
      await page.evaluate(async () => {
        const answer = await fetch('/api/workstation/setSetting', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ key: 'person', value: { name: 'Bench', role: 'physicist' } }),
        });
        const { ok } = (await answer.json()) as { ok: boolean };
        if (!ok) throw new Error('the setting was not taken');
      });
      await page.reload();
      await page.getByTestId('import-folder').waitFor({ state: 'attached' });
    });
  try {
    await begin();
  } catch (error) {
    await close();
    throw error;
  }
  return { pids: [host.pid ?? 0, browser.pid ?? 0], work, close };
}
