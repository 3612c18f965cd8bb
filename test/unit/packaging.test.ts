import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const configuration = load(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Record<
  string,
  unknown
>;

describe('electron-builder.yml', () => {
  const schema = JSON.parse(readFileSync(require.resolve('app-builder-lib/scheme.json'), 'utf8')) as object;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);

  it("is valid by electron-builder's schema", () => {
    validate(configuration);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('an unknown key would be refused', () => {
    expect(validate({ ...configuration, asarUnpak: [] })).toBe(false);
  });
});

/** A folder that looks like an Electron distribution and carries a fuse wire with every fuse as Electron ships it. */
function stubElectron(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  const wire = Buffer.concat([
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 9]),
    Buffer.from('101100001'),
  ]);
  writeFileSync(
    join(folder, 'electron'),
    Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), Buffer.alloc(4096), wire, Buffer.alloc(4096)]),
  );
  writeFileSync(join(folder, 'chrome-sandbox'), '');
  for (const file of ['electron', 'chrome-sandbox']) chmodSync(join(folder, file), 0o755);
  for (const file of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(join(folder, file), '');
  writeFileSync(join(folder, 'version'), '45.4.1');
}

const walk = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

describe.runIf(process.platform === 'linux')('a packaged folder', () => {
  let folder: string;
  let packaged: string;
  let archive: string[];
  let beside: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'package-'));
    stubElectron(join(folder, 'electron'));
    if (!existsSync(join(root, 'dist/host/cli.mjs')))
      throw new Error('dist is not built; run "npm ci" first');
    const cli = join(root, 'node_modules/electron-builder/cli.js');
    const options = {
      ...configuration,
      electronDist: join(folder, 'electron'),
      electronVersion: '45.4.1',
      directories: { output: join(folder, 'out') },
    };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(options));
    execFileSync(
      process.execPath,
      [
        cli,
        '--linux',
        'dir',
        '--x64',
        '--config',
        join(folder, 'config.json'),
        '--projectDir',
        root,
        '--publish',
        'never',
      ],
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    packaged = join(folder, 'out/linux-unpacked');
    archive = listPackage(join(packaged, 'resources/app.asar'), { isPack: false }).map((path) =>
      path.replace(/^[\\/]/, ''),
    );
    beside = walk(join(packaged, 'resources/app.asar.unpacked'));
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('carries the window in the archive', () => {
    expect(archive).toContain('dist/window/index.html');
    expect(archive).toContain('package.json');
  });

  it('has native modules, workers and WASM outside the archive', () => {
    expect(beside).toContain('dist/host/worker.mjs');
    expect(beside).toContain('dist/host/inference.mjs');
    expect(beside).toContain('node_modules/better-sqlite3/prebuilds/linux-x64.node');
    expect(
      beside.some(
        (path) =>
          path.startsWith('node_modules/onnxruntime-node/bin/napi-v6/linux/x64/') && path.endsWith('.node'),
      ),
    ).toBe(true);
    expect(beside.some((path) => /^dist\/kernels\/.*\.wasm$/.test(path))).toBe(true);
    expect(beside).toContain('node_modules/@cornerstonejs/codec-openjpeg/dist/openjpegwasm_decode.wasm');
  });

  it('has the models and resources outside the archive', () => {
    const resources = walk(join(packaged, 'resources'));
    expect(resources).toContain('models/gaussian-3d/model.onnx');
    expect(resources.some((path) => path.startsWith('resources/demo/'))).toBe(true);
  });

  it("leaves other systems' binaries, sources and tests out", () => {
    const all = [...archive, ...beside];
    expect(
      all.filter(
        (path) => /(darwin|win32|arm64|musl)/.test(path) && /\.(node|dll|dylib|so[.\d]*)$/.test(path),
      ),
    ).toEqual([]);
    expect(
      all.filter(
        (path) =>
          /(^|\/)(src-shared|src-main|src-renderer|test)\//.test(path) && !path.startsWith('node_modules/'),
      ),
    ).toEqual([]);
    expect(all.filter((path) => path.endsWith('.map'))).toEqual([]);
  });

  it('has its fuses set as the configuration says', async () => {
    const wire = await getCurrentFuseWire(join(packaged, 'fluence'));
    expect(wire[FuseV1Options.RunAsNode]).toBe(FuseState.DISABLE);
    expect(wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(FuseState.DISABLE);
    expect(wire[FuseV1Options.EnableNodeCliInspectArguments]).toBe(FuseState.DISABLE);
    expect(wire[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.ENABLE);
  });
});
