import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLibrary } from '../index.ts';
import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { useScratch } from '../testing/scratch.ts';

const scratch = useScratch();

it('L73: keeps drafts per patient and key across a restart, the last value alone, and gives them up', async () => {
  const directory = join(scratch.folder(), 'library');
  const library = await openLibrary(directory, { runner: inlineRunner, create: true });
  library.saveDraft('a', 'plan', { beams: 1 });
  const first = library.draft('a', 'plan');
  library.saveDraft('a', 'plan', { beams: 2 });
  library.saveDraft('a', 'contour', [1, 2]);
  library.saveDraft('b', 'plan', null);
  library.close();

  const again = await scratch.library(directory);
  expect(again.draft('a', 'plan')).toMatchObject({ key: 'plan', value: { beams: 2 } });
  expect(again.draft('a', 'plan')!.updatedAt >= first!.updatedAt).toBe(true);
  expect(again.drafts('a').map(({ key }) => key)).toEqual(['contour', 'plan']);
  expect(again.draft('b', 'plan')?.value).toBeNull();
  again.removeDraft('a', 'plan');
  expect(again.draft('a', 'plan')).toBeNull();
  expect(again.drafts('a')).toHaveLength(1);
  expect(again.drafts('b')).toHaveLength(1);
});

it('L73: takes only what is small and can be kept', async () => {
  const library = await scratch.library();
  expect(() => library.saveDraft('a', 'x', undefined)).toThrow(/JSON value/);
  expect(() => library.saveDraft('a', 'x', 'x'.repeat(1 << 20))).toThrow(/at most 1 MiB/);
  expect(library.drafts('a')).toEqual([]);
});
