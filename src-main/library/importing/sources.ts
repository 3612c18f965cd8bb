import { lstat, readdir, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { join, sep } from 'node:path';
import type { FindingCode } from '../../../src-shared/model/index.ts';
import type { Belonging } from '../../../src-shared/formats/dicom/index.ts';
import { errorCode } from '../failures.ts';
import type { FilePath } from '../fileSystem.ts';
import type { NamedFile } from '../types.ts';
import { whyUnreadable } from './unreadable.ts';

/** One file that an import offers; `name` is the path as the user gave it. */
export interface OfferedFile {
  readonly path: FilePath;
  readonly name: string;
  readonly bytes: number;
  readonly followLinks: boolean;
}

/** What is turned down before it is read. */
export interface Refusal {
  readonly name: string;
  readonly code: FindingCode;
  readonly reason: string;
  readonly tag?: string | null;
  readonly belongs?: Belonging;
}

export interface Sources {
  readonly files: readonly OfferedFile[];
  readonly archives: readonly OfferedFile[];
  readonly refusals: readonly Refusal[];
}

const ARCHIVE = /\.zip$/i;
const DEEPEST = 100;
/** Names that the disk is asked about at once. */
const TOGETHER = 64;

/**
 * Everything under the given paths, in the order of names. Links inside folders are told and not followed. A slow disk is
 * waited for, and nothing else waits with it; stopped by the signal it answers with what it has found by then.
 */
export async function gatherSources(
  offered: readonly (string | NamedFile)[],
  signal?: AbortSignal,
): Promise<Sources> {
  const walk = new Walk(signal);
  for (const one of offered) await walk.offered(typeof one === 'string' ? { path: one, name: one } : one);
  return walk;
}

/** A path and how it is shown: they differ where a name is no text. */
interface Place {
  readonly path: FilePath;
  readonly name: string;
}

class Walk implements Sources {
  readonly files: OfferedFile[] = [];
  readonly archives: OfferedFile[] = [];
  readonly refusals: Refusal[] = [];
  readonly #seen = new Set<string>();
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** What a person named is followed if it is a link. */
  async offered(place: Place): Promise<void> {
    const facts = await this.#asked(place, stat);
    if (facts?.isDirectory() === true) await this.#folder(place, 0);
    else if (facts !== null) this.#take(place, facts, true);
  }

  async #folder(folder: Place, depth: number): Promise<void> {
    let names: Buffer[];
    try {
      // As bytes: names from other systems may be no text in this one's encoding, and are files all the same.
      names = (await readdir(folder.path as string, { encoding: 'buffer' })).sort(Buffer.compare);
    } catch (error) {
      this.#unreadable(folder.name, error);
      return;
    }
    for (let at = 0; at < names.length && this.#signal?.aborted !== true; at += TOGETHER) {
      const places = names.slice(at, at + TOGETHER).map((name) => within(folder, name));
      const found = await Promise.all(places.map((place) => this.#asked(place, lstat)));
      for (const [n, facts] of found.entries()) {
        const place = places[n];
        if (place !== undefined && facts !== null) await this.#found(place, facts, depth);
      }
    }
  }

  async #found(place: Place, facts: Stats, depth: number): Promise<void> {
    if (facts.isSymbolicLink())
      this.refusals.push({
        name: place.name,
        code: 'LINK_NOT_FOLLOWED',
        reason: 'This is a link; links in folders are not followed.',
      });
    else if (!facts.isDirectory()) this.#take(place, facts, false);
    else if (depth < DEEPEST) await this.#folder(place, depth + 1);
    else
      this.refusals.push({
        name: place.name,
        code: 'FILE_UNREADABLE',
        reason: `The folder lies more than ${DEEPEST} folders deep.`,
      });
  }

  #take({ path, name }: Place, facts: Stats, followLinks: boolean): void {
    if (!facts.isFile()) {
      this.refusals.push({
        name,
        code: 'FILE_UNREADABLE',
        reason: 'This is not a file but a pipe, a socket or a device.',
      });
      return;
    }
    // The same path given twice is one file.
    const key = typeof path === 'string' ? path : Buffer.from(path).toString('hex');
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    (ARCHIVE.test(name) ? this.archives : this.files).push({ path, name, bytes: facts.size, followLinks });
  }

  async #asked(place: Place, ask: (path: string) => Promise<Stats>): Promise<Stats | null> {
    try {
      return await ask(place.path as string);
    } catch (error) {
      this.#unreadable(place.name, error);
      return null;
    }
  }

  #unreadable(name: string, error: unknown): void {
    const why = whyUnreadable(errorCode(error), 'there is no such file or folder');
    this.refusals.push({ name, code: 'FILE_UNREADABLE', reason: `Could not be read: ${why}.` });
  }
}

/** A name in a folder: as text where it is text, else as its bytes, and shown as most such names were written. */
function within(folder: Place, name: Buffer): Place {
  const text = name.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(name);
  const shown = join(folder.name, isText ? text : name.toString('latin1'));
  if (isText && typeof folder.path === 'string') return { path: join(folder.path, text), name: shown };
  return { path: Buffer.concat([Buffer.from(folder.path), Buffer.from(sep), name]), name: shown };
}
