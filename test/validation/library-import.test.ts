import { existsSync, lstatSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openLibrary, type Library } from '../../src-main/library/index.ts';
import { inlineRunner } from '../../src-shared/compute/tasks/index.ts';

const data = process.env['FLUENCE_VALIDATION_CACHE'] ?? '.cache/data';
const broken = join(data, 'rt-dicom', 'broken');
const WHO = { title: 'validation', who: '' };
const opened: { library: Library; folder: string }[] = [];

async function newLibrary(): Promise<Library> {
  const folder = mkdtempSync(join(tmpdir(), 'fluence-validation-'));
  const library = await openLibrary(join(folder, 'library'), { runner: inlineRunner, create: true });
  opened.push({ library, folder });
  return library;
}
afterEach(() => {
  for (const { library, folder } of opened.splice(0)) {
    library.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile());

describe.skipIf(!existsSync(join(data, 'rt-dicom')))('the radiotherapy cases', () => {
  it(
    'L10: all of data/rt and data/rt-dicom: each file counted once, and only duplicates the second time',
    { timeout: 300_000 },
    async () => {
      const cases = readdirSync(join(data, 'rt-dicom'))
        .filter((name) => name !== 'broken')
        .map((name) => join(data, 'rt-dicom', name));
      const paths = [join(data, 'rt'), ...cases];
      const library = await newLibrary();
      const first = await library.importPaths(paths, WHO);
      console.log(
        `${first.offered} files: ${first.imported} imported, ${first.duplicates} duplicates, ${first.refused.length} refused, ${first.seconds} s`,
      );
      expect(first.offered).toBe(paths.flatMap(filesUnder).length);
      expect(first.imported + first.duplicates + first.refused.length).toBe(first.offered);
      expect(first.refused.filter((item) => item.code === '' || item.reason === '')).toEqual([]);
      expect(library.list('objects', {})).toHaveLength(first.imported);
      const second = await library.importPaths(paths, WHO);
      expect(second).toMatchObject({
        imported: 0,
        duplicates: first.imported + first.duplicates,
        refused: first.refused,
      });
      expect(await library.verify({})).toMatchObject({
        objects: first.imported,
        bad: [],
        index: 'sound',
        auditTrail: 'sound',
      });
    },
  );

  const expected = existsSync(broken)
    ? (JSON.parse(readFileSync(join(broken, 'expected.json'), 'utf8')) as Record<string, { keyword: string }>)
    : {};
  it.each(Object.entries(expected))('L18: %s is told as it must be', async (name, { keyword }) => {
    const library = await newLibrary();
    const folder = join(broken, name);
    const files = filesUnder(folder).filter((path) => !path.endsWith('expected.json'));
    const report = await library.importPaths(files, WHO);
    const codes = [...report.refused, ...report.findings, ...report.repaired].map((item) => item.code);
    if (keyword === 'OK') expect(codes).toEqual([]);
    else if (keyword === 'DUPLICATE_SOP_INSTANCE_IDENTICAL')
      expect(report).toMatchObject({ duplicates: 1, refused: [], findings: [] });
    else expect(codes).toContain(keyword);
  });
});
