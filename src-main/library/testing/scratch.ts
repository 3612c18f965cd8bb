import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { openLibrary } from '../index.ts';
import type { Library } from '../types.ts';

/** A folder and libraries of a test, gone afterwards. Call once per test file. */
export function useScratch(): { folder(): string; library(directory?: string): Promise<Library> } {
  const folders: string[] = [];
  const libraries: Library[] = [];
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'fluence-library-'));
    folders.push(made);
    return made;
  };
  afterEach(() => {
    for (const library of libraries.splice(0)) library.close();
    for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
  });
  return {
    folder,
    async library(directory = join(folder(), 'library')) {
      const library = await openLibrary(directory, { runner: inlineRunner, create: true });
      libraries.push(library);
      return library;
    },
  };
}

/** Every file under a folder, relative. */
export const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
