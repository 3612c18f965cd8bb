import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { errorCode } from '../failures.ts';
import type { FileSystem } from '../fileSystem.ts';
import { fanOutOf, objectPath, type Layout } from '../layout.ts';
import { mayBeRunning } from '../workspace/notes.ts';
import { severalAtATime } from './severalAtATime.ts';

/** A file that a worker has written under a name of its own, to become an object. */
export interface Arrival {
  readonly temporary: string;
  readonly sha256: string;
}

/** The content-addressed files. What stands under a final name is whole and on the disk. */
export class ObjectStore {
  readonly #layout: Layout;
  readonly #files: FileSystem;

  constructor(layout: Layout, files: FileSystem) {
    this.#layout = layout;
    this.#files = files;
  }

  pathOf(sha256: string): string {
    return objectPath(this.#layout.objects, sha256);
  }

  has(sha256: string): boolean {
    return this.#files.exists(this.pathOf(sha256));
  }

  /**
   * Takes a batch in: all contents to the disk first (several at a time, so that one flush of the disk serves many), then
   * all names, then each folder that got one, once. Only after that may a database speak of them.
   */
  async adopt(arrivals: readonly Arrival[]): Promise<void> {
    await severalAtATime(arrivals, ({ temporary }) => this.#files.sync(temporary));
    const folders = new Set<string>();
    for (const { temporary, sha256 } of arrivals) {
      const folder = fanOutOf(this.#layout.objects, sha256);
      if (!folders.has(folder) && !this.#files.exists(folder)) {
        this.#files.makeFolder(folder);
        folders.add(dirname(folder));
      }
      folders.add(folder);
      this.#files.rename(temporary, this.pathOf(sha256));
    }
    await severalAtATime([...folders], (folder) => this.#files.syncFolder(folder));
  }

  remove(sha256: string): void {
    try {
      this.#files.remove(this.pathOf(sha256));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  /** All digests that have a file, in order. */
  *list(): Generator<string> {
    if (!this.#files.exists(this.#layout.objects)) return;
    for (const folder of this.#files
      .names(this.#layout.objects)
      .filter((name) => /^[0-9a-f]{2}$/.test(name))
      .sort()) {
      yield* this.#files
        .names(join(this.#layout.objects, folder))
        .filter((name) => /^[0-9a-f]{64}$/.test(name))
        .sort();
    }
  }

  /** A folder of its own for one import. */
  openIncoming(): string {
    const folder = join(
      this.#layout.incoming,
      `${hostname()}~${process.pid}~${randomBytes(6).toString('hex')}`,
    );
    this.#files.makeFolder(folder);
    return folder;
  }

  closeIncoming(folder: string): void {
    this.#files.removeFolder(folder);
  }

  /** Removes what imports that were killed have left behind; running ones, here or elsewhere, keep theirs. */
  sweepIncoming(): void {
    if (!this.#files.exists(this.#layout.incoming)) return;
    for (const name of this.#files.names(this.#layout.incoming)) {
      const [host = '', pid = ''] = name.split('~');
      if (!mayBeRunning(`${host} ${pid}`)) this.#files.removeFolder(join(this.#layout.incoming, name));
    }
  }
}
