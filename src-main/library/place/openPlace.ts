import { basename, resolve } from 'node:path';
import { Failure, isFailure } from '../../../src-shared/model/index.ts';
import { nodeFileSystem } from '../fileSystem.ts';
import { openLibrary } from '../openLibrary.ts';
import type { Library, OpenLibraryOptions } from '../types.ts';
import { libraryInUse, pointerOf } from './pointer.ts';

/** The folder of the library that is used for a place. @throws Failure as `libraryInUse` */
export const libraryAt = (place: string): string => libraryInUse(nodeFileSystem, resolve(place));

/**
 * Opens the library that is used for a place, which `create` makes where there is none.
 * @throws Failure as `openLibrary` and `libraryInUse`
 */
export async function openPlace(place: string, options: OpenLibraryOptions): Promise<Library> {
  const named = resolve(place);
  for (;;) {
    const directory = libraryAt(named);
    const library = await (directory === named
      ? openLibrary(directory, options)
      : openInstead(directory, named, options));
    // Another program may have put another one in its stead before this one was open, and none can from now on.
    if (libraryAt(named) === directory) return library;
    library.close();
  }
}

async function openInstead(directory: string, place: string, options: OpenLibraryOptions): Promise<Library> {
  try {
    return await openLibrary(directory, { ...options, create: false });
  } catch (error) {
    if (!isFailure(error) || !['LIBRARY_DAMAGED', 'LIBRARY_NEWER', 'NOT_FOUND'].includes(error.code))
      throw error;
    const wayBack = `to use the library before this one remove the file ${basename(pointerOf(place))}`;
    throw new Failure(error.code, `${error.message.replace(/\.$/, '')}; ${wayBack}.`, error.detail);
  }
}
