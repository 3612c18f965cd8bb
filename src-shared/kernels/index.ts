export { createDoseSpans, type DoseSpans, type DoseSpansResult } from './doseSpans.ts';
export { ScalarDoseSpans } from './doseSpansTwin.ts';
export { KERNELS, provideKernel, type KernelName } from './modules.ts';
