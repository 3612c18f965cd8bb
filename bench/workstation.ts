import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';

const browserProgram = process.env['FLUENCE_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** Mesa's renderer has 16-bit textures; Chromium's own has not. */
const GRAPHICS = { mesa: ['--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'], swiftshader: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] };
export type Graphics = keyof typeof GRAPHICS;

export interface OpenWorkstation {
  readonly page: Page;
  /** Of the host and of the browser: all others are their children. */
  readonly pids: readonly [number, number];
  close(): Promise<void>;
}

async function startHost(library: string): Promise<{ host: ChildProcess; url: string }> {
  const program = fileURLToPath(new URL('../dist/host/browser-door.mjs', import.meta.url));
  if (!existsSync(program)) throw new Error('Build first: npm run build');
  const host = spawn(process.execPath, [program, '--library', library], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = (await once(host.stdout, 'data')) as [Buffer];
  return { host, url: first.toString().trim() };
}

/** The built host on a library, and its window in a real browser, past the first start. */
export async function openWorkstation(library: string, graphics: Graphics): Promise<OpenWorkstation> {
  const { host, url } = await startHost(library);
  const server = await chromium.launchServer({ ...(existsSync(browserProgram) ? { executablePath: browserProgram } : {}), args: [...FLAGS, ...GRAPHICS[graphics]] });
  const browser = await chromium.connect(server.wsEndpoint());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  const name = page.getByLabel('Your name');
  await name.or(page.getByRole('tree')).first().waitFor();
  if (await name.isVisible()) {
    await name.fill('Bench');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
  }
  await page.waitForTimeout(1500);
  return {
    page,
    pids: [host.pid ?? 0, server.process().pid ?? 0],
    async close() {
      await browser.close();
      await server.close();
      host.kill('SIGTERM');
      await once(host, 'exit');
    },
  };
}
