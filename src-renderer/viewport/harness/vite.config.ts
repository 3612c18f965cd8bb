import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The harness as a page of its own; never part of the product. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  base: './',
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../../../.cache/viewport-harness', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { input: fileURLToPath(new URL('./index.html', import.meta.url)) },
  },
});
