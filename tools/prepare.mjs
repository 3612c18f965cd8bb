// What `npm ci` runs at its end: builds, and links the command so that `npx fluence` finds it.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { continueOnProjectNode, root, stop } from './node.mjs';

continueOnProjectNode();
if (!existsSync(join(root, 'node_modules', 'esbuild'))) {
  if (!existsSync(join(root, 'dist')))
    stop('Fluence is built with its development packages; run "npm ci" without --omit=dev.');
} else {
  process.stderr.write('Building Fluence.\n');
  const built = spawnSync(process.execPath, [join(root, 'tools', 'build.mjs')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) process.exit(built.status ?? 1);
}

const commands = join(root, 'node_modules', '.bin');
const link = join(commands, 'fluence');
mkdirSync(commands, { recursive: true });
rmSync(link, { force: true });
if (process.platform === 'win32') {
  writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\bin\\fluence.mjs" %*\r\n');
} else {
  symlinkSync(join('..', '..', 'bin', 'fluence.mjs'), link);
  chmodSync(join(root, 'bin', 'fluence.mjs'), 0o755);
}
