import { createHash } from 'node:crypto';
import type { Bulk } from '../../src-shared/api/index.ts';
import type { BulkBytes } from '../host/transport.ts';

/** Values that lie in memory, and how they are best cut: `step` bytes are one plane (or anything not worth cutting). */
export interface BulkValues {
  readonly type: Bulk['type'];
  readonly values: ArrayBufferView;
  readonly step: number;
  /** Resolves when `bytes` from `offset` hold their values; not given where all do. Rejects with a Failure. */
  readonly ready?: (offset: number, bytes: number) => Promise<void>;
}

export interface BulkStore {
  /**
   * Names values by a hash of `key`, which must name their origin fully. `again` brings them back when they are asked
   * for, from the cache or made anew: the store itself holds no values. A slab is answered when it is ready, whatever
   * the others are.
   */
  offer(key: string, values: BulkValues, again: () => Promise<BulkValues>): Bulk;
  read(hash: string, slab: number | null): Promise<BulkBytes | null>;
}

/** Slabs are whole planes of about this size: the first is small enough to be there at once. */
const SLAB = 8 * 2 ** 20;
const CHUNK = 2 ** 20;

/** Slabs from the middle outwards: the plane that is shown first comes first. */
export function cutSlabs(bytes: number, step: number): Bulk['slabs'] {
  const size = Math.max(step, Math.floor(SLAB / step) * step);
  const count = Math.ceil(bytes / size);
  const slabs = Array.from({ length: count }, (_, index) => ({
    index,
    offset: index * size,
    bytes: Math.min(size, bytes - index * size),
  }));
  // Planes ⌊n/2⌋ of all: the slab that holds it.
  const middle = Math.floor((Math.floor(bytes / step / 2) * step) / size);
  return slabs.sort((a, b) => Math.abs(a.index - middle) - Math.abs(b.index - middle) || a.index - b.index);
}

async function* inChunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

const bytesOf = (view: ArrayBufferView): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

export function createBulkStore(): BulkStore {
  const known = new Map<string, { readonly bulk: Bulk; readonly again: () => Promise<BulkValues> }>();
  return {
    offer(key, { type, values, step }, again) {
      const hash = createHash('sha256').update(key).digest('hex');
      const bulk: Bulk = {
        url: `/bulk/${hash}`,
        type,
        bytes: values.byteLength,
        slabs: values.byteLength === 0 ? [] : cutSlabs(values.byteLength, Math.max(1, step)),
      };
      known.set(hash, { bulk, again });
      return bulk;
    },
    async read(hash, slab) {
      const entry = known.get(hash);
      if (entry === undefined) return null;
      const part =
        slab === null
          ? { offset: 0, bytes: entry.bulk.bytes }
          : entry.bulk.slabs.find(({ index }) => index === slab);
      if (part === undefined) return null;
      const found = await entry.again();
      await found.ready?.(part.offset, part.bytes);
      const bytes = bytesOf(found.values).subarray(part.offset, part.offset + part.bytes);
      return { length: bytes.length, chunks: () => inChunks(bytes) };
    },
  };
}
