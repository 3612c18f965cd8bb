import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Failure } from '../../../src-shared/model/index.ts';

/** The same bytes as a plain Uint8Array: parsers take a Buffer's `slice` for a copy, which it is not. */
export const plainBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);

function unreadable(file: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new Failure(
    code === 'ENOENT' ? 'NOT_FOUND' : 'INPUT_NOT_USABLE',
    `${basename(file)} cannot be read (${code}).`,
  );
}

/**
 * A file's bytes.
 * @throws Failure NOT_FOUND where it is not there, INPUT_NOT_USABLE where it cannot be read or is too large for one piece.
 */
export async function readBytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return plainBytes(await readFile(file));
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Reads files one after another into the same memory, waiting for the disk: for workers. */
export interface FileBuffer {
  /**
   * The first `most` bytes of a file, or all of it where it is shorter. What the last call gave is overwritten.
   * @throws Failure as {@link readBytes}.
   */
  read(file: string, most?: number): { readonly bytes: Uint8Array<ArrayBuffer>; readonly isWhole: boolean };
}

export function createFileBuffer(): FileBuffer {
  let buffer = new Uint8Array(0);
  return {
    read(file, most = Infinity) {
      try {
        const handle = openSync(file, 'r');
        try {
          const { size } = fstatSync(handle);
          const wanted = Math.min(size, most);
          if (buffer.length < wanted) buffer = new Uint8Array(wanted);
          let filled = 0;
          while (filled < wanted) {
            const got = readSync(handle, buffer, filled, wanted - filled, filled);
            if (got === 0) break;
            filled += got;
          }
          return { bytes: buffer.subarray(0, filled), isWhole: filled === size };
        } finally {
          closeSync(handle);
        }
      } catch (error) {
        throw unreadable(file, error);
      }
    },
  };
}
