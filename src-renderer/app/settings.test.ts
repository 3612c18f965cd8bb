import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFakeClient } from '../client/fake.ts';
import { Settings } from './settings.svelte.ts';

let kept: [string, unknown][], settings: Settings;
beforeEach(() => {
  vi.useFakeTimers();
  kept = [];
  const host = createFakeClient({
    workstation: {
      setSetting: async ({ key, value }) => {
        kept.push([key, value]);
        return {};
      },
    },
  });
  settings = new Settings(host, () => expect.unreachable('it was kept'));
});
afterEach(() => void vi.useRealTimers());

it('a drag is one write, after a moment', () => {
  settings.set('panels', 1);
  settings.set('panels', 2);
  expect(kept).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(kept).toEqual([['panels', 2]]);
});

it('who is there and the theme are kept at once', () => {
  settings.setPerson({ name: 'A. Muster', role: 'physicist' });
  settings.setTheme('light');
  expect(kept.map(([key]) => key)).toEqual(['person', 'theme']);
  vi.advanceTimersByTime(1000);
  expect(kept).toHaveLength(2);
});

it('a window that goes away loses nothing that waits', () => {
  settings.set('panels', 1);
  window.dispatchEvent(new Event('pagehide'));
  expect(kept).toEqual([['panels', 1]]);
  vi.advanceTimersByTime(1000);
  expect(kept).toHaveLength(1);
});
