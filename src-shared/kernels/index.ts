export { createDoseSpans } from './doseSpans.ts';
export type { DoseSpans, DoseSpansResult } from './doseSpansFace.ts';
export { ScalarDoseSpans } from './doseSpansTwin.ts';
export { KERNELS, provideKernel, type KernelName } from './modules.ts';
