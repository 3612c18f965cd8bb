import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Failure } from '../../../src-shared/model/index.ts';
import { errorCode } from '../failures.ts';
import type { FileSystem } from '../fileSystem.ts';
import { fanOutOf, type Layout } from '../layout.ts';
import { severalAtATime } from '../store/severalAtATime.ts';
import type { RestoreOptions } from '../types.ts';
import {
  DATABASES,
  FIRST,
  FORMAT,
  LAST,
  OBJECT_NAME,
  readContents,
  readHeading,
  type Heading,
} from './format.ts';
import { watched } from './source.ts';
import { readTar, TarDamaged, type ByteSource, type TarEntry } from './tar.ts';

export interface Unpacked {
  readonly heading: Heading;
  /** Of the objects. */
  readonly digests: ReadonlySet<string>;
  /** That objects were put into. */
  readonly folders: readonly string[];
}

type Content = TarEntry & { readonly content: AsyncGenerator<Uint8Array> };

/** The rest is what follows when all is read: databases are looked through, folders flushed. */
const SHARE_OF_READING = 0.97;
/** So many files are written before all of them are flushed. */
const FLUSHED_TOGETHER = 256;
const LONGEST_TEXT = 1e6;

const notABackup = (): Failure =>
  new Failure('INPUT_NOT_USABLE', 'This file is no backup of a Fluence library; choose another one.');
const cutOff = (): Failure =>
  new Failure('INPUT_NOT_USABLE', 'This backup ends too early; copy it again from where it was made.');
export const damaged = (): Failure =>
  new Failure('INPUT_NOT_USABLE', 'This backup is damaged, so nothing was restored; choose an earlier one.');

/**
 * Puts the files of a backup in their places, each checked by its digest on the way.
 * @throws Failure INPUT_NOT_USABLE, LIBRARY_NEWER; what the disk and the signal throw
 */
export async function unpack(
  source: ByteSource,
  layout: Layout,
  { signal, onProgress }: RestoreOptions,
  files: FileSystem,
): Promise<Unpacked> {
  const digests = new Set<string>(),
    databases = new Map<string, string>(),
    unflushed: string[] = [];
  const flush = async (): Promise<void> => severalAtATime(unflushed.splice(0), (path) => files.sync(path));
  let heading: Heading | null = null,
    contents: ReturnType<typeof readContents> = null;
  let [bytes, read] = [0, 0];
  const tell = (more: number): void => {
    read += more;
    onProgress?.({
      progress: Math.min(1, read / source.bytes) * SHARE_OF_READING,
      objects: digests.size,
      ofObjects: heading?.objects ?? null,
      bytes: read,
      made: heading?.made ?? null,
    });
  };
  try {
    for await (const entry of readTar(watched(source, signal, tell))) {
      if (heading === null) {
        heading = await headingOf(entry);
        continue;
      }
      // The list of contents comes last.
      if (contents !== null) throw damaged();
      const digest = OBJECT_NAME.exec(entry.name)?.[2];
      if (digest !== undefined) {
        const path = join(layout.objects, digest.slice(0, 2), digest);
        if ((await write(entry, path, files)) !== digest) throw damaged();
        digests.add(digest);
        bytes += entry.bytes;
        unflushed.push(path);
        if (unflushed.length >= FLUSHED_TOGETHER) await flush();
      } else if (DATABASES.some((name) => name === entry.name))
        databases.set(entry.name, await write(entry, join(layout.directory, entry.name), files));
      else if (entry.name === LAST) contents = readContents(await textOf(entry)) ?? refuse();
      else throw damaged();
    }
  } catch (error) {
    throw whatIsWrong(error, heading !== null);
  }
  if (heading === null) throw notABackup();
  if (contents === null) throw cutOff();
  const { databases: listed } = contents;
  if (
    contents.objects !== digests.size ||
    contents.bytes !== bytes ||
    !DATABASES.every((name) => databases.has(name) && listed[name] === databases.get(name))
  )
    throw damaged();
  tell(0);
  await flush();
  files.makeFolder(layout.objects);
  const folders = new Set([...digests].map((digest) => fanOutOf(layout.objects, digest)));
  return { heading, digests, folders: [...folders] };
}

const refuse = (): never => {
  throw damaged();
};

function whatIsWrong(error: unknown, begun: boolean): unknown {
  if (error instanceof SyntaxError) return begun ? damaged() : notABackup();
  // Two entries of one name.
  if (errorCode(error) === 'EEXIST') return damaged();
  if (!(error instanceof TarDamaged)) return error;
  if (!begun) return notABackup();
  return error.what === 'ends too early' ? cutOff() : damaged();
}

async function headingOf(entry: Content): Promise<Heading> {
  const heading = entry.name === FIRST ? readHeading(await textOf(entry)) : null;
  if (heading === null) throw notABackup();
  if (heading.format > FORMAT)
    throw new Failure(
      'LIBRARY_NEWER',
      'This backup was made by a newer version of Fluence; restore it with that version or a later one.',
    );
  return heading;
}

async function textOf(entry: Content): Promise<string> {
  if (entry.bytes > LONGEST_TEXT) throw damaged();
  const parts: Uint8Array[] = [];
  for await (const chunk of entry.content) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

/** Answers the SHA-256 of what was written, hex. */
async function write(entry: Content, path: string, files: FileSystem): Promise<string> {
  if (!files.exists(dirname(path))) files.makeFolder(dirname(path));
  const hash = createHash('sha256');
  const target = await files.create(path);
  try {
    for await (const chunk of entry.content) {
      hash.update(chunk);
      await target.write(chunk);
    }
  } finally {
    await target.close();
  }
  return hash.digest('hex');
}
