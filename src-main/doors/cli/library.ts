import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import { defaultLibraryDirectory } from '../../host/locations.ts';
import { libraryAt, openPlace } from '../../library/index.ts';
import type { Library } from '../../library/types.ts';

/** Opens the library of `--library` (or the app's own). Only verbs that bring something in may create one. */
export function openCommandLibrary(
  given: string | undefined,
  runner: TaskRunner,
  create: boolean,
): Promise<Library> {
  const place = resolve(given ?? defaultLibraryDirectory());
  if (!create && !existsSync(libraryAt(place))) {
    throw new Failure(
      'NOT_FOUND',
      `There is no library in ${place}; "fluence import" makes one, or name another with --library.`,
    );
  }
  return openPlace(place, { runner, create });
}
