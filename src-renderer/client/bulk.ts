import type { Bulk } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';

export interface FetchBulkOptions {
  /** A slab has come: `bytes` from `offset` of `buffer` are there. The first is the one that is wanted first. */
  readonly onSlab?: (slab: Bulk['slabs'][number], buffer: ArrayBufferLike) => void;
  readonly signal?: AbortSignal;
}

/** Slabs on their way at once: enough to keep the line busy while one is copied. */
const LANES = 2;

/**
 * The bytes of bulk data, slab by slab in the host's order, into one buffer that is shared with workers where the
 * page is isolated. A slab that the host no longer has, or that is shorter than said, fails as a whole.
 * @throws Failure NOT_FOUND, CANCELLED, or NOT_ALLOWED where the host does not answer.
 */
export async function fetchBulk(bulk: Bulk, options: FetchBulkOptions = {}): Promise<ArrayBufferLike> {
  const buffer = globalThis.crossOriginIsolated
    ? new SharedArrayBuffer(bulk.bytes)
    : new ArrayBuffer(bulk.bytes);
  const queue = [...bulk.slabs];
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    options.signal?.throwIfAborted();
    const next = async (): Promise<boolean> => {
      const slab = queue.shift();
      if (slab === undefined) return false;
      await fetchSlab(bulk.url, slab, buffer, controller.signal);
      options.onSlab?.(slab, buffer);
      return true;
    };
    const lane = async (): Promise<void> => {
      while (await next());
    };
    // The slab that is looked at first has the line, and the host's workers, for itself.
    await next();
    await Promise.all(Array.from({ length: LANES }, lane));
    return buffer;
  } catch (error) {
    controller.abort();
    if (error instanceof Failure) throw error;
    if (options.signal?.aborted === true) throw new Failure('CANCELLED', 'Cancelled.');
    throw new Failure('NOT_ALLOWED', 'The data did not come whole; open them again.');
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

async function fetchSlab(
  url: string,
  slab: Bulk['slabs'][number],
  buffer: ArrayBufferLike,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(`${url}?slab=${slab.index}`, { signal });
  if (answer.status === 404)
    throw new Failure('NOT_FOUND', 'These data are no longer held; open them again.');
  if (!answer.ok) throw new TypeError(`the door answered ${answer.status}`);
  // In one piece: read as a stream, the chunks of a volume leave as much garbage behind as the volume holds.
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length !== slab.bytes) throw new TypeError('a slab was cut short');
  new Uint8Array(buffer, slab.offset, slab.bytes).set(bytes);
}

type Arrays = {
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  float32: Float32Array;
  float64: Float64Array;
};
const ARRAYS: { readonly [T in Bulk['type']]: new (buffer: ArrayBufferLike) => Arrays[T] } = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** A buffer that `fetchBulk` gave, as values of the type that the bulk data say. */
export const bulkValues = <T extends Bulk['type']>(
  bulk: { readonly type: T },
  buffer: ArrayBufferLike,
): Arrays[T] => new ARRAYS[bulk.type](buffer);
