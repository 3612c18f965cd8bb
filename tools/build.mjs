// Builds what runs: WASM kernels, the host with its workers and doors, the window.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const only = process.argv.slice(2);
const wanted = (part) => only.length === 0 || only.includes(part);

function node(script, ...args) {
  const result = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

if (wanted('kernels')) node('tools/build-kernels.mjs');

if (wanted('host')) {
  rmSync(join(dist, 'host'), { recursive: true, force: true });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries = {
    cli: 'src-main/doors/cli/main.ts',
    worker: 'src-main/jobs/worker.ts',
    'browser-door': 'src-main/doors/browser/main.ts',
    inference: 'src-main/inference/child.ts',
    'electron-host': 'src-main/doors/electron/hostEntry.ts',
  };
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: join(dist, 'host'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    sourcemap: true,
    // Pure packages go into the bundle (fast to start, nothing to look up); what carries binaries or WASM stays outside.
    external: ['better-sqlite3', 'onnxruntime-node', '@cornerstonejs/*'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    define: { __FLUENCE_VERSION__: JSON.stringify(version) },
    logLevel: 'warning',
  });
  // Electron wants its main process and preload as CommonJS.
  const electron = {
    'electron-main': 'src-main/doors/electron/main.ts',
    'electron-preload': 'src-main/doors/electron/preload.ts',
  };
  await build({
    absWorkingDir: root,
    entryPoints: electron,
    outdir: join(dist, 'host'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    sourcemap: true,
    external: ['electron'],
    logLevel: 'warning',
  });
}

if (wanted('window')) {
  node('node_modules/vite/bin/vite.js', 'build', '--config', 'vite.config.ts', '--logLevel', 'warn');
}
