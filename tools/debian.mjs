// Packages of Debian that tests and validation can use, where apt can be used.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const say = (text) => process.stderr.write(`${text}\n`);
const succeeds = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Installs packages, and says so in a line; false where that cannot be done here. */
export function installFromDebian(packages, purpose) {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return false;
  const sudo = process.getuid?.() === 0 ? [] : succeeds('sudo', '-n', 'true') ? ['sudo', '-n'] : null;
  if (!sudo) return false;
  const apt = (...args) => {
    const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
    return spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  };
  say(`Installing Debian's ${packages.join(', ')} ${purpose}.`);
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...packages);
}
