import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { filesOfUpload, type UploadedFile } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';

/** Bounds of one upload: far beyond a study, well below what would fill a disk unseen. */
const MOST_FILES = 200_000;
const MOST_BYTES = 512 * 2 ** 30;
const DEEPEST = 32;
const LONGEST_NAME = 120;

export interface StagedUpload {
  readonly title: string;
  /** Holds what came; `discard` it when its import has ended. */
  readonly folder: string;
}

export interface Uploads {
  begin(request: { title: string; files: number; bytes: number }): {
    readonly upload: string;
    readonly url: string;
  };
  /**
   * Takes the files of a body (`filesOfUpload`). Several bodies of one upload may come at a time.
   * @throws Failure NOT_FOUND, NOT_ALLOWED (a name or more than was announced), INPUT_NOT_USABLE, DISK_FULL …
   */
  receive(upload: string, body: AsyncIterable<Uint8Array>): Promise<void>;
  /** Ends an upload and hands its files over. @throws Failure NOT_FOUND, or NOT_ALLOWED while files are on their way. */
  take(upload: string): StagedUpload;
  abandon(upload: string): Promise<void>;
  discard(staged: StagedUpload): Promise<void>;
  /** Whether a file is on its way. */
  readonly receiving: boolean;
  close(): Promise<void>;
}

interface Running {
  readonly staged: StagedUpload;
  readonly files: number;
  readonly bytes: number;
  receivedFiles: number;
  receivedBytes: number;
  open: number;
}

/** Characters that some file system refuses or reads as more than a name; control characters are the rest of them. */
const UNSAFE = '<>:"|?*\u007f';
const isUnsafe = (character: string): boolean => character < ' ' || UNSAFE.includes(character);

/**
 * The path below its own folder that a client's name becomes: plain names only, however it was spelled.
 * @throws Failure NOT_ALLOWED for a name that leads elsewhere ('..', absolute, a drive) or is none.
 */
export function safeRelativePath(given: string): string {
  const refused = (): Failure =>
    new Failure(
      'NOT_ALLOWED',
      'A file has a name that leads out of its folder, or none; it was not taken in.',
    );
  if (given.length > 4096 || /^([/\\]|[A-Za-z]:)/.test(given) || given.includes('\0')) throw refused();
  const parts = given.split(/[/\\]+/).filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.length > DEEPEST || parts.includes('..')) throw refused();
  return parts.map(safeName).join(sep);
}

function safeName(part: string): string {
  const plain = Array.from(part, (character) => (isUnsafe(character) ? '_' : character))
    .join('')
    .replace(/[. ]+$/, '_');
  const short =
    plain.length <= LONGEST_NAME ? plain : `${plain.slice(0, LONGEST_NAME - 16)}…${plain.slice(-15)}`;
  // Windows opens devices by these names, whatever folder they are in.
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(short) ? `_${short}` : short;
}

const notFound = (): Failure => new Failure('NOT_FOUND', 'This upload is no longer known; begin it again.');

/** Uploads on their way in, each in a folder of its own below `root` (SPEC.md H10). */
export async function createUploads(root: string): Promise<Uploads> {
  const running = new Map<string, Running>();
  await sweep(root);

  const discard = (staged: StagedUpload): Promise<void> =>
    rm(staged.folder, { recursive: true, force: true });

  async function write(upload: Running, { name, bytes, chunks }: UploadedFile): Promise<void> {
    if (upload.receivedFiles >= upload.files)
      throw new Failure('NOT_ALLOWED', 'The upload holds more files than it announced; it was stopped.');
    upload.receivedFiles += 1;
    upload.receivedBytes += bytes;
    if (upload.receivedBytes > upload.bytes)
      throw new Failure('NOT_ALLOWED', 'The upload holds more bytes than it announced; it was stopped.');
    const wanted = join(upload.staged.folder, safeRelativePath(name));
    const [path, file] = await newFile(wanted, upload.receivedFiles);
    try {
      for await (const chunk of chunks) await file.writeFile(chunk);
      await file.close();
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(path, { force: true });
      throw error;
    }
  }

  return {
    begin({ title, files, bytes }) {
      if (files < 1 || files > MOST_FILES || bytes < 0 || bytes > MOST_BYTES) {
        throw new Failure(
          'NOT_ALLOWED',
          `An upload takes 1 to ${MOST_FILES} files and ${MOST_BYTES / 2 ** 30} GiB; import larger ones in parts.`,
        );
      }
      const id = randomUUID();
      running.set(id, {
        staged: { title, folder: join(root, `${process.pid}-${id}`) },
        files,
        bytes,
        receivedFiles: 0,
        receivedBytes: 0,
        open: 0,
      });
      return { upload: id, url: `/upload/${id}` };
    },
    async receive(id, body) {
      const upload = running.get(id);
      if (upload === undefined) throw notFound();
      upload.open += 1;
      try {
        for await (const file of filesOfUpload(body)) {
          if (running.get(id) !== upload) throw notFound();
          await write(upload, file);
        }
      } finally {
        upload.open -= 1;
      }
    },
    take(id) {
      const upload = running.get(id);
      if (upload === undefined) throw notFound();
      if (upload.open > 0) throw new Failure('NOT_ALLOWED', 'Files of this upload are still on their way.');
      running.delete(id);
      return upload.staged;
    },
    async abandon(id) {
      const upload = running.get(id);
      running.delete(id);
      if (upload !== undefined) await discard(upload.staged);
    },
    discard,
    get receiving() {
      return [...running.values()].some(({ open }) => open > 0);
    },
    async close() {
      const left = [...running.values()];
      running.clear();
      await Promise.all(left.map(({ staged }) => discard(staged)));
    },
  };
}

/** A file that was not there before: two of one name, which sanitising can make, stay two. */
async function newFile(wanted: string, number: number): Promise<[string, FileHandle]> {
  await mkdir(dirname(wanted), { recursive: true, mode: 0o700 });
  const create = (path: string): Promise<FileHandle> => open(path, 'wx', 0o600);
  try {
    return [wanted, await create(wanted)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const other = join(dirname(wanted), `${number}_${basename(wanted)}`);
    return [other, await create(other)];
  }
}

/** Removes what a process that no longer lives has left. Another one may be using the library right now. */
async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const owner = Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
    if (owner === process.pid || (owner > 0 && isAlive(owner))) continue;
    await rm(join(root, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The name that a person gave a file of an upload: without the folder that it was staged in. */
export function nameAsGiven(root: string, file: string): string {
  if (!file.startsWith(root + sep)) return file;
  return file
    .slice(root.length + 1)
    .split(sep)
    .slice(1)
    .join('/');
}
