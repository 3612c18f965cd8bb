import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDemo } from '../../src-main/services/demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'fluence-dciodvfy-'));
const check = (path: string): { error?: Error; lines: string[] } => {
  const { stdout, stderr, error } = spawnSync('dciodvfy', ['-new', path], { encoding: 'utf8' });
  return { ...(error === undefined ? {} : { error }), lines: `${stdout}\n${stderr}`.split('\n') };
};
const installed = check(folder).error === undefined;
if (!installed)
  console.warn(
    'dciodvfy (Debian: dicom3tools) is not installed: the files of the demo patient are not checked by it.',
  );

describe.skipIf(!installed)('W11: the demo patient by dciodvfy', () => {
  let paths: string[] = [];
  beforeAll(async () => {
    paths = await writeDemo(folder, join(import.meta.dirname, '..', '..', 'resources'));
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is written in full', () => {
    expect(paths.map((path) => basename(path)).slice(-3)).toEqual(['RS.dcm', 'RP.dcm', 'RD.dcm']);
    expect(paths).toHaveLength(93);
    expect(paths.every((path) => existsSync(path))).toBe(true);
  });

  it.each(['RS.dcm', 'RP.dcm', 'RD.dcm', 'CT.0001.dcm', 'CT.0090.dcm'])('%s has no error', (name) => {
    const { lines } = check(paths.find((path) => basename(path) === name)!);
    // The first line names the kind of object: the tool has read it
    expect(lines.some((line) => /^(CTImage|RTStructureSet|RTPlan|RTDose)$/.test(line))).toBe(true);
    expect(lines.filter((line) => line.startsWith('Error'))).toEqual([]);
  });
});
