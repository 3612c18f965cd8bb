import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { element, item, join, latin, metaInformation, sequence } from '../../../test/builders/dicomBytes.ts';
import { parseDecimal, parseDecimals } from './decimal.ts';
import { parseDicomFile, Tag, type DicomFile } from './index.ts';

const file = (...parts: Uint8Array[]): DicomFile =>
  parseDicomFile(join(metaInformation('1.2.840.10008.1.2.1'), ...parts));
const decimal = (text: string): number => parseDecimal(latin(text), 0, text.length);

describe('decimals', () => {
  it('F15: are rounded exactly as Number() rounds', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(decimal(String(x))).toBe(Number(String(x)));
      }),
    );
    const digits = fc.array(fc.nat(9), { minLength: 1, maxLength: 24 }).map((d) => d.join(''));
    fc.assert(
      fc.property(
        fc.constantFrom('', '-', '+'),
        digits,
        digits,
        fc.option(fc.integer({ min: -30, max: 30 })),
        (sign, whole, part, exponent) => {
          const text = `${sign}${whole}.${part}${exponent === null ? '' : `E${exponent}`}`;
          expect(decimal(text)).toBe(Number(text));
        },
      ),
    );
  });

  it('F15: what is no decimal is NaN, also what Number() would take', () => {
    for (const text of ['', ' ', '1A', '0x10', 'Infinity', '1,5', '--1', '1e', '.', '1 2', 'NaN'])
      expect(decimal(text)).toBeNaN();
    for (const [text, value] of [
      [' 12.50 ', 12.5],
      ['5.', 5],
      ['.5', 0.5],
      ['-.5', -0.5],
      ['007', 7],
    ] as const)
      expect(decimal(text)).toBe(value);
  });

  it('F15: lists keep empty places as NaN, and trailing blanks are none', () => {
    expect([...parseDecimals(latin('1\\\\3 '))]).toEqual([1, Number.NaN, 3]);
    expect([...parseDecimals(latin('1.25\\2\0'))]).toEqual([1.25, 2]);
    expect(parseDecimals(latin('  '))).toHaveLength(0);
  });

  it('F15: a list of 30 000 is that of its texts', () => {
    const texts = Array.from({ length: 30_000 }, (_, i) => (Math.sin(i) * 300).toFixed(1 + (i % 6)));
    const values = file(element(0x30060050, 'UN', latin(texts.join('\\')))).dataSet.numbers(Tag.ContourData);
    expect(values).toHaveLength(texts.length);
    expect(texts.every((text, i) => values[i] === Number(text))).toBe(true);
  });

  it('numbers that are none are undefined, and the first of several is taken', () => {
    const { dataSet } = file(
      element(0x00200013, 'IS', '1A'),
      element(0x00280030, 'DS', '0.5\\2'),
      element(0x00281052, 'DS', ''),
    );
    expect(dataSet.number(Tag.InstanceNumber)).toBeUndefined();
    expect(dataSet.number(Tag.PixelSpacing)).toBe(0.5);
    expect(dataSet.number(Tag.RescaleIntercept)).toBeUndefined();
    expect(dataSet.number(Tag.Rows)).toBeUndefined();
  });
});

describe('texts', () => {
  const name = (set: string | null, bytes: string): { text: string | undefined; codes: string[] } => {
    const parts = set === null ? [] : [element(0x00080005, 'CS', set)];
    const read = file(...parts, element(0x00100010, 'PN', bytes));
    return { text: read.dataSet.text(Tag.PatientName), codes: read.repairs.map((repair) => repair.code) };
  };

  it.each([
    ['ISO_IR 100', 'Buc^J\xe9r\xf4me', 'Buc^Jérôme'],
    ['ISO_IR 126', '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος'],
    ['ISO_IR 144', '\xbb\xee', 'Лю'],
    ['ISO_IR 192', 'Wang=\xe7\x8e\x8b', 'Wang=王'],
    ['GB18030', 'Wang=\xcd\xf5^\xd0\xa1', 'Wang=王^小'],
    ['\\ISO 2022 IR 87', 'Yamada=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B', 'Yamada=山田^太郎'],
    ['ISO 2022 IR 13\\ISO 2022 IR 87', '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J', 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田'],
    ['\\ISO 2022 IR 149', 'Hong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce', 'Hong=洪^吉'],
  ])('F16: %s', (set, bytes, text) => {
    expect(name(set, bytes)).toEqual({ text, codes: [] });
  });

  it('F17: letters beyond ASCII without a known character set are Latin-1, and told', () => {
    expect(name(null, 'M\xfcller')).toEqual({ text: 'Müller', codes: ['CHARACTER_SET_ASSUMED'] });
    expect(name('KLINGON', 'M\xfcller')).toEqual({ text: 'Müller', codes: ['CHARACTER_SET_ASSUMED'] });
    expect(name(null, 'Mueller')).toEqual({ text: 'Mueller', codes: [] });
  });

  it('F16: items have the set of their data set, or their own; a backslash inside a two-byte code separates nothing', () => {
    const code = (set: Uint8Array): Uint8Array => item(join(set, element(0x00080104, 'LO', '\xe9')));
    const { dataSet } = file(
      element(0x00080005, 'CS', 'ISO_IR 100'),
      sequence(0x00082218, [code(new Uint8Array(0)), code(element(0x00080005, 'CS', 'ISO_IR 144'))]),
    );
    expect(dataSet.items(Tag.AnatomicRegionSequence).map((i) => i.text(Tag.CodeMeaning))).toEqual(['é', 'щ']);
    const gbk = file(element(0x00080005, 'CS', 'GB18030'), element(0x00081030, 'LO', '\x81\x5c\\b'));
    expect(gbk.dataSet.texts(Tag.StudyDescription)).toEqual(['乗', 'b']);
  });

  it('values are trimmed; text blocks keep backslashes and what they begin with', () => {
    const { dataSet } = file(
      element(0x00080008, 'CS', ' ORIGINAL \\PRIMARY '),
      element(0x00081030, 'LO', ''),
      element(0x00104000, 'LT', '  a\\b  '),
    );
    expect(dataSet.texts(Tag.ImageType)).toEqual(['ORIGINAL', 'PRIMARY']);
    expect(dataSet.text(Tag.StudyDescription)).toBe('');
    expect(dataSet.text(Tag.PatientID)).toBeUndefined();
    expect(dataSet.text(Tag.PatientComments)).toBe('  a\\b');
  });
});
