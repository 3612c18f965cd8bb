import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCase } from '../../../test/builders/dicomCase.ts';
import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { emptyIndex } from '../../library/testing/emptyIndex.ts';
import { runCommand } from './run.ts';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);

interface Answer {
  readonly error?: { readonly code: string; readonly message: string };
  readonly fluence?: { readonly warnings: readonly string[] };
  readonly [key: string]: unknown;
}

async function run(...words: string[]): Promise<{ code: number; answer: Answer }> {
  let out = '';
  const code = await runCommand(
    [...words, '--json', '--quiet'],
    { out: async (text) => void (out += text), err: async () => undefined, errIsTerminal: false },
    new AbortController().signal,
    async () => ({ runner: inlineRunner, close: async () => undefined }),
  );
  return { code, answer: JSON.parse(out) as Answer };
}
async function objects(library: string): Promise<readonly unknown[]> {
  const { code, answer } = await run('list', 'objects', '--library', library);
  expect(code).toBe(0);
  const items = answer['items'] as readonly unknown[];
  expect(items.length).toBeGreaterThan(3);
  return items;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fluence-cli-library-'));
  mkdirSync(at('case'));
  writeCase(at('case'));
  expect((await run('import', at('case'), '--library', at('library'))).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('backup and restore', () => {
  it('give the library back in a new folder', async () => {
    const packed = await run('backup', at('library.tar'), '--library', at('library'));
    expect(packed.code).toBe(0);
    const { objects: count, bytes, seconds } = packed.answer;
    expect([typeof count, typeof bytes, typeof seconds]).toEqual(['number', 'number', 'number']);
    expect(count).toBeGreaterThan(0);
    const restored = await run('restore', at('library.tar'), '--library', at('restored'));
    expect(restored.code).toBe(0);
    expect(restored.answer).toMatchObject({
      objects: packed.answer['objects'],
      bytes: packed.answer['bytes'],
    });
    expect(await objects(at('restored'))).toEqual(await objects(at('library')));
    expect((await run('verify', '--library', at('restored'))).code).toBe(0);
  });

  it('never write over a library, and leave nothing of a backup that is not whole', async () => {
    expect((await run('backup', at('whole.tar'), '--library', at('library'))).code).toBe(0);
    const over = await run('restore', at('whole.tar'), '--library', at('library'));
    expect([over.code, over.answer.error?.code]).toEqual([3, 'NOT_ALLOWED']);
    writeFileSync(at('cut.tar'), readFileSync(at('whole.tar')));
    truncateSync(at('cut.tar'), 20_000);
    const cut = await run('restore', at('cut.tar'), '--library', at('nothing'));
    expect([cut.code, cut.answer.error?.code]).toEqual([3, 'INPUT_NOT_USABLE']);
    expect((await run('list', 'patients', '--library', at('nothing'))).answer.error?.code).toBe('NOT_FOUND');
  });

  it('say what is wrong with their names', async () => {
    const library = ['--library', at('library')];
    expect((await run('backup', at('nowhere', 'library.tar'), ...library)).answer.error?.code).toBe(
      'NOT_FOUND',
    );
    expect((await run('backup', at('case'), ...library)).code).toBe(2);
    expect((await run('restore', at('library.tar'))).code).toBe(2);
    expect((await run('restore', at('nowhere.tar'), '--library', at('new'))).answer.error?.code).toBe(
      'NOT_FOUND',
    );
  });
});

describe('an index that is not as it must be', () => {
  const index = (): string => at('library', 'index.sqlite');

  it('is made anew where it is damaged, and said so', async () => {
    const before = await objects(at('library'));
    writeFileSync(index(), Buffer.alloc(8192, 7));
    const { code, answer } = await run('verify', '--library', at('library'));
    expect(code).toBe(0);
    expect(answer['index']).toBe('sound');
    expect(answer.fluence?.warnings).toEqual([expect.stringMatching(/damaged and was made anew/)]);
    expect(await objects(at('library'))).toEqual(before);
  });

  it('is made anew where it is gone, and said so', async () => {
    const before = await objects(at('library'));
    rmSync(index());
    const { code, answer } = await run('verify', '--library', at('library'));
    expect(code).toBe(0);
    expect(answer.fluence?.warnings).toEqual([expect.stringMatching(/missing and was made anew/)]);
    expect(await objects(at('library'))).toEqual(before);
  });

  it('is found by verify where it does not agree with what is held, made anew, and is sound after it', async () => {
    const before = await objects(at('library'));
    emptyIndex(index());
    const found = await run('verify', '--library', at('library'));
    expect([found.code, found.answer['index']]).toEqual([4, 'rebuilt']);
    const again = await run('verify', '--library', at('library'));
    expect([again.code, again.answer['index']]).toEqual([0, 'sound']);
    expect(await objects(at('library'))).toEqual(before);
  });
});
