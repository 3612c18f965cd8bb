import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportReport, Job } from '../../src-shared/api/index.ts';
import { demoFiles, expect, test } from './workstation.ts';

/** Every file of a folder, whatever its depth. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** A folder with a text file, an empty file and a slice cut short, beside one that is whole. */
function badFolder(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'fluence-bad-')), 'Clinic export');
  mkdirSync(folder);
  const slice = filesOf(demoFiles())
    .map((file) => ({ file, bytes: readFileSync(file) }))
    .find(({ bytes }) => bytes.length > 60_000);
  if (!slice) throw new Error('the demo patient has no slice');
  writeFileSync(join(folder, 'notes.txt'), 'Not an image.');
  writeFileSync(join(folder, 'empty.dcm'), '');
  writeFileSync(join(folder, 'cut.dcm'), slice.bytes.subarray(0, Math.floor(slice.bytes.length / 2)));
  writeFileSync(join(folder, 'whole.dcm'), slice.bytes);
  return folder;
}

test('files that cannot be taken are told one by one, with what to do', async ({ workstation }) => {
  const { page } = workstation;
  await workstation.begin();
  await page.getByTestId('import-folder').setInputFiles(badFolder());
  await expect(page.getByText('complete', { exact: true })).toBeVisible({ timeout: 60_000 });
  const { reports } = await workstation.call<{ reports: ImportReport[] }>('library', 'reports', {});
  const report = reports[0];
  if (!report) throw new Error('there is no report');
  expect(report.refused).toHaveLength(3);
  const table = page.getByTestId('import-report');
  for (const item of report.refused) {
    await expect(table).toContainText(item.reason);
    await expect(table).toContainText(item.advice);
  }
  await workstation.shoot('library-report');

  // The report can be taken away, and stays.
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the report as CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  for (const item of report.refused) expect(csv).toContain(item.code);
  await page.reload();
  await page
    .getByRole('button', { name: /Clinic export/ })
    .first()
    .click();
  await expect(table).toContainText(report.refused[0]?.reason ?? '');
});

test('an import goes on while the window is loaded again, and can be seen in the status line', async ({
  workstation,
}) => {
  const { page } = workstation;
  await workstation.begin();
  await page.getByTestId('import-folder').setInputFiles(demoFiles());
  // As soon as the host has the job, the window goes away and comes back.
  await expect
    .poll(async () => (await workstation.call<{ jobs: Job[] }>('jobs', 'list', {})).jobs.length, {
      timeout: 60_000,
      intervals: [20],
    })
    .toBe(1);
  await page.reload();
  await expect(page.getByRole('treeitem').first()).toBeVisible({ timeout: 90_000 });
  await expect
    .poll(async () => (await workstation.call<{ jobs: Job[] }>('jobs', 'list', {})).jobs[0]?.state, {
      timeout: 90_000,
    })
    .toBe('done');
  await page.getByRole('contentinfo').getByRole('button').first().click();
  await expect(page.getByRole('dialog', { name: 'Jobs' })).toContainText('done');
  await workstation.shoot('jobs');
  await page.keyboard.press('Escape');

  // Search finds and misses; the trash gives back what it took, and so does undo.
  await page.getByLabel('Search the library').fill('no such person');
  await expect(page.getByText('No patient fits.')).toBeVisible();
  await page.getByRole('button', { name: 'Show all patients' }).click();
  await page.getByRole('treeitem').first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Patient to the trash' }).click();
  await expect(page.getByText('The library is empty.')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('treeitem').first()).toBeVisible();
  await workstation.shoot('library');
});

test('a host that is gone is told and not hidden', async ({ workstation }) => {
  const { page } = workstation;
  await workstation.begin();
  await expect(page.getByText('The library is empty.')).toBeVisible();
  await workstation.stop();
  await expect(page.getByText(/The connection to the Fluence host is lost/)).toBeVisible();
  await workstation.shoot('connection-lost');
});

test('the design page shows every component in both themes', async ({ workstation }) => {
  const { page } = workstation;
  await workstation.begin();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('design');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Light, reports and offices')).toBeVisible();
  await workstation.shoot('design');
});

test('the demo patient is one press away: from an empty library to its figures', async ({ workstation }) => {
  const { page } = workstation;
  await workstation.begin();
  await page.getByRole('button', { name: 'open the demo patient' }).click();
  await expect(page.getByTestId('patient-banner')).toContainText('DEMO', { timeout: 90_000 });
  await expect(page.getByTestId('figures')).toBeVisible({ timeout: 90_000 });
});
