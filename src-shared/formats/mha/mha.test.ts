import { gzipSync, zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { join, oblique, refused, text } from '../volumeFiles.fixture.ts';
import { readMetaImage, writeDetachedMetaImage } from './index.ts';

describe('MetaImage', () => {
  it('V30: an .mhd and its data file', () => {
    const { header, data } = writeDetachedMetaImage(oblique(), 'x.zraw');
    expect(
      readMetaImage(header, { dataFile: (name) => (name === 'x.zraw' ? data : undefined) }).data,
    ).toEqual(oblique().data);
    refused(() => readMetaImage(header), /'x.zraw', which is not there/);
  });

  it('V31: big-endian, gzip inside, two dimensions, header without geometry', () => {
    const file = (lines: readonly string[], data: Uint8Array): Uint8Array =>
      join(text([...lines, 'ElementDataFile = LOCAL', '']), data);
    const plain = ['ObjectType = Image', 'NDims = 2', 'DimSize = 2 1', 'ElementType = MET_SHORT'];
    const volume = readMetaImage(
      file([...plain, 'ElementByteOrderMSB = True', 'ElementSpacing = 2 3'], Uint8Array.of(0, 1, 0, 2)),
    );
    expect([...volume.data]).toEqual([1, 2]);
    expect(volume).toMatchObject({ dimensions: [2, 1, 1], affine: [2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0] });
    for (const pack of [gzipSync, zlibSync])
      expect([
        ...readMetaImage(file([...plain, 'CompressedData = True'], pack(Uint8Array.of(1, 0, 2, 0)))).data,
      ]).toEqual([1, 2]);
  });

  it('V32: several values per voxel, text, lists of files and unknown types are refused', () => {
    const file = (...lines: string[]): Uint8Array =>
      text(['ObjectType = Image', 'NDims = 3', 'DimSize = 1 1 1', ...lines]);
    refused(
      () =>
        readMetaImage(
          file('ElementNumberOfChannels = 3', 'ElementType = MET_CHAR', 'ElementDataFile = LOCAL', 'xxx'),
        ),
      /3 values per voxel/,
    );
    refused(
      () =>
        readMetaImage(file('BinaryData = False', 'ElementType = MET_CHAR', 'ElementDataFile = LOCAL', '1')),
      /as text/,
    );
    refused(() => readMetaImage(file('ElementType = MET_CHAR', 'ElementDataFile = LIST')), /several files/);
    refused(
      () => readMetaImage(file('ElementType = MET_OTHER', 'ElementDataFile = LOCAL', 'x')),
      /MET_OTHER/,
    );
  });
});
