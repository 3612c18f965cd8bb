import { expect, test } from './viewportHarness.ts';

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
