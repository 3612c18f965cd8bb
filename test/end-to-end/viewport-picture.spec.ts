import { expect, grey, openMarkers, openPhantom, screenshot, test } from './viewportHarness.ts';

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
    const { millimetresPerPixel: s, centre } = window.harness.viewport!.state.cameras.axial;
    const at = (x: number, y: number): Promise<number[]> =>
      pixel('axial', box.clientWidth / 2 + (x - centre[0]) / s, box.clientHeight / 2 + (y - centre[1]) / s);
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
