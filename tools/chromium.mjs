// A Chromium for the end-to-end tests: one that is there, Playwright's, or Debian's where apt can be used.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installFromDebian } from './debian.mjs';
import { root } from './node.mjs';

const KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
/** Chromium, and the software renderer that gives it 16-bit 3D textures on a machine without a graphics card. */
const DEBIAN = ['chromium', 'libegl1', 'libegl-mesa0', 'libgles2', 'libgl1-mesa-dri'];

const say = (text) => process.stderr.write(`${text}\n`);

function playwrights() {
  const require = createRequire(join(root, 'package.json'));
  return require('@playwright/test').chromium.executablePath();
}

/** Path of a Chromium, or null where none can be had; says in a line which. */
export function findChromium() {
  const given = process.env.FLUENCE_CHROMIUM;
  if (given) {
    if (!existsSync(given)) say(`FLUENCE_CHROMIUM names ${given}, which is not there.`);
    return existsSync(given) ? given : null;
  }
  const there = [...KNOWN, playwrights()].find((path) => existsSync(path));
  if (there) {
    say(`End-to-end tests run in ${there}.`);
    return there;
  }
  if (installFromDebian(DEBIAN, 'for the end-to-end tests')) return '/usr/bin/chromium';
  say("Fetching Playwright's Chromium for the end-to-end tests.");
  if (
    spawnSync('npx', ['playwright', 'install', 'chromium'], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    }).status === 0 &&
    existsSync(playwrights())
  )
    return playwrights();
  return null;
}
