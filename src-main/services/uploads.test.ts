import { mkdtemp, readdir, readFile, rm, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uploadHeader } from '../../src-shared/api/index.ts';
import { createUploads, nameAsGiven, shownName, type Uploads } from './uploads.ts';

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
    ['CT/1.dcm', 'CT/1.dcm'],
    ['Müller/größe 腰椎.dcm', 'Müller/größe 腰椎.dcm'],
    ['two\nlines\0', 'two_lines_'],
    ['', 'a file without a name'],
  ])('%j is shown as %j', (given, made) => {
    expect(shownName(given)).toBe(made);
  });

  it.each([
    '../a',
    '/etc/passwd',
    '\\\\server\\share',
    'C:\\a',
    '..',
    'a\0b',
    'nul.dcm',
    'Muster_Anna/CT.dcm',
    '腰'.repeat(200),
    'a/'.repeat(2000),
  ])('%j becomes no part of a path', async (name) => {
    const { upload } = uploads.begin({ title: 't', files: 2, bytes: 9 });
    await uploads.receive(upload, body({ [name]: ['abc'], [`${name}.ZIP`]: ['abc'] }));
    const { folder: staged, files } = uploads.take(upload);
    expect(await filesIn(staged)).toEqual(['1', '2']);
    expect(files.map((file) => file.name)).toEqual([shownName(name), shownName(`${name}.ZIP`)]);
    expect(await filesIn(folder)).toHaveLength(2);
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
    expect(staged.files.map(({ name }) => name)).toEqual(['CT/1.dcm', 'RS.dcm']);
    expect(await readFile(staged.files[0]?.path ?? '', 'utf8')).toBe('abc');
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
    await Promise.all(['1', '2'].map((content) => uploads.receive(upload, body({ a: [content] }))));
    expect(uploads.take(upload).files.map(({ name }) => name)).toEqual(['a', 'a']);
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
    expect(uploads.take(upload).files.map(({ name }) => name)).toEqual(['whole']);
    expect(await filesIn(folder)).toHaveLength(1);
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
