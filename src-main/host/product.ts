import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

declare const __FLUENCE_VERSION__: string | undefined;

/** Written in by the build; from the sources, as the tests run, it is not known. */
export const productVersion = (): string =>
  typeof __FLUENCE_VERSION__ === 'string' ? __FLUENCE_VERSION__ : '0.0.0';

/**
 * A folder that ships with the product: 'resources', 'dist/window'. Found upwards from this file, whether it runs
 * from the sources, from `dist/host` or from an installed package.
 * @throws Error where there is none.
 */
export function productFolder(name: string, from: string = fileURLToPath(import.meta.url)): string {
  const packaged = /^(.*)[\\/]app\.asar(?:\.unpacked)?[\\/]/.exec(from)?.[1];
  if (packaged !== undefined)
    return join(existsSync(join(packaged, name)) ? packaged : join(packaged, 'app.asar'), name);
  // From the sources or from dist.
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const found = join(folder, name);
    if (existsSync(found) && isProduct(folder)) return found;
    if (dirname(folder) === folder) throw new Error(`the product's folder ${name} is missing`);
  }
}

/** Another package's `resources` on the way up is not ours. */
function isProduct(folder: string): boolean {
  const file = join(folder, 'package.json');
  return (
    existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }).name === 'fluence'
  );
}
