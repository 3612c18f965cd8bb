import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { Job } from '../../src-shared/api/index.ts';
import { demoFiles, expect, test, type Workstation } from './workstation.ts';

const storage = (page: Page): Locator =>
  page.getByRole('button', { name: 'Check, back up, restore, empty the trash' });
async function fromMenu(page: Page, name: string): Promise<void> {
  await storage(page).click();
  await page.getByRole('menuitem', { name }).click();
}
const dialog = (page: Page, name: string): Locator => page.getByRole('dialog', { name });
/** What lies beside the library: restored ones, and which is in use. */
const beside = ({ library }: Workstation): string[] =>
  readdirSync(dirname(library)).filter((name) => name !== 'library' && name !== 'backup.tar');
const jobs = async ({ call }: Workstation): Promise<Job[]> =>
  (await call<{ jobs: Job[] }>('jobs', 'list', {})).jobs;

/** The demo patient in the library, and a backup of it on the disk. */
async function withBackup(workstation: Workstation): Promise<string> {
  const { page } = workstation;
  await workstation.begin();
  await page.getByTestId('import-folder').setInputFiles(demoFiles());
  await expect(page.getByRole('treeitem').first()).toBeVisible({ timeout: 90_000 });
  await expect.poll(async () => (await jobs(workstation))[0]?.state, { timeout: 90_000 }).toBe('done');
  const download = page.waitForEvent('download');
  await fromMenu(page, 'Back up the library…');
  const file = join(dirname(workstation.library), 'backup.tar');
  await (await download).saveAs(file);
  await dialog(page, 'Backup of the library').getByRole('button', { name: 'Close' }).click();
  return file;
}

async function choose(page: Page, file: string): Promise<void> {
  await fromMenu(page, 'Restore a backup…');
  const chooser = page.waitForEvent('filechooser');
  await dialog(page, 'Restore a backup').getByRole('button', { name: 'Choose a backup…' }).click();
  await (await chooser).setFiles(file);
}

/** Uploads at so many bytes a second from now on; null: as fast as they go. */
async function slowUploads(page: Page, bytesPerSecond: number | null): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond ?? -1,
  });
}

test('what was thrown away for good comes back from a backup, and the library before is not lost', async ({
  workstation,
}) => {
  const { page } = workstation;
  const file = await withBackup(workstation);
  const patients = page.getByRole('treeitem');
  const empty = page.getByText('The library is empty.');

  await patients.first().click();
  await page.keyboard.press('Delete');
  await expect(empty).toBeVisible();
  await fromMenu(page, 'Empty the trash…');
  await dialog(page, 'Empty the trash?').getByRole('button', { name: 'Empty the trash' }).click();
  await expect(page.getByText('The trash is empty.')).toBeVisible();

  await fromMenu(page, 'Restore a backup…');
  await expect(dialog(page, 'Restore a backup')).toContainText('nothing that you have now is changed');
  await workstation.shoot('restore-choosing');
  await page.keyboard.press('Escape');
  await slowUploads(page, 4e6);
  await choose(page, file);
  await expect(dialog(page, 'Restore a backup')).toContainText(/\d+ of \d+ objects, backup of/);
  await workstation.shoot('restore-running');
  await slowUploads(page, null);

  const decide = dialog(page, 'Restore of a backup');
  await expect(decide).toContainText('From the backup', { timeout: 90_000 });
  await expect(decide.getByRole('row', { name: /^Patients/ })).toHaveText(/Patients\s*1\s*0/);
  await expect(decide.getByRole('button', { name: 'Decide later' })).toBeFocused();
  await workstation.shoot('restore-holds');
  // Decided later, from the list of jobs.
  await page.keyboard.press('Enter');
  await expect(decide).toBeHidden();
  await page.getByRole('contentinfo').getByRole('button').first().click();
  await workstation.shoot('restore-jobs');
  await page.getByRole('button', { name: 'What it holds' }).click();
  const second = await page.context().newPage();
  await second.goto(new URL('/', page.url()).href);
  await expect(second.getByText('The library is empty.')).toBeVisible();
  await decide.getByRole('button', { name: 'Use this library' }).click();

  const libraries = dialog(page, 'Libraries');
  await expect(libraries).toContainText(/library-restored-[\d-]+ is open/);
  await expect(libraries).toContainText(workstation.library);
  await workstation.shoot('restore-done');
  // A second window of the same host begins anew too.
  await expect(dialog(second, 'Libraries')).toContainText(/library-restored-[\d-]+ is open/);
  await expect(second.getByRole('treeitem').first()).toBeVisible();
  await second.close();
  await libraries.getByRole('button', { name: 'Close' }).click();
  await expect(patients.first()).toBeVisible();
  await patients.first().dblclick();
  await expect(page.getByTestId('figures')).toBeVisible({ timeout: 90_000 });

  await workstation.stop();
  await workstation.start();
  await expect(patients.first()).toBeVisible();

  await fromMenu(page, 'Libraries…');
  await workstation.shoot('libraries');
  await libraries.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(libraries).toContainText('library is open');
  await libraries.getByRole('button', { name: 'Close' }).click();
  await expect(empty).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('Libraries');
  await page.keyboard.press('Enter');
  await libraries.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(libraries).toContainText(/library-restored-[\d-]+ is open/);
  await page.keyboard.press('Escape');
  await expect(patients.first()).toBeVisible();
});

test('a restore that is refused, cancelled or thrown away leaves nothing', async ({ workstation }) => {
  const { page } = workstation;
  const file = await withBackup(workstation);
  const refusal = dialog(page, 'Restore of a backup');
  const bad = join(dirname(workstation.library), 'backup.tar.half');
  const refused = async (bytes: Buffer, sentence: string | RegExp): Promise<void> => {
    writeFileSync(bad, bytes);
    await choose(page, bad);
    await expect(refusal).toContainText(sentence);
  };
  const whole = readFileSync(file);
  await refused(Buffer.from('These are notes.\n'.repeat(100)), 'is no backup of a Fluence library');
  await workstation.shoot('restore-refused');
  await page.keyboard.press('Escape');
  await refused(whole.subarray(0, whole.length >> 1), 'ends too early');
  await page.keyboard.press('Escape');
  const flipped = Buffer.from(whole);
  flipped[whole.length >> 1]! ^= 1;
  await refused(flipped, 'is damaged');
  await page.keyboard.press('Escape');
  expect(beside(workstation)).toEqual(['backup.tar.half']);

  await slowUploads(page, 2e6);
  await choose(page, file);
  await expect(dialog(page, 'Restore a backup')).toContainText(/\d+ of \d+ objects, backup of/);
  await page.getByRole('button', { name: 'Cancel the restore' }).click();
  await expect(dialog(page, 'Restore a backup')).toBeHidden();
  await expect.poll(() => beside(workstation)).toEqual(['backup.tar.half']);
  await expect.poll(async () => (await jobs(workstation)).at(-1)?.state).toBe('cancelled');
  await expect(page.getByRole('treeitem').first()).toBeVisible();

  // A window that is closed in the middle: the job ends, and nothing is left either.
  await choose(page, file);
  await expect(dialog(page, 'Restore a backup')).toContainText(/\d+ of \d+ objects, backup of/);
  expect(beside(workstation)).toHaveLength(2);
  await page.reload();
  await slowUploads(page, null);
  await expect.poll(async () => (await jobs(workstation)).at(-1)?.error?.message).toContain('broken off');
  await expect.poll(() => beside(workstation)).toEqual(['backup.tar.half']);

  await choose(page, file);
  await expect(refusal).toContainText('From the backup', { timeout: 90_000 });
  await refusal.getByRole('button', { name: 'Throw it away' }).click();
  await expect(refusal).toBeHidden();
  expect(beside(workstation)).toEqual(['backup.tar.half']);
});

test('another library is not opened while a job runs, and the window says which', async ({ workstation }) => {
  const { page } = workstation;
  const file = await withBackup(workstation);
  await choose(page, file);
  const decide = dialog(page, 'Restore of a backup');
  await expect(decide).toContainText('From the backup', { timeout: 90_000 });
  await decide.getByRole('button', { name: 'Decide later' }).click();
  await slowUploads(page, 4e5);
  await choose(page, file);
  await dialog(page, 'Restore a backup').getByRole('button', { name: 'Go on working' }).click();

  await fromMenu(page, 'Libraries…');
  const libraries = dialog(page, 'Libraries');
  await libraries.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(libraries).toContainText('"Restore of a backup" still runs');
  await workstation.shoot('libraries-refused');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Cancel: Restore of a backup' }).click();
  await expect.poll(async () => (await jobs(workstation)).at(-1)?.state).toBe('cancelled');
  await slowUploads(page, null);
  await fromMenu(page, 'Libraries…');
  await libraries.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(libraries).toContainText(/library-restored-[\d-]+ is open/);
});
