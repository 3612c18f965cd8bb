import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../../../src-shared/model/index.ts';
import { asFailure, errorCode } from '../failures.ts';
import type { Watch } from '../rebuild.ts';
import type { BackupResult } from '../types.ts';
import { DATABASES, FIRST, FORMAT, LAST, OBJECT_NAME, type Contents } from './format.ts';
import { readTar, TarDamaged, type TarEntry } from './tar.ts';

/**
 * Makes a library from a backup, in a folder that is empty or not there yet. Every object and database is checked against
 * its digest; where something does not agree nothing is left behind.
 * @throws Failure NOT_FOUND, NOT_ALLOWED (the folder holds something), INPUT_NOT_USABLE (not a sound backup), LIBRARY_NEWER, DISK_FULL
 */
export async function restoreBackup(
  file: string,
  directory: string,
  watch: Watch = {},
): Promise<BackupResult> {
  const target = resolve(directory);
  const made = mkdirSync(target, { recursive: true, mode: 0o700 });
  if (readdirSync(target).length > 0)
    throw new Failure('NOT_ALLOWED', 'A backup is restored into an empty folder only; choose another one.');
  try {
    return await unpack(file, target, watch);
  } catch (error) {
    for (const name of readdirSync(target)) rmSync(join(target, name), { recursive: true, force: true });
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    if (error instanceof TarDamaged || error instanceof SyntaxError) throw unsound();
    if (errorCode(error) === 'ENOENT') throw new Failure('NOT_FOUND', 'There is no such backup file.');
    throw asFailure(error);
  }
}

const unsound = (): Failure =>
  new Failure(
    'INPUT_NOT_USABLE',
    'This file is not a complete backup of a Fluence library; nothing was restored.',
  );

async function unpack(file: string, target: string, { signal, onProgress }: Watch): Promise<BackupResult> {
  const source = await open(file, 'r');
  try {
    const { size } = await source.stat();
    const databases: Record<string, string> = {};
    let contents: Contents | undefined;
    let [objects, bytes, read, first] = [0, 0, 0, true];
    for await (const entry of readTar(source)) {
      signal?.throwIfAborted();
      if (first !== (entry.name === FIRST) || contents !== undefined) throw unsound();
      first = false;
      const digest = OBJECT_NAME.exec(entry.name)?.[2];
      if (entry.name === FIRST) refuseNewer(await textOf(entry));
      else if (entry.name === LAST) contents = JSON.parse(await textOf(entry)) as Contents;
      else if (digest !== undefined) {
        if ((await write(entry, join(target, entry.name))) !== digest) throw unsound();
        objects++;
        bytes += entry.bytes;
      } else if (DATABASES.some((name) => name === entry.name))
        databases[entry.name] = await write(entry, join(target, entry.name));
      else throw unsound();
      read += entry.bytes;
      onProgress?.(read / size);
    }
    const agrees =
      contents !== undefined &&
      contents.objects === objects &&
      contents.bytes === bytes &&
      DATABASES.every(
        (name) => contents.databases[name] !== undefined && contents.databases[name] === databases[name],
      );
    if (!agrees) throw unsound();
    mkdirSync(join(target, 'objects'), { recursive: true, mode: 0o700 });
    onProgress?.(1);
    return { objects, bytes };
  } finally {
    await source.close();
  }
}

type Content = TarEntry & { readonly content: AsyncGenerator<Uint8Array> };

async function textOf(entry: Content): Promise<string> {
  if (entry.bytes > 1e6) throw unsound();
  const parts: Uint8Array[] = [];
  for await (const chunk of entry.content) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

function refuseNewer(text: string): void {
  const { format } = JSON.parse(text) as { format?: unknown };
  if (typeof format !== 'number') throw unsound();
  if (format > FORMAT)
    throw new Failure(
      'LIBRARY_NEWER',
      'This backup was made by a newer version of Fluence; restore it with that version or a later one.',
    );
}

async function write(entry: Content, path: string): Promise<string> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const target = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of entry.content) {
      hash.update(chunk);
      for (let at = 0; at < chunk.length;)
        at += (await target.write(chunk, at, chunk.length - at)).bytesWritten;
    }
    await target.datasync();
  } finally {
    await target.close();
  }
  return hash.digest('hex');
}
