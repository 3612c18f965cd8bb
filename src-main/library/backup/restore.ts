import { dirname, join, resolve } from 'node:path';
import { Failure, isFailure } from '../../../src-shared/model/index.ts';
import { asFailure, errorCode } from '../failures.ts';
import { mayMake, nodeFileSystem, type FileSystem } from '../fileSystem.ts';
import { layoutOf, type Layout } from '../layout.ts';
import { pointerOf } from '../place/pointer.ts';
import type { RestoreOptions, RestoreResult } from '../types.ts';
import { mayBeRunning, PROCESS } from '../workspace/notes.ts';
import { inspect } from './inspect.ts';
import { noteOrigin } from './origin.ts';
import { backupFile } from './source.ts';
import type { ByteSource } from './tar.ts';
import { unpack } from './unpack.ts';

/**
 * Makes a library from a backup, in a folder that is empty or not there yet. Every object and database is checked against
 * its digest, and the library that comes of them is opened and looked at; where something does not agree nothing is left
 * behind. Until the end the folder says that it is no library yet, so that one that was killed is not taken for one.
 * @throws Failure NOT_FOUND, NOT_ALLOWED (the folder holds something), INPUT_NOT_USABLE (not a sound backup), LIBRARY_NEWER, DISK_FULL
 */
export async function restoreBackup(
  backup: string | ByteSource,
  directory: string,
  options: RestoreOptions,
  files: FileSystem = nodeFileSystem,
): Promise<RestoreResult> {
  const source = typeof backup === 'string' ? await backupFile(backup) : backup;
  const layout = layoutOf(resolve(directory));
  const made = missingFolders(files, layout.directory);
  try {
    await begin(files, layout);
    const unpacked = await unpack(source, layout, options, files);
    const { holds, auditTrail } = await inspect(layout, unpacked.digests, options.runner, files);
    options.signal?.throwIfAborted();
    const { made: madeAt, version } = unpacked.heading;
    noteOrigin(files, layout, {
      made: madeAt,
      version,
      restoredAt: new Date().toISOString(),
      usedAt: null,
    });
    for (const folder of [layout.origin, layout.index, layout.workspace]) await files.sync(folder);
    for (const folder of [...unpacked.folders, layout.objects, layout.directory])
      await files.syncFolder(folder);
    // From here on it is a library.
    files.remove(layout.restoring);
    await files.syncFolder(layout.directory);
    await files.syncFolder(dirname(layout.directory));
    return { made: madeAt, version, holds, auditTrail };
  } catch (error) {
    if (!(error instanceof Occupied)) takeAway(files, layout, made);
    throw isFailure(error) ? error : asFailure(error);
  }
}

/** The folder is somebody else's: it is left as it is. */
class Occupied extends Failure {}

/** The folder and those above it that are not there, outermost first. */
function missingFolders(files: FileSystem, directory: string): string[] {
  const missing: string[] = [];
  for (let folder = directory; !files.exists(folder); folder = dirname(folder)) missing.unshift(folder);
  return missing;
}

async function begin(files: FileSystem, layout: Layout): Promise<void> {
  if (files.exists(pointerOf(layout.directory)))
    throw new Occupied(
      'NOT_ALLOWED',
      'Another library is used in place of that folder; choose another folder.',
    );
  if (isLeftUnfinished(files, layout)) clear(files, layout);
  if (files.exists(layout.directory) && files.names(layout.directory).length > 0) throw taken();
  if (!mayMake(files, layout.directory))
    throw new Occupied(
      'LIBRARY_READ_ONLY',
      'No library can be made there, as the folder cannot be written to; choose another one.',
    );
  for (let tries = 1; ; tries++) {
    files.makeFolder(layout.directory);
    try {
      files.write(layout.restoring, Buffer.from(PROCESS));
      break;
    } catch (error) {
      // Another program that starts sweeps empty folders away.
      if (errorCode(error) === 'ENOENT' && tries < 3) continue;
      // Another one has begun here this very moment.
      throw errorCode(error) === 'EEXIST' ? taken() : error;
    }
  }
  // On the disk before anything that it speaks of.
  await files.sync(layout.restoring);
  await files.syncFolder(layout.directory);
}

const taken = (): Failure =>
  new Occupied('NOT_ALLOWED', 'A backup is restored into an empty folder only; choose another one.');

/** Whether a restore into this folder was killed. */
export function isLeftUnfinished(files: FileSystem, layout: Layout): boolean {
  if (!files.exists(layout.restoring)) return false;
  const owner = Buffer.from(files.read(layout.restoring)).toString();
  return owner === '' || !mayBeRunning(owner);
}

/** Empties a folder that is not, or no longer, to be a library; what says so goes last, so that a kill does no harm. */
export function clear(files: FileSystem, layout: Layout): void {
  for (const name of files.names(layout.directory))
    if (join(layout.directory, name) !== layout.restoring) files.removeFolder(join(layout.directory, name));
  files.removeFolder(layout.restoring);
}

function takeAway(files: FileSystem, layout: Layout, made: readonly string[]): void {
  if (files.exists(layout.directory)) clear(files, layout);
  const [outermost] = made;
  if (outermost !== undefined) files.removeFolder(outermost);
}
