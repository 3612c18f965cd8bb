import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import {
  isFailure,
  type FailureCode,
  type FindingCode,
  type InstanceRecord,
} from '../../../src-shared/model/index.ts';
import type { Belonging } from '../../../src-shared/formats/dicom/index.ts';
import { errorCode, failureCodeOf } from '../failures.ts';
import { FileTooLarge, NotAFile, type FilePath, type FileSystem } from '../fileSystem.ts';
import { objectPath } from '../layout.ts';
import { whyUnreadable } from './unreadable.ts';

export interface ReadFileInput {
  /** Where the bytes are. */
  readonly path: FilePath;
  /** What the user calls the file. */
  readonly name: string;
  /** Folder for the new object, and its name there. */
  readonly incoming: string;
  readonly ticket: string;
  readonly objects: string;
  /** The file is the library's own (out of an archive) and may become the object itself. */
  readonly owned: boolean;
  readonly followLinks: boolean;
}

export type ReadFileOutput =
  | {
      readonly outcome: 'read';
      readonly record: InstanceRecord;
      readonly sha256: string;
      readonly bytes: number;
      /** The new object before it has its name; null where the store has it already. */
      readonly temporary: string | null;
      /** The stored object had other bytes than its name says, and is replaced by these. */
      readonly healed: boolean;
    }
  | {
      readonly outcome: 'refused';
      readonly code: FindingCode;
      readonly reason: string;
      readonly tag: string | null;
      /** The study that the file names, where it can be read as far as that. */
      readonly belongs?: Belonging;
    }
  /** The library, not the file, is in trouble. */
  | { readonly outcome: 'failed'; readonly code: FailureCode; readonly cause: string };

export type Describe = (bytes: Uint8Array, fileName: string) => InstanceRecord;

/** What a file's bytes mean; nothing of DICOM is known here. */
export interface Meaning {
  readonly record: Describe;
  /** Where a file belongs of which there is no record; null where it does not say. */
  belonging(bytes: Uint8Array): Belonging | null;
}

/**
 * One file from where it lies to a new object beside the store: read, described, hashed, written. The bytes never leave
 * this thread. Nothing that a file holds makes it throw.
 */
export function readFile(input: ReadFileInput, files: FileSystem, meaning: Meaning): ReadFileOutput {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = files.read(input.path, { followLinks: input.followLinks });
  } catch (error) {
    return unreadable(error);
  }
  if (bytes.length === 0) return refused('FILE_EMPTY', 'The file is empty (0 bytes).');
  let record: InstanceRecord;
  try {
    record = meaning.record(bytes, basename(input.name));
  } catch (error) {
    const belongs = meaning.belonging(bytes);
    return { ...refusalOf(error), ...(belongs === null ? {} : { belongs }) };
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    return { outcome: 'read', record, sha256, bytes: bytes.length, ...store(input, sha256, bytes, files) };
  } catch (error) {
    return { outcome: 'failed', code: failureCodeOf(error) ?? 'LIBRARY_DAMAGED', cause: errorCode(error) };
  }
}

function store(
  input: ReadFileInput,
  sha256: string,
  bytes: Uint8Array,
  files: FileSystem,
): { temporary: string | null; healed: boolean } {
  const stored = objectPath(input.objects, sha256);
  const present = files.exists(stored);
  if (present && isEqual(files, stored, bytes)) return { temporary: null, healed: false };
  if (input.owned && typeof input.path === 'string') return { temporary: input.path, healed: present };
  const temporary = join(input.incoming, input.ticket);
  files.write(temporary, bytes);
  return { temporary, healed: present };
}

function isEqual(files: FileSystem, path: string, bytes: Uint8Array): boolean {
  try {
    return Buffer.compare(files.read(path, { maxBytes: bytes.length }), bytes) === 0;
  } catch {
    return false;
  }
}

const refused = (code: FindingCode, reason: string, tag: string | null = null): ReadFileOutput => ({
  outcome: 'refused',
  code,
  reason,
  tag,
});

function unreadable(error: unknown): ReadFileOutput {
  if (error instanceof FileTooLarge)
    return refused('FILE_TOO_LARGE', 'The file is larger than 2 GB, more than one DICOM file may hold here.');
  if (error instanceof NotAFile)
    return refused('FILE_UNREADABLE', 'This is not a file but a pipe, a socket or a device.');
  const code = errorCode(error);
  if (code === 'ELOOP') return refused('LINK_NOT_FOLLOWED', 'This is a link; links are not followed.');
  const why = whyUnreadable(code, 'it is no longer there');
  return refused('FILE_UNREADABLE', `The file could not be read: ${why}.`);
}

/** The reader's refusal; anything else that it throws is told as a malformed file, so that the rest of the import goes on. */
function refusalOf(error: unknown): ReadFileOutput {
  if (isFailure(error))
    return refused(error.detail.finding ?? 'FILE_MALFORMED', error.message, error.detail.tag ?? null);
  return refused('FILE_MALFORMED', 'The file breaks the rules of DICOM in a way that it cannot be read.');
}
