import { modalityTableOf } from './modalityTable.ts';
import { describe, expect, it } from 'vitest';
import { element, item, join, metaInformation, sequence } from '../../../test/builders/dicomBytes.ts';
import { isFailure } from '../../model/index.ts';
import { parseDicomFile } from './parse.ts';
import { rescaleInto, valueScalingsOfFile, type ValueScaling } from './series.ts';

const descriptor = (...values: readonly number[]): Uint8Array => element(0x00283002, 'US', values);
const scalingOf = (
  signed: 0 | 1,
  table: readonly Uint8Array[],
  more: readonly Uint8Array[] = [],
): ValueScaling => {
  const made = parseDicomFile(
    join(
      metaInformation('1.2.840.10008.1.2.1'),
      element(0x00080060, 'CS', 'CT'),
      element(0x00280100, 'US', [16]),
      element(0x00280101, 'US', [12]),
      element(0x00280103, 'US', [signed]),
      ...more,
      sequence(0x00283000, [item(join(...table))]),
    ),
  );
  return valueScalingsOfFile(made)[0]!;
};
const looked = (scaling: ValueScaling, stored: readonly number[]): number[] => {
  const target = new Int16Array(stored.length);
  rescaleInto(stored, scaling, target);
  return [...target];
};

describe('Modality LUT (PS3.3 C.11.1)', () => {
  it('O17: stored values are looked up from the first mapped one; beyond both ends the end entries hold', () => {
    const scaling = scalingOf(0, [descriptor(4, 10, 16), element(0x00283006, 'US', [100, 300, 200, 50])]);
    expect(looked(scaling, [0, 9, 10, 11, 12, 13, 14, 4095])).toEqual([100, 100, 100, 300, 200, 50, 50, 50]);
    expect([scaling.storedMinimum, scaling.storedMaximum, scaling.unit]).toEqual([50, 300, 'stored']);
  });

  it('O17: the first mapped value is signed where the pixels are; the unit is what the table says', () => {
    const type = element(0x00283004, 'LO', 'HU');
    const scaling = scalingOf(1, [descriptor(3, 65535, 16), type, element(0x00283006, 'US', [7, 8, 9])]);
    expect(looked(scaling, [-5, -1, 0, 1, 5])).toEqual([7, 7, 8, 9, 9]);
    expect(scaling.unit).toBe('HU');
    const density = element(0x00283004, 'LO', 'EDW');
    expect(scalingOf(0, [descriptor(1, 0, 16), density, element(0x00283006, 'US', [7])]).unit).toBe(
      'relative to water',
    );
    expect(scalingOf(0, [descriptor(1, 0, 16), element(0x00283006, 'US', [7])]).doubt?.tag).toBe(
      '(0028,3004)',
    );
  });

  it('O17: entries of 8 bits packed in words, and of 16 bits as words', () => {
    const packed = scalingOf(0, [
      descriptor(4, 0, 8),
      element(0x00283006, 'OW', Uint8Array.of(1, 2, 3, 255)),
    ]);
    expect(looked(packed, [0, 1, 2, 3])).toEqual([1, 2, 3, 255]);
    const words = scalingOf(0, [descriptor(2, 0, 16), element(0x00283006, 'OW', Uint8Array.of(0, 1, 2, 3))]);
    expect(looked(words, [0, 1])).toEqual([256, 770]);
  });

  it('O17: padding stays apart from what the table maps', () => {
    const padding = element(0x00280120, 'US', [0]);
    const table = [descriptor(2, 10, 16), element(0x00283006, 'US', [100, 200])];
    const scaling = scalingOf(0, table, [padding]);
    expect(scaling.padding).toEqual({ from: -1, to: -1 });
    expect(looked(scaling, [0, 1, 11])).toEqual([-1, 100, 200]);
  });

  it('O17: a table with fewer entries than it says is refused with one sentence', () => {
    const made = (): ValueScaling => scalingOf(0, [descriptor(9, 0, 16), element(0x00283006, 'US', [1, 2])]);
    expect(made).toThrow(/^The table that says what the stored values stand for \(Modality LUT\) is damaged/);
    try {
      made();
    } catch (error) {
      expect(isFailure(error) && error.detail.tag).toBe('(0028,3000)');
    }
  });
});

it('O17: words in big endian have their bytes the other way round, packed entries of 8 bits too', () => {
  const tableOf = (descriptor: number[], bytes: number[], isBigEndian: boolean): number[] => {
    const item = {
      vr: () => 'OW',
      has: () => true,
      tags: () => [],
      bytes: () => Uint8Array.from(bytes),
      text: () => '',
      texts: () => [],
      number: () => 2,
      numbers: () => Float64Array.from(descriptor),
      items: () => [],
    };
    const set = { ...item, items: () => [item] };
    return [...modalityTableOf(set, false, null, isBigEndian)!.values];
  };
  expect(tableOf([2, 0, 16], [0, 1, 2, 3], true)).toEqual([1, 515]);
  expect(tableOf([2, 0, 16], [0, 1, 2, 3], false)).toEqual([256, 770]);
  expect(tableOf([3, 0, 8], [2, 1, 0, 3], true)).toEqual([1, 2, 3]);
  expect(tableOf([3, 0, 8], [1, 2, 3, 0], false)).toEqual([1, 2, 3]);
});
