import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../../src-shared/model/index.ts';
import type { StoredObject } from '../../library/types.ts';
import type { VerbContext } from './verb.ts';

/** What a word on the command line stands for, wherever a verb takes "a file or a UID". */
export interface NamedObject {
  /** As typed: for sentences. */
  readonly text: string;
  readonly form: 'dicom' | 'nifti' | 'nrrd' | 'mha' | 'folder';
  /** Absolute paths: one file, a folder's files (not its subfolders') sorted by name, or the library's. */
  readonly files: readonly string[];
  /** What the library holds under a UID, in the order of `files`; null where a path was named. */
  readonly stored: readonly StoredObject[] | null;
}

const UID = /^[0-9]+(\.[0-9]+)+$/;

export const formOf = (path: string): 'dicom' | 'nifti' | 'nrrd' | 'mha' => {
  if (/\.nii(\.gz)?$/i.test(path)) return 'nifti';
  if (/\.nrrd$/i.test(path)) return 'nrrd';
  return /\.mh[ad]$/i.test(path) ? 'mha' : 'dicom';
};

async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}

/**
 * Finds what is named, and notes it with its hash for the envelope. A UID opens the library, a path never does; a path
 * that is there goes before a UID of the same letters.
 * @throws Failure NOT_FOUND where there is nothing of that name, INPUT_NOT_USABLE for an empty folder.
 */
export async function namedObject(context: VerbContext, text: string): Promise<NamedObject> {
  const path = resolve(text);
  const found = await stat(path).catch(() => null);
  if (!found && UID.test(text)) return fromLibrary(context, text);
  if (!found) throw new Failure('NOT_FOUND', `There is no file or folder ${path}.`);
  if (!found.isDirectory()) {
    context.note({ path, sha256: await sha256Of(path, context.signal) });
    return { text, form: formOf(path), files: [path], stored: null };
  }
  const entries = await readdir(path, { withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(path, entry.name))
    .sort();
  if (files.length === 0) throw new Failure('INPUT_NOT_USABLE', `The folder ${path} holds no files.`);
  for (const file of files) context.note({ path: file, sha256: await sha256Of(file, context.signal) });
  return { text, form: 'folder', files, stored: null };
}

async function fromLibrary(context: VerbContext, uid: string): Promise<NamedObject> {
  const library = await context.library();
  const objects = library.objects(uid);
  if (objects.length === 0)
    throw new Failure(
      'NOT_FOUND',
      `The library holds nothing with the UID ${uid}; "fluence list" shows what it holds.`,
    );
  for (const object of objects) context.note({ uid: object.sopInstanceUid, sha256: object.sha256 });
  return {
    text: uid,
    form: objects.length === 1 ? 'dicom' : 'folder',
    files: objects.map(({ sha256 }) => library.pathOf(sha256)),
    stored: objects,
  };
}

/** The value of an option that the verb cannot do without. */
export function required(context: VerbContext, name: string, what: string): string {
  const value = context.arguments.text(name);
  if (value === undefined) throw new Failure('USAGE', `--${name} is missing: name ${what}.`);
  return value;
}
