import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** What a program of the host loads, packages by their names. */
async function loads(program: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [join(import.meta.dirname, program)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  const outputs = Object.values(metafile.outputs);
  return outputs.flatMap((output) => output.imports.map((one) => one.path));
}

it('J9: a worker does not load the database, which the host does', async () => {
  expect(await loads('../host/index.ts')).toContain('better-sqlite3');
  expect(await loads('worker.ts')).not.toContain('better-sqlite3');
});
