import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../../src-shared/model/index.ts';
import type { FileSystem } from '../fileSystem.ts';
import { mayBeRunning } from '../workspace/notes.ts';

/**
 * A place is the folder that a person named for the library. Beside it a small file may say that another folder, a
 * restored library next to it, is used in its stead: window and command line follow it, and to go back is to say so
 * there again. Nothing is moved or renamed, so that whoever has the one before open goes on undisturbed.
 */
export const pointerOf = (place: string): string => join(dirname(place), `${basename(place)}.in-use.json`);

/** A plain name in the same folder. */
const isName = (name: unknown): name is string =>
  typeof name === 'string' && name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);

/**
 * The folder of the library that is used for a place.
 * @throws Failure LIBRARY_DAMAGED, NOT_FOUND: never a new, empty library where there was one
 */
export function libraryInUse(files: FileSystem, place: string): string {
  const pointer = pointerOf(place);
  if (!files.exists(pointer)) return place;
  const toRemove = `remove the file ${basename(pointer)} to use the library before it`;
  const name = nameIn(Buffer.from(files.read(pointer)).toString());
  if (name === null)
    throw new Failure(
      'LIBRARY_DAMAGED',
      `Which library is in use cannot be read; ${toRemove}, or restore that file.`,
    );
  const directory = join(dirname(place), name);
  if (!files.exists(directory))
    throw new Failure(
      'NOT_FOUND',
      `The library in use, ${name}, is not where it was; put it back, or ${toRemove}.`,
    );
  return directory;
}

function nameIn(text: string): string | null {
  try {
    const { library } = JSON.parse(text) as { library?: unknown };
    return isName(library) ? library : null;
  } catch {
    return null;
  }
}

/** Removes what a killed change of the pointer has left. */
export function sweepPointer(files: FileSystem, place: string): void {
  const folder = dirname(place);
  const beginning = `${basename(pointerOf(place))}.`;
  for (const name of files.exists(folder) ? files.names(folder) : []) {
    if (!name.startsWith(beginning) || !name.endsWith('.part')) continue;
    const owner = name.slice(beginning.length, -'.part'.length).replace('~', ' ');
    if (!mayBeRunning(owner)) files.remove(join(folder, name));
  }
}

/** From now on the library in the folder of that name is used for the place; all at once, also if the power fails. */
export async function pointTo(files: FileSystem, place: string, name: string): Promise<void> {
  const pointer = pointerOf(place);
  const part = `${pointer}.${hostname()}~${process.pid}.part`;
  files.removeFolder(part);
  try {
    files.write(part, Buffer.from(`${JSON.stringify({ library: name }, null, 2)}\n`));
    await files.sync(part);
    files.rename(part, pointer);
  } catch (error) {
    files.removeFolder(part);
    throw error;
  }
  await files.syncFolder(dirname(place));
}
