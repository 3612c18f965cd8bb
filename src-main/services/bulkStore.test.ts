import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBulkStore, cutSlabs } from './bulkStore.ts';

async function read(
  store: ReturnType<typeof createBulkStore>,
  hash: string,
  slab: number | null,
): Promise<number[] | null> {
  const found = await store.read(hash, slab);
  if (found === null) return null;
  const all: number[] = [];
  for await (const chunk of found.chunks()) all.push(...chunk);
  expect(all).toHaveLength(found.length);
  return all;
}

describe('slabs', () => {
  it('cover all bytes once, in whole planes, the middle plane first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 2 ** 21 }), (planes, step) => {
        const slabs = cutSlabs(planes * step, step),
          sorted = [...slabs].sort((a, b) => a.offset - b.offset);
        let at = 0;
        for (const slab of sorted) {
          expect(slab.offset).toBe(at);
          expect(slab.bytes % step).toBe(0);
          at += slab.bytes;
        }
        expect(at).toBe(planes * step);
        const middle = Math.floor(planes / 2) * step,
          first = slabs[0];
        expect(first !== undefined && first.offset <= middle && middle < first.offset + first.bytes).toBe(
          true,
        );
        expect(new Set(slabs.map(({ index }) => index)).size).toBe(slabs.length);
      }),
    );
  });

  it('one slab is small enough to come at once', () => {
    expect(Math.max(...cutSlabs(500 * 512 * 512 * 2, 512 * 512 * 2).map(({ bytes }) => bytes))).toBe(
      8 * 2 ** 20,
    );
  });
});

describe('bulk store (H8, H9)', () => {
  it('names values by a hash, answers slabs, and brings them back each time', async () => {
    const store = createBulkStore();
    let times = 0;
    const values = { type: 'uint8' as const, values: new Uint8Array([1, 2, 3]), step: 1 };
    const bulk = store.offer('volume:secret-name', values, async () => (times++, values));
    expect(bulk.url).toMatch(/^\/bulk\/[0-9a-f]{64}$/);
    expect(bulk.url).not.toContain('secret');
    const hash = bulk.url.slice('/bulk/'.length);
    expect(await read(store, hash, 0)).toEqual([1, 2, 3]);
    expect(await read(store, hash, null)).toEqual([1, 2, 3]);
    expect(times).toBe(2);
    expect(await read(store, hash, 1)).toBeNull();
    expect(await read(store, '0'.repeat(64), 0)).toBeNull();
    expect(store.offer('volume:secret-name', values, async () => values).url).toBe(bulk.url);
  });

  it('empty values have no slab', () => {
    const values = { type: 'float64' as const, values: new Float64Array(0), step: 24 };
    expect(createBulkStore().offer('x', values, async () => values)).toMatchObject({ bytes: 0, slabs: [] });
  });
});
