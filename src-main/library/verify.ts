import type { Context } from './context.ts';
import { stateOf } from './database/databases.ts';
import { isDamage } from './failures.ts';
import { bringIntoStep, inTasks, rebuildIndex, type Watch } from './rebuild.ts';
import { checkObjectsTask } from './tasks.ts';
import type { VerifyResult } from './types.ts';
import { chainIsSound } from './workspace/changeLog.ts';

const REASONS = {
  changed: 'The stored bytes are no longer those that were imported.',
  missing: 'The stored file is gone.',
  unreadable: 'The stored file cannot be read.',
} as const;

/** Looks at everything: each object's bytes, both databases, the index against the holdings, the chain of changes. */
export async function verify(context: Context, watch: Watch = {}): Promise<VerifyResult> {
  const { databases, layout, runner } = context;
  const auditTrail = workspaceIsSound(context) ? 'sound' : 'damaged';
  const index = await checkIndex(context);
  const holdings = databases.workspace.all<{ sha256: string; sop_instance_uid: string }>(
    'SELECT sha256, sop_instance_uid FROM holdings ORDER BY sha256',
  );
  const uids = new Map(holdings.map((row) => [row.sha256, row.sop_instance_uid]));
  const bad: VerifyResult['bad'][number][] = [];
  let done = 0;
  await inTasks(
    [...uids.keys()],
    async (part) => {
      watch.signal?.throwIfAborted();
      const checked = await runner.run(
        checkObjectsTask,
        { objects: layout.objects, sha256s: part },
        { priority: 'batch', ...(watch.signal && { signal: watch.signal }) },
      );
      for (const { sha256, state } of checked) {
        if (state !== 'intact' && isStillHeld(context, sha256))
          bad.push({ uid: uids.get(sha256) ?? '', sha256, reason: REASONS[state] });
      }
      done += part.length;
      watch.onProgress?.(done / uids.size);
    },
    runner.workers,
  );
  return { objects: uids.size, bad: bad.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)), index, auditTrail };
}

const isStillHeld = ({ databases }: Context, sha256: string): boolean =>
  databases.workspace.first('SELECT 1 FROM holdings WHERE sha256 = ?', sha256)[0] !== undefined;

function workspaceIsSound({ databases }: Context): boolean {
  try {
    return (
      databases.integrity().workspace.length === 0 &&
      chainIsSound(databases.workspace, stateOf(databases.index))
    );
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Makes an index that does not agree with the holdings anew, where it may be written. */
export async function checkIndex(context: Context): Promise<VerifyResult['index']> {
  const { databases } = context;
  if (!databases.readOnly) await bringIntoStep(context);
  if (indexIsSound(context)) return 'sound';
  if (databases.readOnly) return 'damaged';
  await rebuildIndex(context);
  return 'rebuilt';
}

function indexIsSound({ databases, files, store }: Context): boolean {
  try {
    if (databases.integrity().index.length > 0) return false;
    const rows = (sql: string, from: typeof databases.index): Map<string, number | null> =>
      new Map(from.all<{ sha256: string; trash: number | null }>(sql).map((row) => [row.sha256, row.trash]));
    const indexed = rows('SELECT sha256, trash FROM instances', databases.index);
    const held = rows('SELECT sha256, trash FROM holdings', databases.workspace);
    const extra = [...indexed.keys()].some((sha256) => !held.has(sha256));
    // What cannot be read cannot be indexed; it is counted among the bad objects instead.
    const lost = [...held].some(([sha256, trash]) =>
      indexed.has(sha256) ? indexed.get(sha256) !== trash : files.exists(store.pathOf(sha256)),
    );
    return !extra && !lost;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
