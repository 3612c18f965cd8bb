import { describe, expect, it } from 'vitest';
import type { Volume } from '../../model/index.ts';
import { join, oblique, refused, text } from '../volumeFiles.fixture.ts';
import { readNrrd, writeNrrd } from './index.ts';

describe('NRRD', () => {
  const head = (change: Record<string, string | null>): string[] => {
    const fields: Record<string, string | null> = {
      type: 'short',
      dimension: '3',
      sizes: '2 1 1',
      encoding: 'raw',
      endian: 'little',
      space: 'left-posterior-superior',
      'space directions': '(1,0,0) (0,1,0) (0,0,1)',
      'space origin': '(10,20,30)',
      ...change,
    };
    return [
      'NRRD0004',
      '# a comment',
      ...Object.entries(fields).flatMap(([k, v]) => (v === null ? [] : [`${k}: ${v}`])),
      '',
      '',
    ];
  };
  const file = (change: Record<string, string | null>, data: readonly number[] = [1, 0, 2, 0]): Uint8Array =>
    join(text(head(change)), Uint8Array.from(data));

  it('V10: RAS and LAS space become LPS', () => {
    expect(readNrrd(file({ space: 'right-anterior-superior' })).affine).toEqual([
      -1, -0, -0, -10, -0, -1, -0, -20, 0, 0, 1, 30,
    ]);
    expect(readNrrd(file({ space: 'LAS' })).affine).toEqual([1, 0, 0, 10, -0, -1, -0, -20, 0, 0, 1, 30]);
    refused(() => readNrrd(file({ space: 'scanner-xyz' })), /no known place/);
  });

  it('V10: without a space, spacings and axis mins lie along LPS', () => {
    const volume = readNrrd(
      file({
        space: null,
        'space directions': null,
        'space origin': null,
        spacings: '2 3 4',
        'axis mins': '5 6 7',
      }),
    );
    expect(volume.affine).toEqual([2, 0, 0, 5, 0, 3, 0, 6, 0, 0, 4, 7]);
  });

  it('V11: big-endian, text and skipped lines', () => {
    expect([...readNrrd(file({ endian: 'big' }, [0, 1, 0, 2])).data]).toEqual([1, 2]);
    expect([...readNrrd(join(text(head({ encoding: 'ascii' })), text(['-7 8']))).data]).toEqual([-7, 8]);
    expect([
      ...readNrrd(join(text(head({ 'line skip': '1' })), text(['skip me', '']), Uint8Array.of(3, 0, 4, 0)))
        .data,
    ]).toEqual([3, 4]);
    expect([...readNrrd(file({ 'byte skip': '-1' }, [9, 9, 9, 1, 0, 2, 0])).data]).toEqual([1, 2]);
  });

  it('V11: CRLF headers and 64-bit integers', () => {
    const crlf = join(new TextEncoder().encode(head({}).join('\r\n')), Uint8Array.of(1, 0, 2, 0));
    expect([...readNrrd(crlf).data]).toEqual([1, 2]);
    expect([...readNrrd(file({ type: 'int64', sizes: '1 1 1' }, [5, 0, 0, 0, 0, 0, 0, 0])).data]).toEqual([
      5,
    ]);
    refused(
      () => readNrrd(file({ type: 'uint64', sizes: '1 1 1' }, [0, 0, 0, 0, 0, 0, 0, 255])),
      /cannot be kept exactly/,
    );
  });

  it('V12: detached data, unknown packing, lying sizes and bombs are refused', () => {
    refused(() => readNrrd(file({ 'data file': 'x.raw' })), /in another file/);
    refused(() => readNrrd(file({ encoding: 'bzip2' })), /packed as 'bzip2'/);
    refused(() => readNrrd(file({ sizes: '2 1' })), /another number of sizes/);
    refused(() => readNrrd(file({ sizes: '100000 100000 100000' })), /more than can be opened/);
    refused(() => readNrrd(file({ sizes: '1000 1000 1000', encoding: 'gzip' })), /cannot hold/);
    refused(() => readNrrd(file({ sizes: '2 -1 1' })), /make no volume/);
    refused(() => readNrrd(file({ 'space directions': '(1,0,0) (1,0,0) (0,0,1)' })), /do not span/);
    refused(() => readNrrd(file({ type: 'block' })), /no numbers/);
  });

  it('V13: colour components are the fastest axis of the file, and refused as a volume', () => {
    const colour = { ...oblique(), data: new Uint8Array(72).map((_, i) => i) };
    const bytes = writeNrrd(colour, { components: 3, gzip: false }),
      header = new TextDecoder('latin1').decode(bytes);
    expect(header).toContain('sizes: 3 4 3 2');
    expect(header).toMatch(/space directions: none \(/);
    expect([...bytes.subarray(bytes.length - 72)]).toEqual([...colour.data]);
    refused(() => readNrrd(bytes), /3 values per voxel/);
    expect(() => writeNrrd(colour)).toThrow(/as many values/);
  });

  it('V14: unit, frame of reference and padding survive', () => {
    const volume: Volume = {
      ...oblique(),
      unit: 'HU',
      frameOfReferenceUid: '1.2.840',
      padding: { from: -3024, to: -3024 },
    };
    expect(readNrrd(writeNrrd(volume))).toMatchObject({
      unit: 'HU',
      frameOfReferenceUid: '1.2.840',
      padding: { from: -3024, to: -3024 },
    });
  });
});
