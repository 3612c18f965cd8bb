import { expect, openPhantom, screenshot, test } from './viewportHarness.ts';

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
