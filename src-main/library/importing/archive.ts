import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { FindingCode } from '../../../src-shared/model/index.ts';
import { failureCodeOf, asFailure } from '../failures.ts';
import type { OfferedFile, Refusal } from './sources.ts';

export interface ArchiveLimits {
  readonly entries: number;
  /** Unpacked bytes in all. */
  readonly bytes: number;
  /** Unpacked to packed; counts once more than `ratioFrom` bytes would be unpacked, as empty images pack very well. */
  readonly ratio: number;
  readonly ratioFrom: number;
  /** Bytes that must stay free on the library's disk. */
  readonly spare: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  entries: 200_000,
  bytes: 200e9,
  ratio: 200,
  ratioFrom: 1e9,
  spare: 256e6,
};

export interface ArchiveEntry {
  readonly entry: Entry;
  readonly name: string;
  readonly bytes: number;
}

/** An archive whose whole table of contents has been looked through before anything is unpacked. */
export interface OpenArchive {
  readonly entries: readonly ArchiveEntry[];
  readonly refusals: readonly Refusal[];
  /** Unpacks one entry into a file; a refusal where it cannot be. Throws Failure where the library's disk fails. */
  extract(entry: ArchiveEntry, into: string): Promise<OfferedFile | Refusal>;
  close(): void;
}

class Refused extends Error {
  readonly code: FindingCode;
  constructor(code: FindingCode, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** Opens a zip archive; a refusal of the whole where it is hostile or broken. */
export async function openArchive(
  file: OfferedFile,
  freeBytes: number | null,
  limits: ArchiveLimits,
): Promise<OpenArchive | Refusal> {
  let zip: ZipFile | undefined;
  try {
    // Names are looked at as they are: yauzl's own check would end the reading before it could be told which one it was.
    // A path of bytes is handed on to Node as it is.
    zip = await yauzl.openPromise(file.path as string, {
      lazyEntries: true,
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: true,
    });
    const { entries, refusals } = await tableOfContents(zip, file.name, freeBytes, limits);
    const opened = zip;
    return {
      entries,
      refusals,
      extract: (entry, into) => extract(opened, entry, into),
      close: () => opened.close(),
    };
  } catch (error) {
    zip?.close();
    if (error instanceof Refused) return { name: file.name, code: error.code, reason: error.message };
    return {
      name: file.name,
      code: 'ARCHIVE_MALFORMED',
      reason: 'The archive is damaged or not a zip archive; nothing was taken from it.',
    };
  }
}

async function tableOfContents(
  zip: ZipFile,
  archive: string,
  freeBytes: number | null,
  limits: ArchiveLimits,
): Promise<{ entries: ArchiveEntry[]; refusals: Refusal[] }> {
  if (zip.entryCount > limits.entries)
    throw new Refused(
      'ARCHIVE_LIMIT',
      `The archive holds ${zip.entryCount} entries, more than the ${limits.entries} that are allowed.`,
    );
  const entries: ArchiveEntry[] = [];
  const refusals: Refusal[] = [];
  let [packed, unpacked] = [0, 0];
  for await (const entry of zip.eachEntry()) {
    const inner = yauzl.getFileNameLowLevel(
      entry.generalPurposeBitFlag,
      entry.fileName as unknown as Buffer,
      yauzl.parseExtraFields(entry.extraFieldRaw),
      false,
    );
    if (yauzl.validateFileName(inner) !== null || inner.includes('\0'))
      throw new Refused(
        'ARCHIVE_PATH_ESCAPES',
        `The archive holds a name that leads out of it ('${inner.slice(0, 80)}'); nothing was taken from it.`,
      );
    // The upper half of the attributes is a Unix mode where the archive was made there.
    if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000)
      throw new Refused(
        'ARCHIVE_LINK',
        `The archive holds a link ('${inner.slice(0, 80)}'); nothing was taken from it.`,
      );
    if (entry.isEncrypted())
      throw new Refused('ARCHIVE_ENCRYPTED', 'The archive is encrypted; nothing was taken from it.');
    packed += entry.compressedSize;
    unpacked += entry.uncompressedSize;
    if (unpacked > limits.bytes)
      throw new Refused(
        'ARCHIVE_LIMIT',
        `The archive would unpack to more than ${gigabytes(limits.bytes)} GB; nothing was taken from it.`,
      );
    if (unpacked > limits.ratioFrom && unpacked > limits.ratio * packed)
      throw new Refused(
        'ARCHIVE_LIMIT',
        `The archive would unpack to more than ${limits.ratio} times its size; nothing was taken from it.`,
      );
    if (freeBytes !== null && unpacked > freeBytes - limits.spare)
      throw new Refused(
        'ARCHIVE_LIMIT',
        'The archive would unpack to more than the disk of the library has free; nothing was taken from it.',
      );
    if (inner.endsWith('/')) continue;
    const name = `${archive}/${inner}`;
    if (/\.(zip|7z|rar|tar|tgz|gz|bz2|xz)$/i.test(inner))
      refusals.push({
        name,
        code: 'ARCHIVE_NESTED',
        reason: 'An archive inside an archive is not unpacked.',
      });
    else entries.push({ entry, name, bytes: entry.uncompressedSize });
  }
  return { entries, refusals };
}

async function extract(
  zip: ZipFile,
  { entry, name, bytes }: ArchiveEntry,
  into: string,
): Promise<OfferedFile | Refusal> {
  try {
    const stream = await zip.openReadStreamPromise(entry);
    await pipeline(stream, createWriteStream(into, { flags: 'wx', mode: 0o600 }));
    return { path: into, name, bytes, followLinks: false };
  } catch (error) {
    if (failureCodeOf(error) !== undefined) throw asFailure(error);
    return {
      name,
      code: 'ARCHIVE_MALFORMED',
      reason: 'This part of the archive is damaged and could not be unpacked.',
    };
  }
}

/** Where a packed file goes on its way in. */
export const extractedPath = (incoming: string, ticket: string): string =>
  join(incoming, `${ticket}-unpacked`);

const gigabytes = (bytes: number): number => Math.round(bytes / 1e9);
