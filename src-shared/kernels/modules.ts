/** The kernels there are; each is one file of assembly/ and one NAME.wasm. */
export const KERNELS = ['doseSpans'] as const;
export type KernelName = (typeof KERNELS)[number];

const modules = new Map<KernelName, WebAssembly.Module>();

/**
 * Hands a kernel's bytes in, once per thread, before work starts. Each side reads them its own way. Where the engine
 * lacks WASM SIMD nothing is kept and the scalar twin serves, with the same results.
 * @returns whether the kernel will be used.
 */
export function provideKernel(name: KernelName, bytes: Uint8Array<ArrayBuffer>): boolean {
  if (!WebAssembly.validate(bytes)) return false;
  modules.set(name, new WebAssembly.Module(bytes));
  return true;
}

export const kernelModule = (name: KernelName): WebAssembly.Module | null => modules.get(name) ?? null;
