import type { InstanceRecord } from '../../src-shared/model/index.ts';
import { describeObjects } from './checkObjects.ts';
import type { Context } from './context.ts';
import { inStep, markInStep } from './database/databases.ts';
import type { ReadableDatabase, WritableDatabase } from './database/handles.ts';
import { isDamage } from './failures.ts';
import { describeFile } from './importing/describe.ts';
import { describeStudies } from './index/describeStudies.ts';
import { alignIndex, indexHolding, unindexed, type Holding } from './index/reconcile.ts';
import { clearIndex, insertInstance } from './index/records.ts';
import { describeObjectsTask } from './tasks.ts';
import { appendChange, headOf } from './workspace/changeLog.ts';

export interface Watch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: number) => void;
}

/** Objects that one task takes on: enough to be worth a message, few enough to share out evenly. */
const TASK = 16;
/** Rows written in one transaction. */
const CHUNK = 512;

/** Brings the index up to the workspace where a crash has left it behind. Nothing to do in most cases. */
export async function bringIntoStep(context: Context, watch: Watch = {}): Promise<void> {
  const { databases } = context;
  if (inStep(databases.index, databases.workspace)) return;
  databases.writeIndex((index) => alignIndex(index, databases.workspace));
  const missing = [...unindexed(databases.index, databases.workspace)].flat();
  const unreadable = new Set<string>();
  for (let at = 0; at < missing.length; at += CHUNK) {
    const chunk = missing.slice(at, at + CHUNK);
    const records = await describeAll(
      context,
      chunk.map((holding) => holding.sha256),
      watch,
      (share) => watch.onProgress?.((at + share * chunk.length) / missing.length),
    );
    databases.writeIndex((index) => {
      for (const holding of chunk) {
        const found = records.get(holding.sha256);
        if (found === undefined) unreadable.add(holding.sha256);
        else addHolding(index, databases.workspace, holding.sha256, found.record);
      }
    });
  }
  databases.writeIndex((index) => catchUp(context, index, databases.workspace, unreadable));
  watch.onProgress?.(1);
}

/**
 * The same at once and on this thread, under the index's lock: for the few objects that another program was about to enter
 * when it was killed. Objects that cannot be read stay out of the index; verify tells of them.
 */
export function catchUp(
  context: Context,
  index: WritableDatabase,
  workspace: ReadableDatabase,
  unreadable: ReadonlySet<string> = new Set(),
): void {
  alignIndex(index, workspace);
  for (const chunk of unindexed(index, workspace)) {
    const wanted = chunk.filter(({ sha256 }) => !unreadable.has(sha256));
    for (const { sha256, record } of describeObjects(
      { objects: context.layout.objects, sha256s: wanted.map((row) => row.sha256) },
      context.files,
      describeFile,
    )) {
      if (record !== null) addHolding(index, workspace, sha256, record);
    }
  }
  describeStudies(index);
  markInStep(index, headOf(workspace));
}

/** Makes the index anew from the objects; those that the workspace does not know of are taken in. */
export async function rebuildIndex(context: Context, watch: Watch = {}): Promise<{ objects: number }> {
  const { databases, layout } = context;
  try {
    databases.writeIndex(clearIndex);
  } catch (error) {
    if (!isDamage(error)) throw error;
    databases.replaceIndex(layout);
  }
  await bringIntoStep(context, watch);
  await adoptUnknown(context, watch);
  return {
    objects:
      databases.index.first<{ count: number }>('SELECT count(*) AS count FROM instances')[0]?.count ?? 0,
  };
}

/** Objects in the store that no change speaks of: an import was killed before its commit, or the workspace was lost. */
async function adoptUnknown(context: Context, watch: Watch): Promise<void> {
  const { databases, store } = context;
  const known = new Set(
    databases.workspace
      .all<{ sha256: string }>('SELECT sha256 FROM holdings UNION SELECT sha256 FROM deletions')
      .map((row) => row.sha256),
  );
  const unknown = [...store.list()].filter((sha256) => !known.has(sha256));
  for (let at = 0; at < unknown.length; at += CHUNK) {
    const found = await describeAll(context, unknown.slice(at, at + CHUNK), watch);
    databases.write((index, workspace) => {
      const isHeld = (sha256: string, uid: string): boolean =>
        workspace.first(
          'SELECT 1 FROM holdings WHERE sha256 = ? OR (sop_instance_uid = ? AND trash IS NULL)',
          sha256,
          uid,
        )[0] !== undefined;
      const taken = new Map(
        [...found]
          .filter(([sha256, { record }]) => !isHeld(sha256, record.sopInstanceUid))
          .map(([sha256, item]) => [item.record.sopInstanceUid, { ...item, sha256 }]),
      );
      if (taken.size === 0) return;
      const objects = [...taken.values()].map((item) => item.sha256);
      const change = appendChange(workspace, {
        who: '',
        kind: 'found',
        what: `${objects.length} objects found in the store`,
        forward: { objects },
        backward: null,
      });
      const importedAt = new Date().toISOString();
      for (const { sha256, bytes, record } of taken.values()) {
        workspace.run(
          'INSERT INTO holdings VALUES (?, ?, ?, ?, ?, NULL)',
          sha256,
          record.sopInstanceUid,
          bytes,
          importedAt,
          change,
        );
        insertInstance(index, { record, sha256, bytes, importedAt, trash: null });
      }
      describeStudies(index);
    });
  }
}

async function describeAll(
  context: Context,
  sha256s: readonly string[],
  { signal }: Watch,
  onShare?: (share: number) => void,
): Promise<Map<string, { bytes: number; record: InstanceRecord }>> {
  const found = new Map<string, { bytes: number; record: InstanceRecord }>();
  let done = 0;
  await inTasks(
    sha256s,
    async (part) => {
      signal?.throwIfAborted();
      const described = await context.runner.run(
        describeObjectsTask,
        { objects: context.layout.objects, sha256s: part },
        { priority: 'batch', ...(signal && { signal }) },
      );
      for (const object of described)
        if (object.record !== null) found.set(object.sha256, { bytes: object.bytes, record: object.record });
      done += part.length;
      onShare?.(done / sha256s.length);
    },
    context.runner.workers,
  );
  return found;
}

/** Shares a list out in tasks, a few more in flight than there are workers. */
export async function inTasks(
  items: readonly string[],
  run: (part: readonly string[]) => Promise<void>,
  workers: number,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const part = items.slice(next, next + TASK);
      next += TASK;
      await run(part);
    }
  };
  await Promise.all(Array.from({ length: workers + 1 }, lane));
}

/** Enters a holding as the workspace has it now: it may have gone, or into the trash, since it was looked up. */
function addHolding(
  index: WritableDatabase,
  workspace: ReadableDatabase,
  sha256: string,
  record: InstanceRecord,
): void {
  const holding = workspace.first<Holding>('SELECT * FROM holdings WHERE sha256 = ?', sha256)[0];
  if (
    holding !== undefined &&
    index.first('SELECT 1 FROM instances WHERE sha256 = ?', sha256)[0] === undefined
  )
    indexHolding(index, holding, record);
}
