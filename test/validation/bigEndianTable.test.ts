import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseDicomFile, valueScalingsOfFile } from '../../src-shared/formats/dicom/index.ts';
import {
  CT_CLASS,
  element,
  item,
  join as joined,
  metaInformation,
  sequence,
} from '../builders/dicomBytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'fluence-table-'));
afterAll(() => rmSync(folder, { recursive: true }));
const installed = spawnSync('dcmconv', ['--version'], { stdio: 'ignore' }).error === undefined;
if (!installed)
  console.warn('dcmconv (Debian: dcmtk) is not installed: tables in big endian are not compared with it.');

describe.skipIf(!installed)('O17: a table of values as words', () => {
  it.each([
    ['of 16 bits', [4, 0, 16], [232, 3, 209, 7, 1, 2, 2, 1]],
    ['of 8 bits, two in a word', [4, 0, 8], [7, 1, 255, 3]],
  ])('%s is the same after DCMTK has turned the file into big endian', (_, descriptor, data) => {
    const file = joined(
      metaInformation('1.2.840.10008.1.2.1'),
      element(0x00080016, 'UI', CT_CLASS),
      element(0x00080060, 'CS', 'CT'),
      element(0x00280100, 'US', [16]),
      element(0x00280101, 'US', [12]),
      element(0x00280103, 'US', [0]),
      sequence(0x00283000, [
        item(joined(element(0x00283002, 'US', descriptor), element(0x00283006, 'OW', Uint8Array.from(data)))),
      ]),
    );
    const [little, big] = [join(folder, 'little.dcm'), join(folder, 'big.dcm')];
    writeFileSync(little, file);
    const converted = spawnSync('dcmconv', ['+tb', little, big], { encoding: 'utf8' });
    expect(converted.stderr).toBe('');
    const [before, after] = [little, big].map((path) =>
      valueScalingsOfFile(parseDicomFile(new Uint8Array(readFileSync(path)))),
    );
    expect(readFileSync(big).includes(Buffer.from(data))).toBe(false);
    expect(after).toEqual(before);
  });
});
