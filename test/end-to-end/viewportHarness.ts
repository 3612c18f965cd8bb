import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type Page } from '@playwright/test';
import { build } from 'vite';
import type { Harness } from '../../src-renderer/viewport/harness/harness.ts';

declare global {
  interface Window {
    harness: Harness;
    calls: Record<string, number>;
  }
}

const root = fileURLToPath(new URL('../../.cache/viewport-harness', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** The page of the viewport alone, built once and open in each test; a test in which it throws fails. */
export const test = base.extend<{ harnessPage: undefined }, { harnessAddress: string }>({
  harnessAddress: [
    async ({ browser }, use) => {
      expect(browser.isConnected()).toBe(true);
      await build({
        configFile: fileURLToPath(new URL('./viewportHarness.vite.config.ts', import.meta.url)),
      });
      const server = createServer((request, response) => {
        const path = join(
          root,
          normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)),
        );
        if (!path.startsWith(root) || !existsSync(path) || extname(path) === '') {
          response.writeHead(404).end();
          return;
        }
        response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
        createReadStream(path).pipe(response);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/viewport/harness/index.html`);
      await new Promise((resolve) => server.close(resolve));
    },
    { scope: 'worker' },
  ],
  harnessPage: [
    async ({ page, harnessAddress }, use) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      // Every GL call of the page is counted, whoever makes it.
      await page.addInitScript(() => {
        window.calls = {};
        const context = WebGL2RenderingContext.prototype as unknown as Record<string, unknown>;
        for (const name of [
          'createTexture',
          'deleteTexture',
          'texImage2D',
          'texImage3D',
          'texSubImage2D',
          'texSubImage3D',
          'texStorage2D',
          'texStorage3D',
          'copyTexImage2D',
          'compressedTexImage3D',
          'createShader',
          'compileShader',
          'linkProgram',
          'createBuffer',
          'bufferData',
          'drawArrays',
        ]) {
          const original = context[name] as (...parameters: unknown[]) => unknown;
          context[name] = function counted(this: unknown, ...parameters: unknown[]) {
            window.calls[name] = (window.calls[name] ?? 0) + 1;
            return original.apply(this, parameters);
          };
        }
      });
      await page.goto(harnessAddress);
      await page.waitForFunction('window.harness !== undefined');
      await use(undefined);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

export const openPhantom = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { phantom, open } = window.harness;
    const ct = phantom.axialGrid([200, 200, 120], [1.8, 1.8, 2], [-179.1, -179.1, -119]);
    const dose = phantom.axialGrid([110, 80, 70], [3, 3, 3], [-163.7, -118.2, -103.4]);
    await open([
      phantom.phantomImage(ct),
      phantom.phantomDose(dose, phantom.boxDose),
      phantom.phantomContours(2),
      phantom.phantomMarkers,
    ]);
  });

export const screenshot = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: test.info().outputPath(`${name}.png`) });

/** Markers of different values at left, anterior and superior of the middle, with none on the other sides. */
export const openMarkers = (page: Page, turned: number): Promise<void> =>
  page.evaluate(async (degrees) => {
    const { phantom, open } = window.harness;
    const straight = phantom.axialGrid([100, 100, 60], [2, 2, 3], [-99, -99, -88.5]);
    const grid = degrees === 0 ? straight : phantom.turnedGrid(straight, degrees);
    const near = (x: number, y: number, z: number, at: readonly [number, number, number]): boolean =>
      Math.hypot(x - at[0], y - at[1], z - at[2]) < 14;
    const image = phantom.phantomImage(
      grid,
      (x, y, z) => {
        if (near(x, y, z, [50, 1, 1.5])) return 1000;
        if (near(x, y, z, [1, -50, 1.5])) return 600;
        if (near(x, y, z, [1, 1, 48])) return 300;
        return -1000;
      },
      false,
    );
    await open([{ ...image, window: { centre: 500, width: 1000 } }], {
      showOverlays: false,
      showCrosshair: false,
      crosshair: [1, 1, 1.5],
    });
  }, turned);

/** Grey of a patient point in a pane; null where it is outside. */
export const grey = (
  page: Page,
  pane: 'axial' | 'sagittal' | 'coronal',
  point: [number, number, number],
): Promise<number> =>
  page.evaluate(
    async ([kind, at]) => {
      const { viewport, pixel } = window.harness;
      const plane = viewport!.plane(kind),
        camera = viewport!.state.cameras[kind];
      const box = document.querySelector<HTMLElement>(`[data-pane="${kind}"]`)!;
      const along = (axis: readonly number[]): number =>
        axis.reduce((sum, part, n) => sum + part * (at[n]! - camera.centre[n]!), 0) /
        camera.millimetresPerPixel;
      const [red] = await pixel(
        kind,
        box.clientWidth / 2 + along(plane.u),
        box.clientHeight / 2 + along(plane.v),
      );
      return red!;
    },
    [pane, point] as const,
  );
