import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** All end-to-end tests run in a real Chromium: FLUENCE_CHROMIUM, Debian's, or Playwright's own. */
const chromium = process.env.FLUENCE_CHROMIUM ?? '/usr/bin/chromium';

const browser = (graphics: readonly string[]) => ({
  viewport: { width: 1440, height: 900 },
  launchOptions: {
    ...(existsSync(chromium) ? { executablePath: chromium } : {}),
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...graphics,
    ],
  },
});

/** 16-bit textures where the system has the drivers; Chromium falls back to its own renderer by itself. */
const NATIVE = ['--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'];
/** The renderer that every Chromium carries: no 16-bit textures. */
const SOFTWARE = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

export default defineConfig({
  testDir: 'test/end-to-end',
  outputDir: 'test-results',
  timeout: 180_000,
  expect: { timeout: 30_000 },
  workers: 1,
  reporter: 'list',
  projects: [
    {
      name: 'window',
      testIgnore: 'viewport*.spec.ts',
      use: { ...browser(NATIVE), trace: 'retain-on-failure' },
    },
    { name: 'viewport', testMatch: 'viewport*.spec.ts', use: browser(NATIVE) },
    {
      name: 'viewport without 16-bit textures',
      testMatch: 'viewport*.spec.ts',
      grep: /V8|V13|V20/,
      use: browser(SOFTWARE),
    },
  ],
});
