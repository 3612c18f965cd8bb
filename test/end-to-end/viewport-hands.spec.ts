import { expect, openPhantom, screenshot, test } from './viewportHarness.ts';

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
