import type { PatientSummary, ReviewCase, RoiDvh } from '../../src-shared/api/index.ts';
import { demoFiles, expect, test, type Workstation } from './workstation.ts';

/** From an empty library to the demo patient in Review, by upload, as a person would. */
async function openDemo(workstation: Workstation): Promise<void> {
  const { page } = workstation;
  await page.getByTestId('import-folder').setInputFiles(demoFiles());
  await expect(page.getByTestId('import-report')).toBeVisible();
  await expect(page.getByText('complete', { exact: true })).toBeVisible({ timeout: 90_000 });
  await page.getByRole('treeitem').first().click();
  await page.getByRole('button', { name: 'Review', exact: true }).last().click();
  await expect(page.getByTestId('viewport')).toHaveAttribute('data-complete', 'true', { timeout: 60_000 });
}

test('first start asks who is there, says what Fluence is not, and is not asked again', async ({
  workstation,
}) => {
  const { page } = workstation;
  await expect(page.getByText('Fluence is not a medical device.')).toBeVisible();
  await workstation.shoot('first-start');
  await workstation.begin();
  await expect(page.getByText('The library is empty.')).toBeVisible();
  await workstation.shoot('library-empty');
  await expect
    .poll(
      async () =>
        (await workstation.call<{ value: unknown }>('workstation', 'getSetting', { key: 'person' })).value,
    )
    .toEqual({ name: 'A. Muster', role: 'physicist' });
  await page.reload();
  await expect(page.getByText('The library is empty.')).toBeVisible();
  await expect(page.getByText('Welcome to Fluence')).toHaveCount(0);
});

test("import, report, review: pictures, structures and figures that equal the host's", async ({
  workstation,
}) => {
  const { page } = workstation;
  await workstation.begin();
  await openDemo(workstation);

  const banner = page.getByTestId('patient-banner');
  const { patients } = await workstation.call<{ patients: PatientSummary[] }>('library', 'tree', {
    search: '',
  });
  const patient = patients[0];
  if (!patient) throw new Error('the demo patient is not in the library');
  await expect(banner).toContainText(patient.id);

  // Slices by wheel, window by drag; the picture itself changes.
  const viewport = page.getByTestId('viewport');
  await expect(page.getByTestId('figures')).toBeVisible({ timeout: 90_000 });
  const box = await viewport.boundingBox();
  if (!box) throw new Error('the viewport has no place');
  const axial = { x: box.x + box.width * 0.25, y: box.y + box.height * 0.25 };
  const position = page.getByTestId('cursor-position');
  await page.mouse.move(axial.x, axial.y);
  const before = await position.textContent();
  await page.mouse.wheel(0, -100);
  await expect(position).not.toHaveText(before ?? '');
  const grey = await viewport.screenshot();
  await page.mouse.down();
  await page.mouse.move(axial.x + 90, axial.y + 40, { steps: 6 });
  await page.mouse.up();
  await expect(page.getByTestId('viewport-tools')).toContainText('Own window');
  expect(Buffer.compare(await viewport.screenshot(), grey)).not.toBe(0);
  await page.keyboard.press('1');
  await expect(page.getByTestId('viewport-tools')).toContainText('Soft tissue');
  await page.keyboard.press('2');
  await expect(page.getByTestId('viewport-tools')).toContainText('Lung');
  await page.keyboard.press('r');
  await expect(page.getByTestId('viewport-tools')).toContainText('Soft tissue');
  await expect(page.getByTestId('cursor-value')).toContainText('HU');

  // Each structure's D95 in the inspector is the host's.
  const review = await workstation.call<ReviewCase>('review', 'open', { uid: patient.studies[0]?.uid });
  const { suggested } = review;
  const plan = await workstation.call<{ prescribedDose: number }>('review', 'plan', { uid: suggested.plan });
  const { rois } = await workstation.call<{ rois: RoiDvh[] }>('review', 'dvh', {
    structures: suggested.structures,
    dose: suggested.dose,
    at: ['D95%', 'D0.5cc'],
    prescription: plan.prescribedDose,
  });
  for (const roi of rois.slice(0, 3)) {
    await page.getByTestId('structures').getByRole('option').filter({ hasText: roi.name }).first().click();
    await expect(page.getByTestId('figures')).toContainText((roi.values['D95%'] ?? 0).toFixed(2));
    await expect(page.locator(`.curve.selected[data-roi="${roi.number}"]`)).toHaveCount(1);
  }

  // A figure of one's own appears in the table, and an impossible one is answered with a sentence.
  await page.getByLabel('Another figure').fill('D0.5cc');
  await page.keyboard.press('Enter');
  const asked = rois[0];
  await expect(page.locator(`[data-figure="${asked?.name}/D0.5cc"]`)).toHaveText(
    (asked?.values['D0.5cc'] ?? 0).toFixed(2),
  );
  await page.getByLabel('Another figure').fill('D95furlong');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('is not a DVH figure');
  await workstation.shoot('review');

  // Where a figure comes from.
  await page.getByRole('button', { name: /^D95 %: / }).click();
  await expect(page.getByRole('dialog')).toContainText('half end caps');
  await workstation.shoot('review-origin');
  await page.keyboard.press('Escape');

  // The plan sheet, with control points on demand.
  await page.getByRole('tab', { name: 'Plan sheet' }).click();
  await page.getByTestId('plan-sheet').locator('tbody tr').first().click();
  await expect(page.getByText(/Control points of/)).toBeVisible();
  await workstation.shoot('review-plan-sheet');
});

test('the first plane is on screen before the whole volume has come', async ({ workstation }) => {
  const { page } = workstation;
  await workstation.begin();
  await page.getByTestId('import-folder').setInputFiles(demoFiles());
  await expect(page.getByText('complete', { exact: true })).toBeVisible({ timeout: 90_000 });
  await page.getByRole('treeitem').first().click();

  // All slabs of the image but the first are held back until the first plane has been seen.
  const { patients } = await workstation.call<{ patients: PatientSummary[] }>('library', 'tree', {
    search: '',
  });
  const image = patients[0]?.studies[0]?.series.find((series) => series.kind === 'image');
  const volume = await workstation.call<{
    data: { url: string; slabs: { index: number }[] };
    dimensions: number[];
  }>('review', 'volume', { uid: image?.uid, choice: null });
  expect(volume.data.slabs.length).toBeGreaterThan(1);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(
    (url) =>
      url.searchParams.has('slab') &&
      url.pathname.endsWith(volume.data.url.split('/').at(-1) ?? '') &&
      url.searchParams.get('slab') !== String(volume.data.slabs[0]?.index),
    async (route) => {
      await held;
      await route.continue();
    },
  );
  await page.getByRole('button', { name: 'Review', exact: true }).last().click();
  const viewport = page.getByTestId('viewport');
  await expect(viewport).toHaveAttribute('data-slices', /^\d+-\d+$/, { timeout: 60_000 });
  await expect(viewport).toHaveAttribute('data-complete', 'false');
  const [from, to] = ((await viewport.getAttribute('data-slices')) ?? '').split('-').map(Number);
  const slices = volume.dimensions[2] ?? 0;
  expect(from).toBeLessThanOrEqual(slices / 2);
  expect(to).toBeGreaterThan(slices / 2);
  expect((to ?? 0) - (from ?? 0)).toBeLessThan(slices);
  release();
  await expect(viewport).toHaveAttribute('data-complete', 'true', { timeout: 60_000 });
});

test('every key of the hand works, and all commands are in the palette', async ({ workstation }) => {
  const { page } = workstation;
  await workstation.begin();
  await openDemo(workstation);
  await expect(page.getByTestId('figures')).toBeVisible({ timeout: 90_000 });
  await page.mouse.move(720, 20);
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());

  const position = page.getByTestId('cursor-position');
  const start = await position.textContent();
  await page.keyboard.press('ArrowUp');
  await expect(position).not.toHaveText(start ?? '');
  await page.keyboard.press('ArrowDown');
  await expect(position).toHaveText(start ?? '');

  const selected = page.getByTestId('structures').locator('[aria-selected=true]');
  const first = await selected.textContent();
  await page.keyboard.press('ArrowRight');
  await expect(selected).not.toHaveText(first ?? '');

  await page.keyboard.press('d');
  await expect(page.getByTestId('cursor-dose')).toHaveCount(0);
  await page.keyboard.press('d');
  await page.keyboard.press(']');
  await expect(page.getByLabel('Opacity of the dose wash')).toHaveValue('43');
  await page.keyboard.press('[');
  await expect(page.getByLabel('Opacity of the dose wash')).toHaveValue('33');
  await page.keyboard.press('s');
  await expect(page.getByTestId('structures').locator('.row.hidden').first()).toBeVisible();
  await page.keyboard.press('s');

  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Side panel', { exact: true })).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Side panel', { exact: true })).toBeVisible();

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Dose on or off');
  await workstation.shoot('keys');
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('isod');
  await expect(page.getByRole('option', { name: /Edit isodose levels/ })).toBeVisible();
  await workstation.shoot('palette');
  await page.getByRole('combobox').fill('edit isod');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Isodose levels' })).toBeVisible();
  await workstation.shoot('review-levels');
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('light theme');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await workstation.shoot('review-light');
  await page.keyboard.press('Control+1');
  await expect(page.getByRole('tree')).toBeVisible();
  await workstation.shoot('library-light');
});
