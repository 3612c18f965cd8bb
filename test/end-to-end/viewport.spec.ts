import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
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
let server: Server;
let address: string;

test.beforeAll(async () => {
  await build({
    configFile: fileURLToPath(new URL('./viewportHarness.vite.config.ts', import.meta.url)),
  });
  server = createServer((request, response) => {
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
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/viewport/harness/index.html`;
});
test.afterAll(() => new Promise((resolve) => server.close(resolve)));

let errors: string[] = [];

test.beforeEach(async ({ page }) => {
  errors = [];
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
  await page.goto(address);
  await page.waitForFunction('window.harness !== undefined');
});
test.afterEach(() => expect(errors).toEqual([]));

const openPhantom = (page: Page): Promise<void> =>
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

const screenshot = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: test.info().outputPath(`${name}.png`) });

test('V6, V7: one 3D texture for all panes; a change of slice makes, uploads and compiles nothing', async ({
  page,
}) => {
  await openPhantom(page);
  const statistics = await page.evaluate(() => window.harness.viewport!.statistics());
  // The image and the dose.
  expect(statistics.volumeTextures).toBe(2);
  expect(await page.evaluate(() => [window.calls['createTexture'], window.calls['texStorage3D']])).toEqual([
    2, 2,
  ]);
  expect(statistics.textureFormat).toBe(process.env['VIEWPORT_GL'] === 'software' ? 'r32f' : 'r16');

  const result = await page.evaluate(async () => {
    const before = { ...window.calls };
    const times: number[] = [];
    const { viewport, timed } = window.harness;
    for (let n = 0; n < 40; n++) {
      const [x, y, z] = viewport!.state.crosshair;
      const t = 2 * n - 40;
      const crosshair = (
        [
          [x, y, 1 + t],
          [0.9 + t * 0.9, y, z],
          [x, 0.9 + t * 0.9, z],
        ] as const
      )[n % 3]!;
      const [setting, first] = await timed({ crosshair });
      times.push(setting! + (first ?? 0));
    }
    times.sort((a, b) => a - b);
    return { before, after: window.calls, median: times[20], p95: times[37] };
  });
  for (const name of Object.keys(result.after)) {
    if (name === 'drawArrays') expect(result.after[name]!).toBeGreaterThan(result.before[name]!);
    else expect({ [name]: result.after[name] }).toEqual({ [name]: result.before[name] });
  }
  console.log(
    `slice change, script time: median ${result.median?.toFixed(2)} ms, p95 ${result.p95?.toFixed(2)} ms`,
  );
});

test('V7: window, zoom, pan, turning, layout and levels make no texture and no shader', async ({ page }) => {
  await openPhantom(page);
  const { before, after } = await page.evaluate(async () => {
    const { change } = window.harness;
    const viewport = window.harness.viewport!;
    const textures = (): unknown[] =>
      ['createTexture', 'texStorage3D', 'texSubImage3D', 'texImage2D', 'compileShader'].map(
        (name) => window.calls[name],
      );
    const start = textures();
    const layers = viewport.state.layers;
    await change({
      layers: layers.map((l) =>
        l.kind === 'image' ? { ...l, window: { centre: 300, width: 900 }, inverted: true } : l,
      ),
    });
    await change({
      layers: layers.map((l) =>
        l.kind === 'dose' ? { ...l, levels: l.levels.slice(2), washOpacity: 0.6 } : l,
      ),
    });
    await change({ layers: layers.map((l) => (l.kind === 'dose' ? { ...l, visible: false } : l)) });
    await change({ layers });
    await change({
      cameras: { ...viewport.state.cameras, axial: { centre: [20, 0, 0], millimetresPerPixel: 0.3 } },
    });
    await change({
      cameras: {
        ...viewport.state.cameras,
        '3d': { position: [0, -900, 0], focus: [0, 0, 0], up: [0, 0, 1], millimetresPerPixel: 0.8 },
      },
    });
    for (const layout of ['one-and-three', 'coronal', '3d', 'four'] as const) await change({ layout });
    return { before: start, after: textures() };
  });
  expect(after).toEqual(before);
});

test('V20: after a lost context the picture is the same as before', async ({ page }) => {
  await openPhantom(page);
  const result = await page.evaluate(async () => {
    const viewport = window.harness.viewport!;
    const before = await window.harness.capture();
    const canvas = document.querySelector<HTMLCanvasElement>('.viewport > canvas')!;
    const lost = new Promise((resolve) => canvas.addEventListener('webglcontextlost', resolve));
    canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!.loseContext();
    await lost;
    await viewport.settled();
    const after = await window.harness.capture();
    return {
      same: before === after,
      length: before.length,
      statistics: viewport.statistics(),
      canvases: document.querySelectorAll('.viewport > canvas').length,
    };
  });
  expect(result.statistics.contextsLost).toBe(1);
  expect(result.statistics.volumeTextures).toBe(2);
  expect(result.canvases).toBe(1);
  expect(result.length).toBeGreaterThan(20_000);
  expect(result.same).toBe(true);
});

test('V20: the picture comes back in the same way on the screen, again and again', async ({ page }) => {
  await openPhantom(page);
  const before = await screenshot(page, 'before');
  for (let n = 0; n < 3; n++) {
    await page.evaluate(async () => {
      const canvas = document.querySelector<HTMLCanvasElement>('.viewport > canvas')!;
      const lost = new Promise((resolve) => canvas.addEventListener('webglcontextlost', resolve));
      canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!.loseContext();
      await lost;
      await window.harness.viewport!.settled();
    });
  }
  const after = await screenshot(page, 'after');
  expect(after.equals(before)).toBe(true);
});

/** Markers of different values at left, anterior and superior of the middle, with none on the other sides. */
const openMarkers = (page: Page, turned: number): Promise<void> =>
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
const grey = (
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

test('V1, V2: left, anterior and superior are where they belong', async ({ page }) => {
  await openMarkers(page, 0);
  const expected: readonly ['axial' | 'sagittal' | 'coronal', [number, number, number], number][] = [
    ['axial', [50, 1, 1.5], 255],
    ['axial', [-50, 1, 1.5], 0],
    ['axial', [1, -50, 1.5], 153],
    ['axial', [1, 50, 1.5], 0],
    ['sagittal', [1, -50, 1.5], 153],
    ['sagittal', [1, 50, 1.5], 0],
    ['sagittal', [1, 1, 48], 77],
    ['sagittal', [1, 1, -48], 0],
    ['coronal', [50, 1, 1.5], 255],
    ['coronal', [-50, 1, 1.5], 0],
    ['coronal', [1, 1, 48], 77],
    ['coronal', [1, 1, -48], 0],
  ];
  for (const [pane, point, value] of expected)
    expect(Math.abs((await grey(page, pane, point)) - value)).toBeLessThanOrEqual(1);
  // And on the right side of the screen, not only by our own geometry: left at right, anterior up, superior up.
  const half = await page.evaluate(async () => {
    const brightest = async (
      pane: 'axial' | 'sagittal' | 'coronal',
      value: number,
    ): Promise<[number, number]> => {
      const bitmap = await createImageBitmap(await window.harness.viewport!.capture(pane));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height),
        context = canvas.getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      let x = 0,
        y = 0,
        count = 0;
      for (let n = 0; n < data.length; n += 4) {
        if (Math.abs(data[n]! - value) > 2 || data[n] !== data[n + 1]) continue;
        x += (n / 4) % bitmap.width;
        y += Math.floor(n / 4 / bitmap.width);
        count++;
      }
      return [x / count / bitmap.width, y / count / bitmap.height];
    };
    return {
      left: (await brightest('axial', 255))[0],
      leftCoronal: (await brightest('coronal', 255))[0],
      anterior: (await brightest('axial', 153))[1],
      anteriorSagittal: (await brightest('sagittal', 153))[0],
      superior: (await brightest('sagittal', 77))[1],
    };
  });
  expect(half.left).toBeGreaterThan(0.55);
  expect(half.leftCoronal).toBeGreaterThan(0.55);
  expect(half.anterior).toBeLessThan(0.45);
  expect(half.anteriorSagittal).toBeLessThan(0.45);
  expect(half.superior).toBeLessThan(0.45);
});

test('V1, V4: an oblique volume shows its markers at their patient coordinates', async ({ page }) => {
  await openMarkers(page, 12);
  for (const [pane, point] of [
    ['axial', [50, 1, 1.5]],
    ['coronal', [50, 1, 1.5]],
    ['sagittal', [1, 1, 48]],
  ] as const) {
    await page.evaluate((at) => window.harness.change({ crosshair: at }), [...point] as [
      number,
      number,
      number,
    ]);
    const value = await grey(page, pane, [...point]);
    expect(Math.abs(value - (pane === 'sagittal' ? 77 : 255))).toBeLessThanOrEqual(1);
  }
  await screenshot(page, 'oblique');
});

test.describe('at one and a half device pixels', () => {
  test.use({ deviceScaleFactor: 1.5 });

  test('V4: picture and overlays keep together', async ({ page }) => {
    await openMarkers(page, 0);
    expect(await grey(page, 'axial', [50, 1, 1.5])).toBe(255);
    expect(await grey(page, 'axial', [50, 13, 1.5])).toBe(255);
    expect(await grey(page, 'axial', [50, 18, 1.5])).toBe(0);
    expect(await grey(page, 'coronal', [50, 1, 12])).toBe(255);
    const size = await page.evaluate(async () => {
      const bitmap = await createImageBitmap(await window.harness.viewport!.capture());
      return [bitmap.width, bitmap.height];
    });
    expect(size).toEqual([2160, 1350]);
    await openPhantom(page);
    await screenshot(page, 'dense');
  });
});

test('V8: padding is black and does not bleed; beyond the volume is black', async ({ page }) => {
  const values = await page.evaluate(async () => {
    const { phantom, open, pixel } = window.harness;
    const grid = phantom.axialGrid([20, 20, 20], [10, 10, 10], [-95, -95, -95]);
    const image = phantom.phantomImage(grid, (x) => (x > 0 ? 3000 : 50), false);
    const layer = { ...image, window: { centre: 50, width: 100 }, padding: { from: 3000, to: 3000 } };
    await open([layer], { layout: 'axial', showOverlays: false, showCrosshair: false });
    const box = document.querySelector<HTMLElement>('[data-pane="axial"]')!;
    const s = window.harness.viewport!.state.cameras.axial.millimetresPerPixel;
    const at = (x: number, y: number): Promise<number[]> =>
      pixel('axial', box.clientWidth / 2 + x / s, box.clientHeight / 2 + y / s);
    return [await at(-20.5, 3), await at(-1.5, 3), await at(1.5, 3), await at(30, 3), await at(-103, 3)].map(
      (p) => p[0],
    );
  });
  expect(values.map((value) => (value! > 2 ? Math.abs(value! - 128) <= 1 : 0))).toEqual([
    true,
    true,
    0,
    0,
    0,
  ]);
});

test('V13: the wash of a dose shifted by half a voxel and turned ends where the dose reaches the level', async ({
  page,
}) => {
  for (const degrees of [0, 14]) {
    const edges = await page.evaluate(async (turn) => {
      const { phantom, open } = window.harness;
      const ct = phantom.axialGrid([100, 100, 50], [2, 2, 2], [-99, -99, -49]);
      const straight = phantom.axialGrid([70, 70, 40], [2.5, 2.5, 2.5], [-87.25, -86.1, -48.4]);
      const grid = turn === 0 ? straight : phantom.turnedGrid(straight, turn);
      const layer = phantom.phantomDose(grid, (x) => 50 + x);
      const dose = {
        ...layer,
        levels: [{ dose: 60.4, colour: '#ff0000', visible: true }],
        washOpacity: 1,
        lines: false,
      };
      await open([phantom.phantomImage(ct, () => 40, false), dose], {
        layout: 'axial',
        showOverlays: false,
        showCrosshair: false,
      });
      const viewport = window.harness.viewport!;
      await window.harness.change({
        crosshair: [1, 1, 1],
        cameras: { ...viewport.state.cameras, axial: { centre: [0, 0, 1], millimetresPerPixel: 0.05 } },
      });
      const bitmap = await createImageBitmap(await viewport.capture('axial'));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height),
        context = canvas.getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      const row = context.getImageData(0, Math.round(bitmap.height / 2), bitmap.width, 1).data;
      const first = [...Array(bitmap.width).keys()].find((x) => row[4 * x]! > 250 && row[4 * x + 1]! < 5)!;
      return (first - bitmap.width / 2) * 0.05;
    }, degrees);
    // One pixel is 0.05 mm; the frame line and rounding take another.
    expect(Math.abs(edges - 10.4)).toBeLessThan(0.11);
  }
});

test('V13: the wash stops at the box of voxel centres and at missing values', async ({ page }) => {
  const red = await page.evaluate(async () => {
    const { phantom, open, pixel } = window.harness;
    const ct = phantom.axialGrid([100, 100, 50], [2, 2, 2], [-99, -99, -49]);
    const grid = phantom.axialGrid([13, 13, 13], [10, 10, 10], [-60, -60, -60]);
    const layer = phantom.phantomDose(grid, (x, y) => (x === 30 && y === 0 ? NaN : 70));
    await open(
      [
        phantom.phantomImage(ct, () => -1000, false),
        { ...layer, levels: [{ dose: 60, colour: '#ff0000', visible: true }], washOpacity: 1, lines: false },
      ],
      { layout: 'axial', showOverlays: false, showCrosshair: false },
    );
    const box = document.querySelector<HTMLElement>('[data-pane="axial"]')!;
    const { millimetresPerPixel: s, centre } = window.harness.viewport!.state.cameras.axial;
    const at = async (x: number, y: number): Promise<number> =>
      (
        await pixel(
          'axial',
          box.clientWidth / 2 + (x - centre[0]) / s,
          box.clientHeight / 2 + (y - centre[1]) / s,
        )
      )[0]!;
    return [
      await at(0, 0),
      await at(59, 0),
      await at(61, 0),
      await at(0, -59),
      await at(0, -61),
      await at(30, 3),
      await at(38, 3),
      await at(42, 3),
    ];
  });
  expect(red).toEqual([255, 255, 0, 255, 0, 0, 0, 255]);
});

test('V15: outlines lie on the structure in all three planes', async ({ page }) => {
  const hits = await page.evaluate(async () => {
    const { phantom, open, pixel } = window.harness;
    const ct = phantom.axialGrid([100, 100, 50], [2, 2, 2], [-99, -99, -49]);
    const shape = { name: 'Box', colour: '#00ff00', cx: 30, cy: -10, rx: 20, ry: 12, from: -21, to: 21 };
    const roi = phantom.tube(1, shape, 2, true);
    // A cylinder with no taper: every contour like the middle one.
    const ring = roi.contours[10]!.points;
    const contours = roi.contours.map((c) => ({
      ...c,
      points: ring.map((v, n) => (n % 3 === 2 ? c.points[2]! : v)),
    }));
    const right = Math.max(...ring.filter((_, n) => n % 3 === 0)),
      back = Math.max(...ring.filter((_, n) => n % 3 === 1));
    await open(
      [
        phantom.phantomImage(ct, () => -1000, false),
        { kind: 'contours', id: 'c', visible: true, rois: [{ ...roi, contours, fillOpacity: 0 }] },
      ],
      { showOverlays: false, showCrosshair: false },
    );
    await window.harness.change({ crosshair: [31, -11, 1] });
    const green = async (
      pane: 'axial' | 'sagittal' | 'coronal',
      point: readonly [number, number, number],
    ): Promise<boolean> => {
      const plane = window.harness.viewport!.plane(pane),
        camera = window.harness.viewport!.state.cameras[pane];
      const box = document.querySelector<HTMLElement>(`[data-pane="${pane}"]`)!;
      const along = (axis: readonly number[]): number =>
        axis.reduce((sum, part, n) => sum + part * (point[n]! - camera.centre[n]!), 0) /
        camera.millimetresPerPixel;
      const [r, g] = await pixel(
        pane,
        box.clientWidth / 2 + along(plane.u),
        box.clientHeight / 2 + along(plane.v),
      );
      return g! > 120 && r! < 60;
    };
    // Half a slice distance of end cap: the ends lie at ± 22.
    return [
      await green('axial', [right, -10, 1]),
      await green('axial', [30, back, 1]),
      await green('axial', [30, -10, 1]),
      await green('coronal', [right, -11, 0.5]),
      await green('coronal', [30, -11, 22]),
      await green('coronal', [30, -11, -22]),
      await green('coronal', [30, -11, 27]),
      await green('sagittal', [31, back, 0.5]),
      await green('sagittal', [31, -10, 22]),
      await green('sagittal', [31, -10, 0]),
    ];
  });
  expect(hits).toEqual([true, true, false, true, true, true, false, true, true, false]);
});

test('V17: hands: wheel, drag, right drag, double click and slice bar', async ({ page }) => {
  await openPhantom(page);
  const state = () =>
    page.evaluate(() => {
      const { crosshair, cameras, layers, activePane } = window.harness.viewport!.state;
      const image = layers[0]!;
      return { crosshair, cameras, activePane, window: image.kind === 'image' ? image.window : null };
    });
  const start = await state();
  await page.mouse.move(350, 220);
  await page.mouse.wheel(0, -100);
  expect((await state()).crosshair[2]).toBeCloseTo(start.crosshair[2] + 2, 6);
  await page.mouse.down();
  await page.mouse.move(420, 220, { steps: 4 });
  // Out of the pane and even the window's edge: the drag stays with its pane.
  await page.mouse.move(500, 220, { steps: 4 });
  await page.mouse.up();
  const windowed = await state();
  expect(windowed.window!.width).toBe(600);
  expect(windowed.window!.centre).toBe(40);
  await page.mouse.move(1000, 220);
  await page.mouse.down({ button: 'right' });
  await page.mouse.move(1000, 120, { steps: 5 });
  await page.mouse.up({ button: 'right' });
  const zoomed = await state();
  expect(zoomed.activePane).toBe('sagittal');
  expect(zoomed.cameras.axial.millimetresPerPixel).toBeCloseTo(
    start.cameras.axial.millimetresPerPixel / 2,
    6,
  );
  await page.mouse.dblclick(300, 650);
  const centred = await state();
  expect(centred.cameras.axial.centre).toEqual(centred.crosshair);
  expect(centred.window).toEqual(windowed.window);
  await page.mouse.move(708, 870);
  await page.mouse.click(707, 408);
  expect((await state()).crosshair[2]).toBeLessThan(-100);
  await page.keyboard.down('Space');
  await page.mouse.move(300, 200);
  await page.mouse.down();
  await page.mouse.move(340, 200, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up('Space');
  const panned = await state();
  expect(panned.cameras.axial.centre[0]).toBeCloseTo(
    centred.cameras.axial.centre[0] - 40 * centred.cameras.axial.millimetresPerPixel,
    6,
  );
  expect(panned.window).toEqual(windowed.window);
  await page.evaluate(() => window.harness.viewport!.settled());
  await screenshot(page, 'hands');
});

test('V5, V10: empty, without size, reduced and scaled', async ({ page }) => {
  const notices = await page.evaluate(async () => {
    const { phantom, open } = window.harness;
    await open([]);
    const empty = window.harness.viewport!.statistics();
    const grid = phantom.axialGrid([90, 90, 60], [4, 4, 4], [-178, -178, -118]);
    await open([phantom.phantomImage(grid)], {}, { maximumTextureSize: 64 });
    const notice = window.harness.viewport!.notices();
    const element = document.getElementById('viewport')!;
    element.style.width = '0px';
    await new Promise((resolve) => setTimeout(resolve, 50));
    await window.harness.viewport!.settled();
    element.style.width = '700px';
    element.style.height = '500px';
    await new Promise((resolve) => setTimeout(resolve, 50));
    await window.harness.viewport!.settled();
    const canvas = document.querySelector<HTMLCanvasElement>('.viewport > canvas')!;
    return { empty, notice, size: [canvas.width, canvas.height] };
  });
  expect(notices.empty.volumeTextures).toBe(0);
  expect(notices.notice).toHaveLength(1);
  expect(notices.notice[0]).toContain('2 × 2 × 1');
  expect(notices.size).toEqual([700, 500]);
  await screenshot(page, 'reduced');
});

test('V8: slices appear as they arrive', async ({ page }) => {
  const greys = await page.evaluate(async () => {
    const { phantom, open, change, pixel } = window.harness;
    const grid = phantom.axialGrid([40, 40, 40], [4, 4, 4], [-78, -78, -78]);
    const image = { ...phantom.phantomImage(grid, () => 240, false), present: [15, 25] as const };
    await open([image], { layout: 'coronal', showOverlays: false, showCrosshair: false });
    const box = document.querySelector<HTMLElement>('[data-pane="coronal"]')!;
    const s = window.harness.viewport!.state.cameras.coronal.millimetresPerPixel;
    const at = async (z: number): Promise<number> =>
      (await pixel('coronal', box.clientWidth / 2, box.clientHeight / 2 - z / s))[0]!;
    const before = [await at(0), await at(30), await at(-30)];
    await change({ layers: [{ ...image, present: [5, 40] }] });
    const during = [await at(0), await at(30), await at(-30), await at(-70)];
    await change({ layers: [{ ...image, present: [0, 40] }] });
    return [before, during, [await at(-70)]];
  });
  expect(greys).toEqual([[255, 0, 0], [255, 255, 255, 0], [255]]);
});

test('V21: disposing frees textures and elements', async ({ page }) => {
  await openPhantom(page);
  const left = await page.evaluate(() => {
    const viewport = window.harness.viewport!;
    viewport.dispose();
    viewport.dispose();
    return {
      textures: viewport.statistics().volumeTextures,
      elements: document.getElementById('viewport')!.childElementCount,
      deleted: window.calls['deleteTexture'],
    };
  });
  expect(left.textures).toBe(0);
  expect(left.elements).toBe(0);
  expect(left.deleted).toBe(2);
});

test('what it looks like', async ({ page }) => {
  await openPhantom(page);
  await screenshot(page, 'four');
  await page.evaluate(() => window.harness.change({ layout: 'one-and-three' }));
  await page.evaluate(() => window.harness.fit());
  await screenshot(page, 'one-and-three');
  await page.evaluate(() => window.harness.change({ layout: '3d', activePane: '3d' }));
  await screenshot(page, '3d');
  const size = await page.evaluate(async () => {
    const bitmap = await createImageBitmap(await window.harness.viewport!.capture());
    return [bitmap.width, bitmap.height];
  });
  expect(size).toEqual([1440, 900]);
});
