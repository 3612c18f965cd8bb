import { mkdtemp, readdir, readFile, rm, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uploadHeader } from '../../src-shared/api/index.ts';
import { createUploads, nameAsGiven, safeRelativePath, type Uploads } from './uploads.ts';

let folder: string, root: string, uploads: Uploads;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluence-uploads-'));
  root = join(folder, 'staging');
  uploads = await createUploads(root);
});
afterEach(async () => {
  await uploads.close();
  await rm(folder, { recursive: true });
});

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
/** A body of files, each by its name and the parts that it comes in. */
async function* body(files: Readonly<Record<string, readonly string[]>>): AsyncIterable<Uint8Array> {
  for (const [name, parts] of Object.entries(files)) {
    yield uploadHeader(name, encoded(parts.join('')).length);
    for (const part of parts) yield encoded(part);
  }
}
const filesIn = async (at: string): Promise<string[]> =>
  (await readdir(at, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(at.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort();

describe('names (H10)', () => {
  it.each([
    '../a',
    'a/../../b',
    '/etc/passwd',
    '\\\\server\\share',
    'C:\\a',
    'c:a',
    '',
    '.',
    './.',
    '..',
    'a/..\\..\\b',
    'a\0b',
    'a/'.repeat(40) + 'b',
  ])('%j is refused', (name) => {
    expect(() => safeRelativePath(name)).toThrow('name that leads out of its folder');
  });

  it.each([
    ['CT/1.dcm', 'CT/1.dcm'],
    ['CT\\1.dcm', 'CT/1.dcm'],
    ['./CT//1.dcm', 'CT/1.dcm'],
    ['ab:c?.dcm', 'ab_c_.dcm'],
    ['nul.dcm', '_nul.dcm'],
    ['COM1', '_COM1'],
    ['trailing. ', 'trailing_'],
    ['Müller/größe.dcm', 'Müller/größe.dcm'],
  ])('%j becomes %j', (given, made) => {
    expect(safeRelativePath(given).split(sep).join('/')).toBe(made);
  });

  it('every name stays inside its folder, or is refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 60, unit: 'binary' }),
          fc
            .array(fc.constantFrom('..', '.', 'a', '/', '\\', ':', ' ', '\0', 'con'))
            .map((parts) => parts.join('')),
        ),
        (given) => {
          let made: string;
          try {
            made = safeRelativePath(given);
          } catch {
            return;
          }
          expect(isAbsolute(made)).toBe(false);
          expect(join('/staging', made).startsWith('/staging/')).toBe(true);
          expect(made.split(sep).every((part) => part !== '' && part !== '..' && part.length <= 124)).toBe(
            true,
          );
        },
      ),
    );
  });

  it('a report shows the name that the person gave', () => {
    expect(nameAsGiven('/lib/staging', join('/lib/staging', '12-abc', 'CT', '1.dcm'))).toBe('CT/1.dcm');
    expect(nameAsGiven('/lib/staging', '/home/x/1.dcm')).toBe('/home/x/1.dcm');
  });
});

describe('uploads (H10)', () => {
  it('keeps what comes, and hands it over', async () => {
    const { upload, url } = uploads.begin({ title: 'two', files: 2, bytes: 6 });
    expect(url).toBe(`/upload/${upload}`);
    await uploads.receive(upload, body({ 'CT/1.dcm': ['ab', 'c'] }));
    await uploads.receive(upload, body({ 'RS.dcm': ['def'] }));
    const staged = uploads.take(upload);
    expect(await filesIn(staged.folder)).toEqual(['CT/1.dcm', 'RS.dcm']);
    expect(await readFile(join(staged.folder, 'CT', '1.dcm'), 'utf8')).toBe('abc');
    await uploads.discard(staged);
    expect(await readdir(root)).toEqual([]);
  });

  it('takes no more bytes or files than announced, and leaves no half of one', async () => {
    const { upload } = uploads.begin({ title: 't', files: 1, bytes: 3 });
    await expect(uploads.receive(upload, body({ a: ['ab', 'cd', 'ef'] }))).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    await expect(uploads.receive(upload, body({ b: ['a'] }))).rejects.toThrow('more files');
    expect(await filesIn(folder)).toEqual([]);
  });

  it('two files of one name stay two', async () => {
    const { upload } = uploads.begin({ title: 't', files: 2, bytes: 10 });
    await uploads.receive(upload, body({ 'a?': ['1'], 'a*': ['2'] }));
    expect(await filesIn(uploads.take(upload).folder)).toHaveLength(2);
  });

  it('a file that breaks off leaves nothing', async () => {
    const { upload } = uploads.begin({ title: 't', files: 3, bytes: 30 });
    const broken = (async function* () {
      yield uploadHeader('a', 10);
      yield new Uint8Array(2);
      throw new Error('the window went away');
    })();
    await expect(uploads.receive(upload, broken)).rejects.toThrow('went away');
    const short = (async function* () {
      yield* body({ whole: ['1'] });
      yield uploadHeader('b', 10);
      yield new Uint8Array(2);
    })();
    await expect(uploads.receive(upload, short)).rejects.toMatchObject({ code: 'INPUT_NOT_USABLE' });
    expect(await filesIn(uploads.take(upload).folder)).toEqual(['whole']);
  });

  it('takes nothing more for an upload that was abandoned meanwhile', async () => {
    const { upload } = uploads.begin({ title: 't', files: 2, bytes: 10 });
    const files = (async function* () {
      yield* body({ a: ['1'] });
      await uploads.abandon(upload);
      yield* body({ b: ['2'] });
    })();
    await expect(uploads.receive(upload, files)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await readdir(root)).toEqual([]);
  });

  it('is not known before it is begun nor after it has ended, nor ends while a file comes', async () => {
    await expect(uploads.receive('x', body({}))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { upload } = uploads.begin({ title: 't', files: 1, bytes: 10 });
    let go: () => void = () => undefined;
    const slow = uploads.receive(
      upload,
      (async function* () {
        yield uploadHeader('a', 0);
        await new Promise<void>((resolve) => (go = resolve));
      })(),
    );
    await expect.poll(async () => (await readdir(root)).length).toBe(1);
    expect(() => uploads.take(upload)).toThrow('still on their way');
    go();
    await slow;
    uploads.take(upload);
    expect(() => uploads.take(upload)).toThrow('no longer known');
    await uploads.abandon(upload);
  });

  it('limits what may be announced', () => {
    expect(() => uploads.begin({ title: 't', files: 0, bytes: 1 })).toThrow('takes 1 to');
    expect(() => uploads.begin({ title: 't', files: 1e9, bytes: 1 })).toThrow('takes 1 to');
    expect(() => uploads.begin({ title: 't', files: 1, bytes: 1e18 })).toThrow('takes 1 to');
  });

  it('removes what a process that no longer lives has left, and nothing of one that does', async () => {
    const living = join(root, `${process.ppid}-a`),
      dead = join(root, '999999999-a');
    await mkdir(living, { recursive: true });
    await mkdir(dead, { recursive: true });
    await createUploads(root);
    expect(await readdir(root)).toEqual([`${process.ppid}-a`]);
  });

  it('abandoned uploads, and all when the host closes, leave nothing', async () => {
    for (const end of ['abandon', 'close'] as const) {
      const { upload } = uploads.begin({ title: 't', files: 1, bytes: 10 });
      await uploads.receive(upload, body({ a: ['1'] }));
      await (end === 'abandon' ? uploads.abandon(upload) : uploads.close());
      expect(await readdir(root)).toEqual([]);
    }
  });
});
