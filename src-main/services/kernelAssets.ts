import { readFileSync } from 'node:fs';
import { KERNELS, provideKernel } from '../../src-shared/kernels/index.ts';

/**
 * Hands the built kernels to this thread; to be called once in each, before tasks run. Where a file is missing the scalar
 * twin serves, slower and with the same results.
 * @param folder where NAME.wasm lie; by default dist/kernels, beside the bundles or two levels above the sources
 * @returns the kernels that will be used
 */
export function provideBuiltKernels(folder: URL = builtKernels()): string[] {
  return KERNELS.filter((name) => {
    try {
      return provideKernel(name, Uint8Array.from(readFileSync(new URL(`${name}.wasm`, folder))));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    }
  });
}

const builtKernels = (): URL =>
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/kernels/' : '../kernels/', import.meta.url);
