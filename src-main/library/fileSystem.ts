import {
  rmdirSync,
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  promises,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from './failures.ts';

/** A name may be no text in the system's encoding: then a path is its bytes. */
export type FilePath = string | Uint8Array;

/** What the library does to a disk, as a port: tests put a full or a read-only disk in its place. */
export interface FileSystem {
  exists(path: string): boolean;
  /** Throws with the system's code; EISDIR, EINVAL for what is not a plain file. */
  read(path: FilePath, options?: { followLinks?: boolean; maxBytes?: number }): Uint8Array<ArrayBuffer>;
  /** Makes a new file; fails where there is one. Not yet on the disk: see `sync`. */
  write(path: string, bytes: Uint8Array): void;
  /** Makes a new file that is written in pieces; fails where there is one. */
  create(path: string): Promise<NewFile>;
  makeFolder(path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  removeFolder(path: string): void;
  /** Removes a folder that holds nothing; one that holds something stays. */
  removeEmptyFolder(path: string): void;
  names(folder: string): string[];
  /** The file's content outlives a power cut afterwards. */
  sync(path: string): Promise<void>;
  /** The names in the folder outlive a power cut afterwards. */
  syncFolder(path: string): Promise<void>;
  mayWrite(folder: string): boolean;
  freeBytes(folder: string): number | null;
}

export interface NewFile {
  write(bytes: Uint8Array): Promise<void>;
  /** What was written outlives a power cut afterwards. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Whether a folder can be written, or made where it is not there yet. */
export function mayMake(files: FileSystem, folder: string): boolean {
  let there = folder;
  while (!files.exists(there) && dirname(there) !== there) there = dirname(there);
  return files.mayWrite(there);
}

export class FileTooLarge extends Error {}
export class NotAFile extends Error {}

// Windows has neither flag. Without O_NONBLOCK opening a pipe would wait for its writer for ever.
const { O_NONBLOCK: NO_WAITING = 0, O_NOFOLLOW: NO_LINKS = 0 } = constants as Partial<typeof constants>;

/** Node's buffers end here, and so does what one DICOM file may hold. */
const MOST_BYTES = 2 ** 31 - 1;

export const nodeFileSystem: FileSystem = {
  exists: existsSync,
  read(path, { followLinks = true, maxBytes = MOST_BYTES } = {}) {
    const descriptor = openSync(
      typeof path === 'string' ? path : Buffer.from(path),
      constants.O_RDONLY | NO_WAITING | (followLinks ? 0 : NO_LINKS),
    );
    try {
      const facts = fstatSync(descriptor);
      if (!facts.isFile()) throw new NotAFile();
      if (facts.size > maxBytes) throw new FileTooLarge();
      const bytes = new Uint8Array(facts.size);
      let at = 0;
      while (at < bytes.length) {
        const got = readSync(descriptor, bytes, at, bytes.length - at, at);
        if (got === 0) break;
        at += got;
      }
      return at === bytes.length ? bytes : bytes.slice(0, at);
    } finally {
      closeSync(descriptor);
    }
  },
  write(path, bytes) {
    const descriptor = openSync(path, 'wx', 0o600);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at, bytes.length - at);
    } finally {
      closeSync(descriptor);
    }
  },
  async create(path) {
    const file = await promises.open(path, 'wx', 0o600);
    return {
      async write(bytes) {
        for (let at = 0; at < bytes.length;)
          at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
      },
      sync: () => file.datasync(),
      close: () => file.close(),
    };
  },
  makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
  rename: renameSync,
  remove: unlinkSync,
  removeFolder: (path) => rmSync(path, { recursive: true, force: true }),
  removeEmptyFolder(path) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(errorCode(error))) throw error;
    }
  },
  names: readdirSync,
  async sync(path) {
    const file = await promises.open(path, 'r+');
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  },
  async syncFolder(path) {
    try {
      const folder = await promises.open(path, 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    } catch (error) {
      // Windows opens no folders; its journal keeps the order of names by itself.
      if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL'].includes(errorCode(error))) throw error;
    }
  },
  mayWrite(folder) {
    try {
      accessSync(folder, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
  freeBytes(folder) {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch {
      return null;
    }
  },
};
