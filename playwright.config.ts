import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** All end-to-end tests run through the browser door in a real Chromium: FLUENCE_CHROMIUM, Debian's, or Playwright's own. */
const chromium = process.env['FLUENCE_CHROMIUM'] ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: 'test/end-to-end',
  outputDir: 'test-results',
  timeout: 180_000,
  expect: { timeout: 30_000 },
  workers: 1,
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(existsSync(chromium) ? { executablePath: chromium } : {}),
      // The graphics path with 16-bit textures where the system has it; Chromium falls back to its own by itself.
      args: [
        '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
        '--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist',
      ],
    },
  },
});
