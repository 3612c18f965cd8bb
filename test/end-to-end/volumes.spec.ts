import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TWO_PASSES, writeTwoPasses } from '../builders/twoPasses.ts';
import { expect, test } from './workstation.ts';

test('a series of several volumes: each can be shown, and the choice is kept', async ({ workstation }) => {
  const { page } = workstation;
  const folder = mkdtempSync(join(tmpdir(), 'fluence-passes-'));
  try {
    writeTwoPasses(folder);
    await workstation.begin();
    await page.getByTestId('import-folder').setInputFiles(folder);
    await expect(page.getByText('complete', { exact: true })).toBeVisible({ timeout: 60_000 });
  } finally {
    rmSync(folder, { recursive: true });
  }
  await page.getByRole('treeitem').first().click();
  await page.getByRole('button', { name: 'Review', exact: true }).last().click();
  const value = page.getByTestId('cursor-value');
  await expect(page.getByTestId('viewport')).toHaveAttribute('data-complete', 'true', { timeout: 60_000 });
  await expect(value).toHaveText(/^(40|900)\s*HU$/);
  const first = await value.innerText();
  const other = first.startsWith('40') ? /^900\s*HU$/ : /^40\s*HU$/;

  await page.getByRole('button', { name: 'Volume 1 of 2' }).click();
  await workstation.shoot('review-volumes-menu');
  await page.getByRole('menuitem', { name: /^2\s+Axial, 12 slices/ }).click();
  await expect(page.getByRole('button', { name: 'Volume 2 of 2' })).toBeVisible();
  await expect(value).toHaveText(other);
  await workstation.shoot('review-volume-two');

  // Kept with the study, also over a reload of the window.
  const key = `review.case.${TWO_PASSES.study}`;
  await expect
    .poll(
      async () => (await workstation.call<{ value: unknown }>('workstation', 'getSetting', { key })).value,
    )
    .toMatchObject({ volume: { of: TWO_PASSES.series, number: 2 } });
  await page.reload();
  await expect(page.getByRole('button', { name: 'Volume 2 of 2' })).toBeVisible();
  await expect(value).toHaveText(other);

  // And by the palette, round and round.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('next volume');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Volume 1 of 2' })).toBeVisible();
  await expect(value).toHaveText(first);
});
