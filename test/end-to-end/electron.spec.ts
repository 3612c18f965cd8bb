import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron as electron, expect, test } from '@playwright/test';
import { electronBinary } from '../../tools/electron.mjs';

const root = join(import.meta.dirname, '../..');
const binary = electronBinary();

test('the real Electron opens the window in a sandbox', async () => {
  test.skip(
    binary === null,
    'Electron\'s binary is not on this machine ("npx install-electron" fetches it); the door is tested on a stand-in.',
  );
  const library = mkdtempSync(join(tmpdir(), 'electron-'));
  const app = await electron.launch({
    executablePath: binary ?? '',
    args: [root, '--no-sandbox'],
    env: { ...process.env, FLUENCE_LIBRARY: library },
  });
  try {
    const page = await app.firstWindow();
    await expect(page.getByText('Fluence').first()).toBeVisible();
    expect(
      await page.evaluate(() => [window.crossOriginIsolated, 'require' in window, 'process' in window]),
    ).toEqual([true, false, false]);
  } finally {
    await app.close();
    rmSync(library, { recursive: true, force: true });
  }
});
