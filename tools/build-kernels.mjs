// Compiles src-shared/kernels/assembly/*.ts to WASM with SIMD: node tools/build-kernels.mjs [FOLDER], default dist/kernels.
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = join(root, 'src-shared/kernels/assembly');
const target = resolve(process.argv[2] ?? join(root, 'dist/kernels'));

mkdirSync(target, { recursive: true });
for (const file of readdirSync(sources).filter((name) => name.endsWith('.ts'))) {
  const name = file.slice(0, -'.ts'.length);
  const part = join(target, `${name}.${process.pid}.part`);
  const { error, stderr } = await asc.main([
    relative(root, join(sources, file)),
    '--baseDir',
    root,
    '--outFile',
    relative(root, part),
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--importMemory',
  ]);
  if (error) {
    rmSync(part, { force: true });
    process.stderr.write(`${stderr.toString()}\n`);
    process.exit(1);
  }
  // Readers never meet a half-written kernel.
  renameSync(part, join(target, `${name}.wasm`));
}
