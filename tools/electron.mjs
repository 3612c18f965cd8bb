// Where Electron's own binary lies, if it has been fetched. Asking the package itself would download it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node.mjs';

export function electronBinary() {
  const folder = join(root, 'node_modules', 'electron');
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const named = existsSync(join(folder, 'path.txt'))
    ? readFileSync(join(folder, 'path.txt'), 'utf8').trim()
    : '';
  const path = given ? join(given, named || 'electron') : named && join(folder, 'dist', named);
  return path && existsSync(path) ? path : null;
}
