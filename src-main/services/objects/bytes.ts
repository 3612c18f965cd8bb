import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Failure } from '../../../src-shared/model/index.ts';

/** The same bytes as a plain Uint8Array: parsers take a Buffer's `slice` for a copy, which it is not. */
export const plainBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);

/**
 * A file's bytes.
 * @throws Failure NOT_FOUND where it is not there, INPUT_NOT_USABLE where it cannot be read or is too large for one piece.
 */
export async function readBytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return plainBytes(await readFile(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Failure(code === 'ENOENT' ? 'NOT_FOUND' : 'INPUT_NOT_USABLE', `${basename(file)} cannot be read (${code}).`);
  }
}
