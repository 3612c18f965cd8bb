import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** The viewport alone, on its harness page. `VIEWPORT_GL=software` takes the path without 16-bit textures. */
const software = process.env['VIEWPORT_GL'] === 'software';
const debian = '/usr/bin/chromium';

export default defineConfig({
  testDir: '.',
  testMatch: 'viewport.spec.ts',
  outputDir: '../../test-results/viewport',
  timeout: 120_000,
  workers: 1,
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      ...(existsSync(debian) ? { executablePath: debian } : {}),
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        ...(software
          ? ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
          : ['--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist']),
      ],
    },
  },
});
