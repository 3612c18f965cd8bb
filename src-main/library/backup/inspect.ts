import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import { Failure, isFailure } from '../../../src-shared/model/index.ts';
import { stateOf } from '../database/databases.ts';
import { isOurs } from '../database/foreign.ts';
import { INDEX_MIGRATIONS, WORKSPACE_MIGRATIONS } from '../database/schema.ts';
import { isDamage } from '../failures.ts';
import type { ReadableDatabase } from '../database/handles.ts';
import type { FileSystem } from '../fileSystem.ts';
import { holdsOf } from '../holds.ts';
import type { Layout } from '../layout.ts';
import { openParts } from '../openLibrary.ts';
import type { RestoreResult } from '../types.ts';
import { checkIndex } from '../verify.ts';
import { chainIsSound } from '../workspace/changeLog.ts';
import { damaged } from './unpack.ts';

/**
 * Opens what a backup brought as the library that it is to be, and looks whether it is one: its databases sound and
 * laid out as ours are, its objects exactly those that it says it holds.
 * @param digests of the objects that came
 * @throws Failure INPUT_NOT_USABLE, LIBRARY_NEWER
 */
export async function inspect(
  layout: Layout,
  digests: ReadonlySet<string>,
  runner: TaskRunner,
  files: FileSystem,
): Promise<Pick<RestoreResult, 'holds' | 'auditTrail'>> {
  try {
    const ours =
      isOurs(layout.workspace, WORKSPACE_MIGRATIONS, namesDigestsOnly) &&
      isOurs(layout.index, INDEX_MIGRATIONS);
    if (!ours) throw damaged();
    const { context } = await openParts(layout, files, runner, false);
    const { databases } = context;
    try {
      const held = databases.workspace.all<{ sha256: string }>('SELECT sha256 FROM holdings');
      if (held.length !== digests.size || held.some(({ sha256 }) => !digests.has(sha256))) throw damaged();
      if (databases.integrity().workspace.length > 0) throw damaged();
      const auditTrail = chainIsSound(databases.workspace, stateOf(databases.index)) ? 'sound' : 'damaged';
      await checkIndex(context);
      return { holds: holdsOf(databases.index, databases.workspace), auditTrail };
    } finally {
      databases.close();
    }
  } catch (error) {
    if (isFailure(error) && error.code === 'LIBRARY_NEWER')
      throw new Failure(
        'LIBRARY_NEWER',
        'This backup was made by a newer version of Fluence; restore it with that version or a later one.',
      );
    throw isDamage(error) ? damaged() : error;
  }
}

/** Digests become names of files, which are read and, of what is to be deleted, removed as soon as it is opened. */
const namesDigestsOnly = (workspace: ReadableDatabase): boolean =>
  workspace.first(
    `SELECT 1 FROM (SELECT sha256 FROM holdings UNION ALL SELECT sha256 FROM deletions)
     WHERE length(sha256) <> 64 OR sha256 GLOB '*[^0-9a-f]*'`,
  )[0] === undefined;
