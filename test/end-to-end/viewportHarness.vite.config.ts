import { join } from 'node:path';
import { defineConfig } from 'vite';

const root = join(import.meta.dirname, '../..');

/** The viewport's harness as a page of its own; never part of the product. */
export default defineConfig({
  root: join(root, 'src-renderer'),
  base: './',
  logLevel: 'warn',
  build: {
    outDir: join(root, '.cache/viewport-harness'),
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { input: join(root, 'src-renderer/viewport/harness/index.html') },
  },
});
