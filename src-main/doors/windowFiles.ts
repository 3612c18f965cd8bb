import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface WindowFiles {
  /** The file behind a URL's path; null where the window has none of exactly this name. */
  read(path: string): Promise<{ readonly type: string; readonly bytes: Buffer } | null>;
}

/**
 * The window's own files. They are listed once, and only names on the list are served: a path is looked up, never
 * joined to a folder, so that no spelling of it leads out of it. Links and files of other kinds are not on the list.
 */
export async function listWindowFiles(folder: string): Promise<WindowFiles> {
  const names = new Map<string, string>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || TYPES[extname(entry.name)] === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    names.set(`/${relative(folder, file).split(sep).join('/')}`, file);
  }
  return {
    async read(path) {
      const name = path === '/' ? '/index.html' : path;
      const file = names.get(name);
      if (file === undefined) return null;
      return { type: TYPES[extname(file)] ?? 'application/octet-stream', bytes: await readFile(file) };
    },
  };
}
