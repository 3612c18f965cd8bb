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

  it('H11: a slab is answered when it is ready, before the others are', async () => {
    const store = createBulkStore(),
      plane = 8 * 2 ** 20;
    const asked: string[] = [];
    const late = Promise.withResolvers<undefined>();
    const values = {
      type: 'uint8' as const,
      values: new Uint8Array(3 * plane),
      step: plane,
      ready: async (offset: number, bytes: number) => {
        asked.push(`${offset / plane}+${bytes / plane}`);
        if (offset !== plane) await late.promise;
        values.values[offset] = 7;
      },
    };
    const bulk = store.offer('x', values, async () => values),
      hash = bulk.url.slice('/bulk/'.length);
    expect(bulk.slabs.map(({ index }) => index)).toEqual([1, 0, 2]);
    const others = Promise.all([store.read(hash, 0), store.read(hash, 2)]);
    const first = await store.read(hash, 1);
    for await (const chunk of first?.chunks() ?? []) {
      expect(chunk[0]).toBe(7);
      break;
    }
    expect(asked).toEqual(expect.arrayContaining(['0+1', '1+1', '2+1']));
    late.resolve(undefined);
    expect(await others).toMatchObject([{ length: plane }, { length: plane }]);
  });

  it('a slab that cannot be read is an error, and is asked for anew the next time', async () => {
    const store = createBulkStore();
    let broken = true;
    const values = {
      type: 'uint8' as const,
      values: new Uint8Array([5]),
      step: 1,
      ready: () => (broken ? Promise.reject(new Error('unreadable')) : Promise.resolve()),
    };
    const hash = store.offer('x', values, async () => values).url.slice('/bulk/'.length);
    await expect(store.read(hash, 0)).rejects.toThrow('unreadable');
    broken = false;
    expect(await read(store, hash, 0)).toEqual([5]);
  });
});
