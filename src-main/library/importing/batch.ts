import type { InstanceRecord } from '../../../src-shared/model/index.ts';
import type { Databases } from '../database/databases.ts';
import type { ReadableDatabase } from '../database/handles.ts';
import { insertInstance, removeInstances, setTrash } from '../index/records.ts';
import type { ObjectStore } from '../store/objectStore.ts';
import { appendChange } from '../workspace/changeLog.ts';
import { dropEmptyItems } from '../workspace/moves.ts';
import type { ReadFileOutput } from './readFile.ts';
import type { ReportBuilder } from './reportBuilder.ts';
import type { OfferedFile } from './sources.ts';

/** A file that was read, described and stored beside the library, and waits to be taken in. */
export interface Arrived {
  readonly file: OfferedFile;
  readonly owned: boolean;
  readonly output: Extract<ReadFileOutput, { outcome: 'read' }>;
}

interface Seen {
  readonly sha256: string;
  readonly record: InstanceRecord;
  readonly names: string[];
  /** ours: this import brought it; held: the library had it; conflict: two files claimed the UID. */
  readonly state: 'ours' | 'held' | 'conflict';
}

const TWO_FILES =
  'Two files carry this SOP Instance UID with different content; neither can be trusted, so neither was taken.';
const HELD_OTHER =
  'The library holds another file with this SOP Instance UID and different content; the one in the library was kept.';

/** Decides what becomes of each file and commits a batch of them as one change. Keeps what this import has seen so far. */
export class Batches {
  readonly #seen = new Map<string, Seen>();
  readonly #databases: Databases;
  readonly #store: ObjectStore;
  readonly #report: ReportBuilder;
  readonly #who: string;

  constructor(databases: Databases, store: ObjectStore, report: ReportBuilder, who: string) {
    this.#databases = databases;
    this.#store = store;
    this.#report = report;
    this.#who = who;
  }

  /**
   * Objects must be in the store. Answers the files whose object has been deleted by another program meanwhile; they have
   * to be read again.
   */
  commit(batch: readonly Arrived[]): Arrived[] {
    const again: Arrived[] = [];
    const told: (() => void)[] = [];
    const dropped = this.#databases.write((index, workspace) => {
      const decided = new Decisions(workspace, this.#seen);
      for (const arrived of batch) {
        // Under the lock nothing can be deleted any more: what is there now stays.
        if (!this.#store.has(arrived.output.sha256)) again.push(arrived);
        else told.push(...decided.decide(arrived, this.#report));
      }
      const { fresh, back, withdrawn, dropped: drops } = decided;
      if (fresh.size + back.length > 0) {
        const objects = [...[...fresh.values()].map((item) => item.output.sha256), ...back];
        const what = `${objects.length} ${objects.length === 1 ? 'object' : 'objects'} imported`;
        const change = appendChange(workspace, {
          who: this.#who,
          kind: 'import',
          what,
          forward: { report: this.#report.id, objects },
          backward: null,
        });
        const at = new Date().toISOString();
        // In the order in which a rebuild takes them: what a series says of itself is what its first object says.
        const inOrder = [...fresh.values()].sort((a, b) => (a.output.sha256 < b.output.sha256 ? -1 : 1));
        for (const { output } of inOrder) {
          workspace.run(
            'INSERT INTO holdings VALUES (?, ?, ?, ?, ?, NULL)',
            output.sha256,
            output.record.sopInstanceUid,
            output.bytes,
            at,
            change,
          );
          workspace.run('DELETE FROM deletions WHERE sha256 = ?', output.sha256);
          insertInstance(index, {
            record: output.record,
            sha256: output.sha256,
            bytes: output.bytes,
            importedAt: at,
            trash: null,
          });
        }
        for (const sha256 of back) {
          workspace.run('UPDATE holdings SET trash = NULL WHERE sha256 = ?', sha256);
          setTrash(index, sha256, null);
        }
        dropEmptyItems(workspace);
      }
      if (withdrawn.length > 0) {
        const what = `${withdrawn.length} imported ${withdrawn.length === 1 ? 'object' : 'objects'} taken out again: other files claim the same identity`;
        appendChange(workspace, {
          who: this.#who,
          kind: 'withdraw',
          what,
          forward: { objects: withdrawn },
          backward: null,
        });
        for (const sha256 of withdrawn) workspace.run('DELETE FROM holdings WHERE sha256 = ?', sha256);
        removeInstances(index, withdrawn);
      }
      for (const sha256 of [...drops, ...withdrawn]) {
        workspace.run(
          'INSERT OR IGNORE INTO deletions SELECT ? WHERE NOT EXISTS (SELECT 1 FROM holdings WHERE sha256 = ?)',
          sha256,
          sha256,
        );
      }
      return drops.length + withdrawn.length;
    });
    for (const tell of told) tell();
    if (dropped > 0) settleDeletions(this.#databases, this.#store);
    return again;
  }
}

/** What one batch comes to, before anything is written. */
class Decisions {
  readonly fresh = new Map<string, Arrived>();
  readonly back: string[] = [];
  readonly withdrawn: string[] = [];
  readonly dropped: string[] = [];
  readonly #workspace: ReadableDatabase;
  readonly #seen: Map<string, Seen>;

  constructor(workspace: ReadableDatabase, seen: Map<string, Seen>) {
    this.#workspace = workspace;
    this.#seen = seen;
  }

  /** Answers what to write into the report once the batch is committed. */
  decide({ file, output, owned }: Arrived, report: ReportBuilder): (() => void)[] {
    const { record, sha256 } = output;
    const uid = record.sopInstanceUid;
    const seen = this.#seen.get(uid);
    const conflict = (name: string, reason: string) => (): void =>
      report.refuse({ name, code: 'DUPLICATE_SOP_INSTANCE_CONFLICT', reason, tag: '(0008,0018)' });
    const healed = output.healed ? [(): void => report.healed(file.name)] : [];

    if (seen?.state === 'conflict') {
      this.dropped.push(sha256);
      return [conflict(file.name, TWO_FILES)];
    }
    const live = this.#liveObject(uid);
    if (live === undefined) {
      const inTrash =
        this.#workspace.first('SELECT 1 FROM holdings WHERE sha256 = ?', sha256)[0] !== undefined;
      if (inTrash) this.back.push(sha256);
      else this.fresh.set(uid, { file, output, owned });
      this.#seen.set(uid, { sha256, record, names: [file.name], state: inTrash ? 'held' : 'ours' });
      return [() => report.accept(file.name, record, 'imported'), ...healed];
    }
    if (live === sha256) {
      if (seen === undefined) this.#seen.set(uid, { sha256, record, names: [file.name], state: 'held' });
      else seen.names.push(file.name);
      return [() => report.accept(file.name, record, 'duplicate'), ...healed];
    }
    this.dropped.push(sha256);
    if (seen?.state !== 'ours') return [conflict(file.name, HELD_OTHER)];
    // Neither the first nor the last wins, so that the outcome does not depend on the order of the files.
    if (this.fresh.delete(uid)) this.dropped.push(live);
    else this.withdrawn.push(live);
    this.#seen.set(uid, { ...seen, state: 'conflict' });
    return [
      () => report.withdraw(seen.record, seen.names),
      ...[...seen.names, file.name].map((name) => conflict(name, TWO_FILES)),
    ];
  }

  #liveObject(uid: string): string | undefined {
    const fresh = this.fresh.get(uid)?.output.sha256;
    if (fresh !== undefined) return fresh;
    const held = this.#workspace.first<{ sha256: string; trash: number | null }>(
      'SELECT sha256 FROM holdings WHERE sop_instance_uid = ? AND trash IS NULL',
      uid,
    )[0]?.sha256;
    if (held !== undefined) return held;
    const back = this.#seen.get(uid);
    return back !== undefined && this.back.includes(back.sha256) ? back.sha256 : undefined;
  }
}

const CHUNK = 500;

/** Deletes the files of objects that were given up, under the lock, so that nobody takes one up again meanwhile. */
export function settleDeletions(databases: Databases, store: ObjectStore): void {
  for (;;) {
    const left = databases.write((_, workspace) => {
      const rows = workspace.all<{ sha256: string; held: number }>(
        `SELECT sha256, EXISTS (SELECT 1 FROM holdings WHERE holdings.sha256 = deletions.sha256) AS held FROM deletions LIMIT ${CHUNK}`,
      );
      for (const { sha256, held } of rows) {
        if (held === 0) store.remove(sha256);
        workspace.run('DELETE FROM deletions WHERE sha256 = ?', sha256);
      }
      return rows.length;
    });
    if (left < CHUNK) return;
  }
}
