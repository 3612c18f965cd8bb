import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInference, forkProcess, type Inference, type StartProcess } from './index.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
let childModule: string;

const inference = (
  startProcess: StartProcess = forkProcess,
  modelsDirectory = join(root, 'models'),
): Inference => createInference({ modelsDirectory, childModule, startProcess });

beforeAll(async () => {
  // Inside the project, so that the bundle finds its packages.
  folder = await mkdtemp(join(root, 'node_modules', '.inference-test-'));
  childModule = join(folder, 'child.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'child.ts')],
    outfile: childModule,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The model's scalar twin: a separable Gaussian with repeated edges. */
function gaussian(data: Float32Array, [nz, ny, nx]: readonly [number, number, number]): Float64Array {
  const taps = Array.from({ length: 7 }, (_, i) => Math.exp(-((i - 3) ** 2) / 2));
  const sum = taps.reduce((a, b) => a + b, 0);
  let from = Float64Array.from(data);
  for (const [size, step] of [
    [nx, 1],
    [ny, nx],
    [nz, nx * ny],
  ] as const) {
    const to = new Float64Array(from.length);
    for (let n = 0; n < from.length; n++) {
      const at = Math.floor(n / step) % size;
      let value = 0;
      for (let t = -3; t <= 3; t++)
        value += (taps[t + 3]! / sum) * from[n + (Math.min(size - 1, Math.max(0, at + t)) - at) * step]!;
      to[n] = value;
    }
    from = to;
  }
  return from;
}

describe('inference in a process of its own', () => {
  it('the Gaussian model equals a plain loop, on the CPU where nothing better serves', async () => {
    const dimensions = [9, 11, 13] as const;
    const data = Float32Array.from({ length: 9 * 11 * 13 }, (_, n) => ((n * 7919) % 2000) - 1000);
    const result = await inference().run('gaussian-3d', {
      image: { data, dimensions: [1, 1, ...dimensions] },
    });
    const expected = gaussian(data, dimensions);
    const smoothed = result.outputs.smoothed!;
    expect(smoothed.dimensions).toEqual([1, 1, 9, 11, 13]);
    expect(Math.max(...expected.map((value, n) => Math.abs(value - smoothed.data[n]!)))).toBeLessThan(
      2000 * 1e-5,
    );
    expect(result.provider).toBe('cpu');
    expect(result.passedOver.map(({ provider }) => provider)).toEqual(['cuda', 'webgpu']);
  });

  it('refuses inputs that do not fit in one sentence', async () => {
    const run = inference().run('gaussian-3d', {
      image: { data: new Float32Array(8), dimensions: [1, 2, 2, 2] },
    });
    await expect(run).rejects.toMatchObject({
      code: 'INPUT_NOT_USABLE',
      message: expect.stringContaining('1 × 2 × 2 × 2') as string,
    });
  });

  it('refuses weights that are not the ones of the manifest, and a model that is none', async () => {
    const models = await mkdtemp(join(tmpdir(), 'models-'));
    await cp(join(root, 'models/gaussian-3d'), join(models, 'changed'), { recursive: true });
    const weights = await readFile(join(models, 'changed/model.onnx'));
    weights[weights.length >> 1]! ^= 1;
    await writeFile(join(models, 'changed/model.onnx'), weights);
    const image = { data: new Float32Array(1), dimensions: [1, 1, 1, 1, 1] };
    await expect(inference(forkProcess, models).run('changed', { image })).rejects.toMatchObject({
      code: 'INPUT_NOT_USABLE',
    });
    await expect(inference(forkProcess, models).run('../secret', { image })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await rm(models, { recursive: true });
  });

  it('a cancelled run ends its process', async () => {
    const abort = new AbortController();
    let ended: Promise<number | null> | undefined;
    const watched: StartProcess = (module) => {
      const port = forkProcess(module);
      ended = new Promise((resolve) => port.onExit(resolve));
      setTimeout(() => abort.abort(), 20);
      return port;
    };
    const size = 96;
    const run = inference(watched).run(
      'gaussian-3d',
      { image: { data: new Float32Array(size ** 3), dimensions: [1, 1, size, size, size] } },
      { signal: abort.signal },
    );
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await ended).toBeNull();
  });

  it('a process that dies is told, not waited for', async () => {
    const dying: StartProcess = (module) => {
      const port = forkProcess(module);
      return { ...port, send: () => port.kill() };
    };
    const run = inference(dying).run('gaussian-3d', {
      image: { data: new Float32Array(1), dimensions: [1, 1, 1, 1, 1] },
    });
    await expect(run).rejects.toMatchObject({
      code: 'INPUT_NOT_USABLE',
      message: expect.stringContaining('without an answer') as string,
    });
  });
});
