#!/usr/bin/env node
// The command line's first file: plain JavaScript, so that an old Node can read it and hand over to a newer one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist', 'host', 'cli.mjs');
const { newEnough, projectNode, stop } = await import(pathToFileURL(join(root, 'tools', 'node.mjs')).href);

if (newEnough()) {
  if (!existsSync(cli)) stop('Fluence is not built yet; run "npm ci" in its folder and try again.', 70);
  await import(pathToFileURL(cli).href);
} else {
  const child = spawn(projectNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === 'SIGINT' ? 5 : (code ?? 70)));
}
