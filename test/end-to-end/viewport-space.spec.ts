import { expect, openPhantom, test } from './viewportHarness.ts';

test('V12: structures become surfaces, and hidden ones go; the image of the planes stays', async ({
  page,
}) => {
  await openPhantom(page);
  const shares = await page.evaluate(async () => {
    const { viewport, change, runner, open } = window.harness;
    const layers = viewport!.state.layers;
    /** Part of the 3D pane that is coloured. */
    const coloured = async (): Promise<number> => {
      const bitmap = await createImageBitmap(await window.harness.viewport!.capture('3d'));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height),
        context = canvas.getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      let count = 0;
      for (let n = 0; n < data.length; n += 4)
        if (
          Math.max(data[n]!, data[n + 1]!, data[n + 2]!) - Math.min(data[n]!, data[n + 1]!, data[n + 2]!) >
          60
        )
          count++;
      return count / (bitmap.width * bitmap.height);
    };
    const only = layers.filter((layer) => layer.kind !== 'dose' && layer.kind !== 'markers');
    await open(only, { showOverlays: false });
    const lines = await coloured();
    await open(only, { showOverlays: false }, { runner });
    for (let n = 0; n < 100 && (await coloured()) < 1.3 * lines; n++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const surfaces = await coloured();
    await change({ layers: only.map((l) => (l.kind === 'contours' ? { ...l, visible: false } : l)) });
    return { lines, surfaces, none: await coloured() };
  });
  expect(shares.lines).toBeGreaterThan(0.005);
  expect(shares.surfaces).toBeGreaterThan(1.3 * shares.lines);
  expect(shares.none).toBeLessThan(0.002);
});

test('V23, V24: the first view is fitted to the body; the legend keeps its place while slices go by', async ({
  page,
}) => {
  await openPhantom(page);
  const result = await page.evaluate(async () => {
    const { viewport, change } = window.harness;
    const axial = document.querySelector('[data-pane=axial] canvas:last-child') as HTMLCanvasElement;
    const labels = (): string => axial.toDataURL();
    const before = labels();
    const { crosshair } = viewport!.state;
    await change({ crosshair: [crosshair[0], crosshair[1], crosshair[2] + 40] });
    const same = labels() === before;
    await change({ layout: 'axial' });
    await window.harness.fit();
    return { same, shown: 900 * viewport!.state.cameras.axial.millimetresPerPixel };
  });
  expect(result.same).toBe(true);
  // The body is 210 mm deep, in a volume of 360 mm.
  expect(result.shown).toBeGreaterThan(215);
  expect(result.shown).toBeLessThan(265);
});
