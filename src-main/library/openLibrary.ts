import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TaskRunner } from '../../src-shared/compute/tasks/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import type { Context } from './context.ts';
import { Databases, openIndex, openWorkspace, removeIndex } from './database/databases.ts';
import type { Connection } from './database/handles.ts';
import { asFailure, isDamage } from './failures.ts';
import { mayMake, nodeFileSystem, type FileSystem } from './fileSystem.ts';
import { settleDeletions } from './importing/batch.ts';
import { layoutOf, type Layout } from './layout.ts';
import { StudyLibrary } from './library.ts';
import { bringIntoStep, catchUp, rebuildIndex } from './rebuild.ts';
import { ObjectStore } from './store/objectStore.ts';
import type { Library, OpenLibraryOptions } from './types.ts';

/**
 * Opens the library in a folder, making one where `create` allows it. Finishes what a killed program left half done.
 * @throws Failure NOT_FOUND, USAGE (a file is in its place), LIBRARY_NEWER, LIBRARY_READ_ONLY, LIBRARY_DAMAGED (the workspace), LIBRARY_BUSY, DISK_FULL
 */
export const openLibrary = (directory: string, options: OpenLibraryOptions): Promise<Library> =>
  openLibraryOn(nodeFileSystem, directory, options);

/** The same on another disk than the machine's: for tests of what disks do. */
export async function openLibraryOn(
  files: FileSystem,
  directory: string,
  options: OpenLibraryOptions,
): Promise<StudyLibrary> {
  const layout = layoutOf(resolve(directory));
  try {
    if (existsSync(layout.directory) && !statSync(layout.directory).isDirectory())
      throw new Failure(
        'USAGE',
        'A study library is a folder, but there is a file of that name; choose another place.',
      );
    if (existsSync(layout.restoring)) throw unfinished();
    const there = existsSync(layout.workspace) || existsSync(layout.objects);
    if (!there && options.create !== true)
      throw new Failure('NOT_FOUND', 'There is no study library in this folder.');
    if (!there && options.readOnly === true)
      throw new Failure(
        'NOT_FOUND',
        'There is no study library in this folder, and none can be made for reading only.',
      );
    // Asked first: of a disk that is read-only Node's mkdir says that there is no such folder.
    if (!there && !mayMake(files, layout.directory))
      throw new Failure(
        'LIBRARY_READ_ONLY',
        'No study library can be made here, as the folder cannot be written to.',
      );
    files.makeFolder(layout.directory);
    const readOnly = options.readOnly === true || !files.mayWrite(layout.directory);
    if (!readOnly) files.makeFolder(layout.objects);
    const { context, notices } = await openParts(layout, files, options.runner, readOnly);
    return new StudyLibrary(context, notices);
  } catch (error) {
    throw asFailure(error);
  }
}

const unfinished = (): Failure =>
  new Failure(
    'LIBRARY_DAMAGED',
    'The restore of a backup into this folder was not finished; delete the folder and restore the backup again.',
  );

/** Both databases, brought into step, and the store of a library's folder. */
export async function openParts(
  layout: Layout,
  files: FileSystem,
  runner: TaskRunner,
  readOnly: boolean,
): Promise<{ context: Context; notices: string[] }> {
  const known = existsSync(layout.workspace);
  const indexWasThere = existsSync(layout.index);
  const workspace = openWorkspace(layout, readOnly);
  let index: Connection;
  const notices: string[] = [];
  try {
    index = openIndex(layout, readOnly);
  } catch (error) {
    if (readOnly || !isDamage(error)) {
      workspace.close();
      throw error;
    }
    removeIndex(layout);
    index = openIndex(layout, readOnly);
    notices.push(
      'The index of the library was damaged and was made anew from its objects; nothing was lost.',
    );
  }
  if (known && !indexWasThere && workspace.first('SELECT 1 FROM holdings LIMIT 1')[0] !== undefined)
    notices.push(
      'The index of the library was missing and was made anew from its objects; nothing was lost.',
    );
  const databases = new Databases(index, workspace, readOnly);
  try {
    const store = new ObjectStore(layout, files);
    const context: Context = { layout, databases, store, files, runner };
    databases.catchUp = (writable, readable) => catchUp(context, writable, readable);
    if (!readOnly) {
      store.sweepIncoming();
      await bringIntoStep(context);
      // Objects without a workspace: it was lost, and the library is made again from what there is.
      if (!known && !store.list().next().done) {
        const { objects } = await rebuildIndex(context);
        notices.push(
          `The library's record of changes was missing; its ${objects} objects were taken in again.`,
        );
      }
      if (databases.workspace.first('SELECT 1 FROM deletions LIMIT 1')[0] !== undefined)
        settleDeletions(databases, store);
    }
    return { context, notices };
  } catch (error) {
    databases.close();
    throw error;
  }
}
