import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { finished } from 'node:stream/promises';
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
  /** @throws Failure NOT_FOUND, NOT_ALLOWED (a name or more than was announced), DISK_FULL … */
  receive(upload: string, relativePath: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Ends an upload and hands its files over. @throws Failure NOT_FOUND, or NOT_ALLOWED while files are on their way. */
  take(upload: string): StagedUpload;
  abandon(upload: string): Promise<void>;
  discard(staged: StagedUpload): Promise<void>;
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

  async function write(upload: Running, path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // 'wx': two files of one name, which sanitising can make, do not become one.
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    const done = finished(file);
    done.catch(() => undefined);
    try {
      for await (const chunk of chunks) {
        upload.receivedBytes += chunk.byteLength;
        if (upload.receivedBytes > upload.bytes)
          throw new Failure('NOT_ALLOWED', 'The upload holds more bytes than it announced; it was stopped.');
        if (!file.write(chunk))
          await Promise.race([new Promise<void>((resolve) => file.once('drain', () => resolve())), done]);
      }
      file.end();
      await done;
    } catch (error) {
      file.destroy();
      await rm(path, { force: true });
      throw error;
    }
  }

  async function freePath(upload: Running, relativePath: string): Promise<string> {
    const wanted = join(upload.staged.folder, safeRelativePath(relativePath));
    const taken = await readdir(dirname(wanted)).catch((): string[] => []);
    const name = wanted.slice(dirname(wanted).length + 1);
    return taken.includes(name) ? join(dirname(wanted), `${upload.receivedFiles}_${name}`) : wanted;
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
    async receive(id, relativePath, chunks) {
      const upload = running.get(id);
      if (upload === undefined) throw notFound();
      if (upload.receivedFiles >= upload.files)
        throw new Failure('NOT_ALLOWED', 'The upload holds more files than it announced; it was stopped.');
      upload.receivedFiles += 1;
      upload.open += 1;
      try {
        await write(upload, await freePath(upload, relativePath), chunks);
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
    async close() {
      const left = [...running.values()];
      running.clear();
      await Promise.all(left.map(({ staged }) => discard(staged)));
    },
  };
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
