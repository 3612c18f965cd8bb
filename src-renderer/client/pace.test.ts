import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atMostEvery } from './pace.ts';

describe('at most every', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('acts at once, then not before the time is over', () => {
    let acted = 0;
    const paced = atMostEvery(200, () => (acted += 1));
    paced();
    expect(acted).toBe(1);
    paced();
    paced();
    vi.advanceTimersByTime(199);
    expect(acted).toBe(1);
    vi.advanceTimersByTime(1);
    expect(acted).toBe(2);
  });

  it('acts five times in a second of calls every 10 ms, and once for the last', () => {
    let acted = 0;
    const paced = atMostEvery(200, () => (acted += 1));
    for (let at = 0; at < 1000; at += 10) {
      paced();
      vi.advanceTimersByTime(10);
    }
    expect(acted).toBe(6);
    vi.advanceTimersByTime(5000);
    expect(acted).toBe(6);
  });

  it('is quiet when nothing is owed, and flushes what is', () => {
    let acted = 0;
    const paced = atMostEvery(200, () => (acted += 1));
    paced();
    paced.flush();
    expect(acted).toBe(1);
    paced();
    paced();
    paced.flush();
    expect(acted).toBe(3);
    vi.advanceTimersByTime(1000);
    expect(acted).toBe(3);
  });
});
