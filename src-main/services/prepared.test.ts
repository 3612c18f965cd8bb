import { describe, expect, it } from 'vitest';
import { createPreparedCache } from './prepared.ts';

const sized = (bytes: number, log: string[], name: string) => async () => {
  log.push(name);
  return { bytes, name };
};

describe('prepared cache (H9)', () => {
  it('makes a thing once, however many ask at once', async () => {
    const made: string[] = [],
      cache = createPreparedCache(100);
    const [a, b] = await Promise.all([
      cache.get('a', sized(1, made, 'a')),
      cache.get('a', sized(1, made, 'a')),
    ]);
    expect(a).toBe(b);
    expect(made).toEqual(['a']);
  });

  it('stays within its budget, least recently used out first', async () => {
    const made: string[] = [],
      cache = createPreparedCache(100);
    await cache.get('a', sized(50, made, 'a'));
    await cache.get('b', sized(40, made, 'b'));
    await cache.get('a', sized(50, made, 'a'));
    await cache.get('c', sized(30, made, 'c'));
    expect(cache.bytes).toBe(80);
    await cache.get('a', sized(50, made, 'a'));
    await cache.get('b', sized(40, made, 'b'));
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps what is bigger than the budget as long as nothing else is asked for', async () => {
    const made: string[] = [],
      cache = createPreparedCache(10);
    await cache.get('a', sized(50, made, 'a'));
    await cache.get('a', sized(50, made, 'a'));
    await cache.get('b', sized(5, made, 'b'));
    expect(cache.bytes).toBe(5);
    expect(made).toEqual(['a', 'b']);
  });

  it('does not keep a failure', async () => {
    const made: string[] = [],
      cache = createPreparedCache(10);
    await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await cache.get('a', sized(5, made, 'a'))).toMatchObject({ name: 'a' });
  });
});
