import { basename, dirname, join, resolve } from 'node:path';
import { Failure, isFailure } from '../../../src-shared/model/index.ts';
import { clear, isLeftUnfinished, restoreBackup } from '../backup/restore.ts';
import { noteOrigin, originOf, type Origin } from '../backup/origin.ts';
import type { ByteSource } from '../backup/tar.ts';
import { whileAlone } from '../database/alone.ts';
import { openIndex, openWorkspace } from '../database/databases.ts';
import { asFailure } from '../failures.ts';
import { nodeFileSystem, type FileSystem } from '../fileSystem.ts';
import { holdsOf } from '../holds.ts';
import { layoutOf } from '../layout.ts';
import { openLibraryOn } from '../openLibrary.ts';
import type { Holds, RestoreOptions, RestoreResult } from '../types.ts';
import { PROCESS } from '../workspace/notes.ts';
import { libraryInUse, pointTo, sweepPointer } from './pointer.ts';

/** A library beside others that may be used in its stead. */
export interface Neighbour {
  readonly name: string;
  readonly directory: string;
  readonly inUse: boolean;
  /** null of one that was not restored. */
  readonly origin: Origin | null;
}

/** What the databases, the archive's own blocks and the look at it take beside the objects. */
const MARGIN = 64e6;

/** The libraries of a place: the folder that it names, and those that were restored beside it. */
export function librariesAt(place: string, files: FileSystem = nodeFileSystem): Neighbour[] {
  const [named, parent] = [resolve(place), dirname(resolve(place))];
  const inUse = libraryInUse(files, named);
  return restoredNames(files, named)
    .concat(basename(named))
    .map((name) => layoutOf(join(parent, name)))
    .filter((layout) => files.exists(layout.workspace) && !files.exists(layout.restoring))
    .map((layout) => ({
      name: basename(layout.directory),
      directory: layout.directory,
      inUse: layout.directory === inUse,
      origin: originOf(files, layout),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function restoredNames(files: FileSystem, place: string): string[] {
  const beginning = `${basename(place)}-restored-`;
  const parent = dirname(place);
  return files.exists(parent)
    ? files
        .names(parent)
        .filter((name) => name.startsWith(beginning) && /^[\d-]+$/.test(name.slice(beginning.length)))
    : [];
}

/** What a library that is not open here holds, or the failure that keeps from seeing it. */
export function lookInto(directory: string): Holds | Failure {
  const layout = layoutOf(directory);
  try {
    const index = openIndex(layout, true);
    try {
      const workspace = openWorkspace(layout, true);
      try {
        return holdsOf(index, workspace);
      } finally {
        workspace.close();
      }
    } finally {
      index.close();
    }
  } catch (error) {
    const known = asFailure(error);
    if (isFailure(known)) return known;
    throw error;
  }
}

/**
 * Restores a backup into a folder of its own beside a place, which goes on as it is: `use` puts it in its stead.
 * @throws Failure NOT_ALLOWED (nothing can be written there), DISK_FULL, and as `restoreBackup`
 */
export async function restoreBeside(
  place: string,
  source: ByteSource,
  options: RestoreOptions,
  files: FileSystem = nodeFileSystem,
): Promise<RestoreResult & { readonly name: string; readonly directory: string }> {
  const named = resolve(place);
  const parent = dirname(named);
  if (!files.mayWrite(parent))
    throw new Failure(
      'NOT_ALLOWED',
      'Beside the folder of the library nothing can be written; restore the backup elsewhere with "npx fluence restore FILE --library NEW-FOLDER".',
    );
  const free = files.freeBytes(parent);
  if (free !== null && free < source.bytes + MARGIN)
    throw new Failure(
      'DISK_FULL',
      'There is no room for the backup beside the library; free as much as it takes, or restore it to another disk with "npx fluence restore FILE --library NEW-FOLDER".',
    );
  const directory = freeFolder(files, named);
  const result = await restoreBackup(source, directory, options, files);
  return { ...result, name: basename(directory), directory };
}

function freeFolder(files: FileSystem, place: string): string {
  const stamp = new Date().toISOString().slice(0, 16).replace('T', '-').replace(':', '');
  for (let tries = 1; ; tries++) {
    const directory = `${place}-restored-${stamp}${tries === 1 ? '' : `-${tries}`}`;
    if (!files.exists(directory)) return directory;
  }
}

/**
 * Uses a library of a place from now on, where it can be opened and no other program has the present one open.
 * The present one must be closed here; it stays as it is.
 * @throws Failure NOT_FOUND, LIBRARY_BUSY, and as `openLibrary`
 */
export async function use(
  place: string,
  name: string,
  { runner }: Pick<RestoreOptions, 'runner'>,
  files: FileSystem = nodeFileSystem,
): Promise<void> {
  const named = resolve(place);
  const wanted = neighbour(named, name, files);
  if (wanted.inUse) return;
  (await openLibraryOn(files, wanted.directory, { runner })).close();
  await withFailures(async () =>
    alone(libraryInUse(files, named), files, async () => {
      if (wanted.origin !== null && wanted.origin.usedAt === null)
        noteOrigin(files, layoutOf(wanted.directory), {
          ...wanted.origin,
          usedAt: new Date().toISOString(),
        });
      await pointTo(files, named, name);
    }),
  );
}

/**
 * Throws a restored library away that was never used.
 * @throws Failure NOT_FOUND, NOT_ALLOWED, LIBRARY_BUSY (another program has it open)
 */
export async function discard(
  place: string,
  name: string,
  files: FileSystem = nodeFileSystem,
): Promise<void> {
  const { inUse, origin, directory } = neighbour(resolve(place), name, files);
  if (inUse || origin?.usedAt !== null)
    throw new Failure(
      'NOT_ALLOWED',
      'Only a restored library that was never used is thrown away here; remove the folder of any other one yourself.',
    );
  const layout = layoutOf(directory);
  await withFailures(async () => {
    // From here on it is no library any more, whatever happens.
    await alone(directory, files, async () => files.write(layout.restoring, Buffer.from(PROCESS)));
    clear(files, layout);
    files.removeFolder(directory);
  });
}

/** Removes what restores and changes that were killed have left beside a place. */
export function sweepRestores(place: string, files: FileSystem = nodeFileSystem): void {
  const named = resolve(place);
  for (const name of restoredNames(files, named)) {
    const layout = layoutOf(join(dirname(named), name));
    // Killed right after it was made, or just before it would have been removed, it holds not even its own word.
    files.removeEmptyFolder(layout.directory);
    if (!isLeftUnfinished(files, layout)) continue;
    clear(files, layout);
    files.removeFolder(layout.directory);
  }
  sweepPointer(files, named);
}

function neighbour(place: string, name: string, files: FileSystem): Neighbour {
  const found = librariesAt(place, files).find((one) => one.name === name);
  if (found === undefined)
    throw new Failure('NOT_FOUND', 'There is no such library beside this one; look at the list again.');
  return found;
}

/** In a folder that nobody may write into nobody is at work. */
const alone = <T>(directory: string, files: FileSystem, work: () => Promise<T>): Promise<T> =>
  files.mayWrite(directory) ? whileAlone(layoutOf(directory).workspace, work) : work();

async function withFailures<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFailure(error);
  }
}
