import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UIDS, writeCase } from '../../../test/builders/dicomCase.ts';
import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { openLibrary, type Library } from '../../library/index.ts';
import { reviewCaseOf } from './case.ts';

let folder: string, library: Library;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fluence-missed-'));
  library = await openLibrary(join(folder, 'library'), { runner: inlineRunner, create: true });
});
afterEach(() => {
  library.close();
  rmSync(folder, { recursive: true });
});

it('H16: a study says what of it was refused at import, until it has come in', async () => {
  const files = join(folder, 'case');
  writeCase(files);
  const dose = readFileSync(join(files, 'RD.dcm'));
  writeFileSync(join(files, 'RD.dcm'), dose.subarray(0, dose.length - 500));
  writeFileSync(join(files, 'notes.txt'), 'nothing of this study');
  const who = { title: 'Case', who: 'Test' };
  await library.importPaths([files], who);
  const told = (): string[] => reviewCaseOf(library, UIDS.ct).findings.map(({ message }) => message);
  expect(reviewCaseOf(library, UIDS.ct).findings).toMatchObject([
    {
      code: 'FILE_TRUNCATED',
      severity: 'error',
      message: expect.stringMatching(
        /^A dose of this study was refused at import: RD\.dcm ends within/,
      ) as string,
      files: [join(files, 'RD.dcm')],
    },
  ]);
  // Offered again in vain, it is told once.
  await library.importPaths([files], who);
  expect(told()).toHaveLength(1);
  writeFileSync(join(files, 'RD.dcm'), dose);
  await library.importPaths([files], who);
  expect(told()).toEqual([]);
});
