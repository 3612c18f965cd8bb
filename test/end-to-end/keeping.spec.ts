import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../../src-shared/api/index.ts';
import { commandLine, demoFiles, expect, test, type Workstation } from './workstation.ts';

const fluence = (...words: string[]): { status: number | null; document: Record<string, unknown> } => {
  const ran = spawnSync(process.execPath, [commandLine, ...words, '--json', '--quiet'], { encoding: 'utf8' });
  return { status: ran.status, document: JSON.parse(ran.stdout) as Record<string, unknown> };
};
const objects = (library: string): unknown =>
  fluence('list', 'objects', '--library', library).document['items'];

async function withDemo(workstation: Workstation): Promise<void> {
  const { page } = workstation;
  await workstation.begin();
  await page.getByTestId('import-folder').setInputFiles(demoFiles());
  await expect(page.getByRole('treeitem').first()).toBeVisible({ timeout: 90_000 });
  await expect
    .poll(async () => (await workstation.call<{ jobs: Job[] }>('jobs', 'list', {})).jobs[0]?.state, {
      timeout: 90_000,
    })
    .toBe('done');
}

test('a backup comes as a download, and becomes the same library again', async ({ workstation }) => {
  const { page } = workstation;
  await withDemo(workstation);
  const storage = page.getByRole('button', { name: 'Check, back up, restore, empty the trash' });
  await storage.click();
  await workstation.shoot('library-storage-menu');
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Back up the library…' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^fluence-library-[\d-]+\.tar$/);
  const folder = mkdtempSync(join(tmpdir(), 'fluence-restored-'));
  try {
    await file.saveAs(join(folder, 'library.tar'));
    await expect(page.getByRole('dialog', { name: 'Backup of the library' })).toContainText(
      'holds the whole library',
    );
    await workstation.shoot('library-backup');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const restored = fluence('restore', join(folder, 'library.tar'), '--library', join(folder, 'library'));
    expect(restored.status).toBe(0);
    expect(restored.document['objects']).toBeGreaterThan(90);
    expect(objects(join(folder, 'library'))).toEqual(objects(workstation.library));
  } finally {
    rmSync(folder, { recursive: true });
  }

  await storage.click();
  await page.getByRole('menuitem', { name: 'Check the library' }).click();
  const check = page.getByRole('dialog', { name: 'Check of the library' });
  await expect(check).toContainText('each is what was imported');
  await workstation.shoot('library-check');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('contentinfo').getByRole('button').first().click();
  await expect(page.getByRole('dialog', { name: 'Jobs' })).toContainText('each is what was imported');
  await workstation.shoot('library-jobs');
});

test('trash, restore, undo and redo by the pointer, across restarts', async ({ workstation }) => {
  const { page } = workstation;
  await withDemo(workstation);
  const patients = page.getByRole('treeitem');
  const empty = page.getByText('The library is empty.');
  const toTrash = async (): Promise<void> => {
    await patients.first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Patient to the trash' }).click();
    await expect(empty).toBeVisible();
  };
  await toTrash();

  await workstation.stop();
  await workstation.start();
  await expect(empty).toBeVisible();
  await page.getByRole('button', { name: /^Undo: / }).click();
  await expect(patients.first()).toBeVisible();

  await workstation.stop();
  await workstation.start();
  await expect(patients.first()).toBeVisible();
  await page.getByRole('button', { name: /^Redo: / }).click();
  await expect(empty).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(patients.first()).toBeVisible();
  await page.keyboard.press('Control+Shift+z');
  await expect(empty).toBeVisible();

  await page.getByRole('button', { name: /^Trash/ }).click();
  await workstation.shoot('library-trash');
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText('The trash is empty.')).toBeVisible();
  await page.getByRole('button', { name: 'Show all patients' }).click();
  await expect(patients.first()).toBeVisible();

  await toTrash();
  await page.getByRole('button', { name: /^Trash/ }).click();
  await page.getByRole('button', { name: 'Empty the trash', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Empty the trash?' });
  await expect(dialog).toContainText('cannot be undone');
  await workstation.shoot('library-empty-trash');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Restore', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Empty the trash', exact: true }).click();
  await dialog.getByRole('button', { name: 'Empty the trash' }).click();
  await expect(page.getByText('The trash is empty.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();
  expect(objects(workstation.library)).toEqual([]);
});

test('a damaged index is made anew on opening, and the window says so', async ({ workstation }) => {
  const { page } = workstation;
  await withDemo(workstation);
  await workstation.stop();
  writeFileSync(join(workstation.library, 'index.sqlite'), Buffer.alloc(8192, 7));
  await workstation.start();
  await expect(page.getByText(/The index of the library was damaged and was made anew/)).toBeVisible();
  await expect(page.getByRole('treeitem').first()).toBeVisible();
  await workstation.shoot('library-index-made-anew');
});

test('how a study was looked at is there again after a restart', async ({ workstation }) => {
  const { page } = workstation;
  await withDemo(workstation);
  await page.getByRole('treeitem').first().dblclick();
  const run = async (command: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill(command);
    await page.keyboard.press('Enter');
  };
  await expect(page.getByTestId('figures')).toBeVisible({ timeout: 90_000 });
  await run('One large pane and three');
  await run('Hide all structures');
  await run('Isodose lines on or off');
  const { patients } = await workstation.call<{ patients: { studies: { uid: string }[] }[] }>(
    'library',
    'tree',
    {},
  );
  const key = `review.case.${patients[0]?.studies[0]?.uid}`;
  const kept = async (): Promise<unknown> =>
    (await workstation.call<{ value: unknown }>('workstation', 'getSetting', { key })).value;
  await expect.poll(kept).toMatchObject({ layout: 'one-and-three', showLines: false });
  const before = (await kept()) as { hidden: { numbers: number[] } };
  expect(before.hidden.numbers.length).toBeGreaterThan(3);

  await workstation.stop();
  await workstation.start();
  await page.getByRole('treeitem').first().dblclick();
  await expect(page.getByTestId('figures')).toBeVisible({ timeout: 90_000 });
  await workstation.shoot('review-as-it-was-left');
  // A further change is kept with all that was taken up, none of it lost.
  await run('Fill the structures');
  await expect.poll(kept).toEqual({ ...before, fill: true });
});
