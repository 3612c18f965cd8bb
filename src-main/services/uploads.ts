import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { filesOfUpload, type UploadedFile } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import type { NamedFile } from '../library/index.ts';

/** Bounds of one upload: far beyond a study, well below what would fill a disk unseen. */
const MOST_FILES = 200_000;
const MOST_BYTES = 512 * 2 ** 30;
const LONGEST_NAME = 4096;

export interface StagedUpload {
  readonly title: string;
  /** Holds what came; `discard` it when its import has ended. */
  readonly folder: string;
  /** Each file there with the name that the person gave it, in the order of names. */
  readonly files: readonly NamedFile[];
}

export interface Uploads {
  begin(request: { title: string; files: number; bytes: number }): {
    readonly upload: string;
    readonly url: string;
  };
  /**
   * Takes the files of a body (`filesOfUpload`). Several bodies of one upload may come at a time.
   * @throws Failure NOT_FOUND, NOT_ALLOWED (more than was announced), INPUT_NOT_USABLE, DISK_FULL …
   */
  receive(upload: string, body: AsyncIterable<Uint8Array>): Promise<void>;
  /** Ends an upload and hands its files over. @throws Failure NOT_FOUND, or NOT_ALLOWED while files are on their way. */
  take(upload: string): StagedUpload;
  abandon(upload: string): Promise<void>;
  discard(staged: Pick<StagedUpload, 'folder'>): Promise<void>;
  /** Whether a file is on its way. */
  readonly receiving: boolean;
  close(): Promise<void>;
}

interface Running {
  readonly title: string;
  readonly folder: string;
  readonly received: NamedFile[];
  readonly files: number;
  readonly bytes: number;
  receivedFiles: number;
  receivedBytes: number;
  open: number;
}

/** A name as it is shown: whatever a client sends, it is only text and becomes no part of a path. */
export function shownName(given: string): string {
  const plain = Array.from(given.slice(0, LONGEST_NAME), (character) =>
    character < ' ' || character === '\u007f' ? '_' : character,
  ).join('');
  return plain === '' ? 'a file without a name' : plain;
}

const notFound = (): Failure => new Failure('NOT_FOUND', 'This upload is no longer known; begin it again.');

/** Uploads on their way in, each in a folder of its own below `root` (SPEC.md H10). */
export async function createUploads(root: string): Promise<Uploads> {
  const running = new Map<string, Running>();
  await sweep(root);

  const discard = ({ folder }: Pick<StagedUpload, 'folder'>): Promise<void> =>
    rm(folder, { recursive: true, force: true });

  async function write(upload: Running, { name, bytes, chunks }: UploadedFile): Promise<void> {
    if (upload.receivedFiles >= upload.files)
      throw new Failure('NOT_ALLOWED', 'The upload holds more files than it announced; it was stopped.');
    upload.receivedFiles += 1;
    upload.receivedBytes += bytes;
    if (upload.receivedBytes > upload.bytes)
      throw new Failure('NOT_ALLOWED', 'The upload holds more bytes than it announced; it was stopped.');
    // Names of patients are often names of files: what is staged lies under numbers.
    const path = join(upload.folder, String(upload.receivedFiles));
    await mkdir(upload.folder, { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const chunk of chunks) await file.writeFile(chunk);
      await file.close();
      upload.received.push({ path, name: shownName(name) });
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
        title,
        folder: join(root, `${process.pid}-${id}`),
        received: [],
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
      const { title, folder, received } = upload;
      return { title, folder, files: received.sort((a, b) => (a.name < b.name ? -1 : 1)) };
    },
    async abandon(id) {
      const upload = running.get(id);
      running.delete(id);
      if (upload !== undefined) await discard(upload);
    },
    discard,
    get receiving() {
      return [...running.values()].some(({ open }) => open > 0);
    },
    async close() {
      const left = [...running.values()];
      running.clear();
      await Promise.all(left.map(discard));
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

/** A staged file's name for people: without the folder that it was staged in. */
export function nameAsGiven(root: string, file: string): string {
  if (!file.startsWith(root + sep)) return file;
  return file
    .slice(root.length + 1)
    .split(sep)
    .slice(1)
    .join('/');
}
