import { open, type FileHandle } from 'node:fs/promises';
import { Failure } from '../../../src-shared/model/index.ts';
import { errorCode } from '../failures.ts';
import type { ByteSource } from './tar.ts';

const CHUNK = 1 << 20;

const REFUSED: Readonly<Record<string, () => Failure>> = {
  ENOENT: () => new Failure('NOT_FOUND', 'There is no such backup file.'),
  EACCES: () =>
    new Failure('NOT_ALLOWED', 'The backup file may not be read; give yourself the right to, or copy it.'),
  EISDIR: () =>
    new Failure('INPUT_NOT_USABLE', 'A backup is one file, but this is a folder; choose the file.'),
};
const unreadable = (error: unknown): Failure =>
  REFUSED[errorCode(error)]?.() ??
  new Failure(
    'INPUT_NOT_USABLE',
    'The backup file could not be read to its end; copy it to another disk and try again.',
    { cause: errorCode(error) },
  );

/** A backup that lies on a disk. @throws Failure NOT_FOUND, NOT_ALLOWED, INPUT_NOT_USABLE; `chunks` too */
export async function backupFile(path: string): Promise<ByteSource> {
  const file = await opened(path);
  try {
    const { size } = await file.stat();
    return { bytes: size, chunks: () => chunksOf(path) };
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    throw unreadable(error);
  }
  throw REFUSED['EISDIR']?.() ?? unreadable(null);
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await opened(path);
  try {
    for (;;) {
      const chunk = new Uint8Array(CHUNK);
      const { bytesRead } = await file.read(chunk).catch((error: unknown) => {
        throw unreadable(error);
      });
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/**
 * The same bytes, told as they come; ends with the signal even while nothing comes.
 * @throws what the signal was aborted with; `onBytes` gets the number of each chunk
 */
export const watched = (
  source: ByteSource,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): ByteSource => ({
  bytes: source.bytes,
  async *chunks() {
    const chunks = source.chunks()[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await orStopped(chunks.next(), signal);
        if (next.done === true) return;
        onBytes(next.value.length);
        yield next.value;
      }
    } finally {
      // Not waited for: the chunk that never came would be.
      void chunks.return?.().catch(() => undefined);
    }
  },
});

function orStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
