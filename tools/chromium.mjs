// A Chromium for the end-to-end tests: one that is there, Playwright's, or Debian's where apt can be used.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
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
const succeeds = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function playwrights() {
  const require = createRequire(join(root, 'package.json'));
  return require('@playwright/test').chromium.executablePath();
}

function fromDebian() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return false;
  const sudo = process.getuid?.() === 0 ? [] : succeeds('sudo', '-n', 'true') ? ['sudo', '-n'] : null;
  if (!sudo) return false;
  const apt = (...args) => {
    const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
    return spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  };
  say(`Installing Debian's ${DEBIAN.join(', ')} for the end-to-end tests.`);
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...DEBIAN);
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
  if (fromDebian()) return '/usr/bin/chromium';
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
