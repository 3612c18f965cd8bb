import { zlibSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BIG_ENDIAN,
  CT_CLASS,
  element,
  EXPLICIT,
  head,
  IMPLICIT,
  imageFile,
  item,
  join,
  latin,
  metaInformation,
  sequence,
  u16,
  u32,
} from '../../../test/builders/dicomBytes.ts';
import { Failure } from '../../model/index.ts';
import { parseDicomFile, parseDicomHead, readRecord, Tag, type DicomFile } from './index.ts';

const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
const IMPLICIT_LITTLE = '1.2.840.10008.1.2';
const EXPLICIT_BIG = '1.2.840.10008.1.2.2';

const body = (syntax = EXPLICIT): Uint8Array =>
  join(
    element(0x00080016, 'UI', CT_CLASS, syntax),
    element(0x00080018, 'UI', '1.2.3', syntax),
    sequence(0x00081140, [item(element(0x00081155, 'UI', '9.8.7', syntax), true, syntax)], true, syntax),
    element(0x00280010, 'US', [512], syntax),
    element(0x00280030, 'DS', '0.5\\0.75', syntax),
  );

const failureOf = (work: () => unknown): Failure => {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const codes = (file: DicomFile): string[] => file.repairs.map((repair) => repair.code);

function expectBody(file: DicomFile): void {
  expect(file.sopClassUid).toBe(CT_CLASS);
  expect(file.sopInstanceUid).toBe('1.2.3');
  expect(file.dataSet.number(Tag.Rows)).toBe(512);
  expect([...file.dataSet.numbers(Tag.PixelSpacing)]).toEqual([0.5, 0.75]);
  expect(
    file.dataSet.items(Tag.ReferencedImageSequence).map((i) => i.text(Tag.ReferencedSOPInstanceUID)),
  ).toEqual(['9.8.7']);
}

describe('encodings', () => {
  it.each([
    ['explicit little endian', EXPLICIT_LITTLE, EXPLICIT],
    ['implicit little endian', IMPLICIT_LITTLE, IMPLICIT],
    ['explicit big endian', EXPLICIT_BIG, BIG_ENDIAN],
  ])('F1: reads %s', (_, uid, syntax) => {
    const file = parseDicomFile(join(metaInformation(uid), body(syntax)));
    expectBody(file);
    expect(file.transferSyntaxUid).toBe(uid);
    expect(file.repairs).toEqual([]);
  });

  it('F1: reads deflated data sets', () => {
    const raw = zlibSync(body()).subarray(2, -4);
    expectBody(parseDicomFile(join(metaInformation('1.2.840.10008.1.2.1.99'), raw)));
  });

  it('F2: a deflated bomb and a broken stream are refused', () => {
    const bomb = zlibSync(new Uint8Array(100 * 2 ** 20)).subarray(2, -4);
    expect(
      failureOf(() => parseDicomFile(join(metaInformation('1.2.840.10008.1.2.1.99'), bomb))).detail.finding,
    ).toBe('FILE_TOO_LARGE');
    const cut = zlibSync(body(), { level: 0 }).subarray(2, 60);
    expect(
      failureOf(() => parseDicomFile(join(metaInformation('1.2.840.10008.1.2.1.99'), cut))).detail.finding,
    ).toMatch(/FILE_(TRUNCATED|MALFORMED)/);
  });

  it.each([
    ['explicit little endian', EXPLICIT_LITTLE, EXPLICIT],
    ['implicit little endian', IMPLICIT_LITTLE, IMPLICIT],
    ['explicit big endian', EXPLICIT_BIG, BIG_ENDIAN],
  ])('F3: tells %s from the data where the header is missing', (_, uid, syntax) => {
    const file = parseDicomFile(body(syntax));
    expectBody(file);
    expect(file.transferSyntaxUid).toBe(uid);
    expect(codes(file)).toEqual(['META_HEADER_MISSING']);
  });

  it.each([
    ['implicit data called explicit', EXPLICIT_LITTLE, IMPLICIT, IMPLICIT_LITTLE],
    ['explicit data called implicit', IMPLICIT_LITTLE, EXPLICIT, EXPLICIT_LITTLE],
    ['little endian called big', EXPLICIT_BIG, EXPLICIT, EXPLICIT_LITTLE],
  ])('F4: reads %s as they are, and tells', (_, stated, syntax, found) => {
    const file = parseDicomFile(join(metaInformation(stated), body(syntax)));
    expectBody(file);
    expect(file.transferSyntaxUid).toBe(found);
    expect(codes(file)).toEqual(['TRANSFER_SYNTAX_WRONG']);
  });
});

describe('structure', () => {
  const parse = (...parts: Uint8Array[]): DicomFile =>
    parseDicomFile(join(metaInformation(EXPLICIT_LITTLE), ...parts));

  it('F5: reads sequences and items with and without lengths, nested and empty', () => {
    const inner = (hasLength: boolean): Uint8Array =>
      sequence(
        0x00081140,
        [item(element(0x00081155, 'UI', '1.1'), hasLength), item(new Uint8Array(0), hasLength)],
        hasLength,
      );
    for (const [outer, nested] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ] as const) {
      const { dataSet } = parse(
        sequence(0x00081115, [item(inner(nested), outer)], outer),
        element(0x00100020, 'LO', 'after'),
      );
      const items = dataSet.items(Tag.ReferencedSeriesSequence)[0]?.items(Tag.ReferencedImageSequence) ?? [];
      expect(items.map((i) => i.text(Tag.ReferencedSOPInstanceUID))).toEqual(['1.1', undefined]);
      expect(dataSet.text(Tag.PatientID)).toBe('after');
    }
  });

  it('F6: reads sequences of VR UN (implicit inside) and private ones, and bytes that only look like one', () => {
    const content = item(element(0x00081155, 'UI', '1.1', IMPLICIT), true, IMPLICIT);
    const unknown = join(head(0x00081140, 'UN', content.length), content);
    const isPrivate = join(head(0x00091001, 'UN', content.length), content);
    const lookalike = element(
      0x00091002,
      'UN',
      join(u16(0xfffe), u16(0xe000), u32(900), latin('only bytes')),
    );
    const { dataSet } = parse(unknown, isPrivate, lookalike, element(0x00100020, 'LO', 'after'));
    expect(dataSet.items(Tag.ReferencedImageSequence)[0]?.text(Tag.ReferencedSOPInstanceUID)).toBe('1.1');
    expect(dataSet.items('x00091001')).toHaveLength(1);
    expect(dataSet.items('x00091002')).toHaveLength(0);
    expect(dataSet.bytes('x00091002')).toHaveLength(18);
    expect(dataSet.text(Tag.PatientID)).toBe('after');
  });

  it('F6: decimal strings stored as UN, as writers do with long ones, are read as decimals', () => {
    const { dataSet } = parse(element(0x30060050, 'UN', latin('1.5\\-2\\3e2 ')));
    expect([...dataSet.numbers(Tag.ContourData)]).toEqual([1.5, -2, 300]);
  });

  it('F7: knows 64-bit and unknown representations', () => {
    const { dataSet } = parse(
      element(0x00091010, 'UV', join(u32(5), u32(1))),
      element(0x00091011, 'ZZ', new Uint8Array(0)),
      element(0x00100020, 'LO', 'after'),
    );
    expect(dataSet.number('x00091010')).toBe(2 ** 32 + 5);
    expect(dataSet.text(Tag.PatientID)).toBe('after');
  });

  it('F8: zeros behind the end are padding; other bytes behind the pixel data are told', () => {
    expect(codes(parse(element(0x00100020, 'LO', 'P1'), new Uint8Array(51)))).toEqual([]);
    const file = parse(element(0x7fe00010, 'OW', [1, 2]), latin('some garbage from a disk'));
    expect(codes(file)).toEqual(['VALUE_REPAIRED']);
    expect(file.pixelData?.value).toHaveLength(4);
  });

  it('F8: an item that lost its sequence is left out, and told', () => {
    const file = parse(item(element(0x00081155, 'UI', '1.1')), element(0x00100020, 'LO', 'after'));
    expect(codes(file)).toEqual(['VALUE_REPAIRED']);
    expect(file.dataSet.text(Tag.PatientID)).toBe('after');
  });

  it('F9: of two elements with one tag the first counts', () => {
    expect(
      parse(element(0x00100020, 'LO', 'first'), element(0x00100020, 'LO', 'second')).dataSet.text(
        Tag.PatientID,
      ),
    ).toBe('first');
  });

  it('reads the header alone when asked', () => {
    const file = parseDicomFile(
      join(metaInformation(EXPLICIT_LITTLE), body(), head(0x7fe00010, 'OW', 0x7fffffff)),
      { stopAtPixelData: true },
    );
    expectBody(file);
    expect(file.pixelData).toBeUndefined();
  });

  it('a header is read from its first bytes alone, or more of them are asked for', () => {
    const bytes = join(metaInformation(EXPLICIT_LITTLE), body(), head(0x7fe00010, 'OW', 0x7fffffff));
    const whole = parseDicomHead(bytes);
    expect(whole).not.toBeNull();
    if (whole) expectBody(whole);
    for (let length = 0; length < bytes.length; length++)
      expect(parseDicomHead(bytes.subarray(0, length)), `${length} bytes`).toBeNull();
  });

  it('signed or not is told by Pixel Representation where the file states no representation', () => {
    const of = (representation: number): number | undefined =>
      parseDicomFile(
        join(
          metaInformation(IMPLICIT_LITTLE),
          element(0x00280103, 'US', [representation], IMPLICIT),
          element(0x00280120, 'SS', [0xf830], IMPLICIT),
        ),
      ).dataSet.number(Tag.PixelPaddingValue);
    expect(of(1)).toBe(-2000);
    expect(of(0)).toBe(63_536);
  });
});

describe('refusals', () => {
  const refused = (bytes: Uint8Array): [unknown, unknown] => {
    const { detail, code, message } = failureOf(() => parseDicomFile(bytes, { fileName: 'folder/a.dcm' }));
    expect(code).toBe('INPUT_NOT_USABLE');
    expect(message).toMatch(/^a\.dcm .*\.$/);
    return [detail.finding, detail.tag];
  };
  const withMeta = (...parts: Uint8Array[]): Uint8Array => join(metaInformation(EXPLICIT_LITTLE), ...parts);

  it('F10: empty, and not DICOM', () => {
    expect(refused(new Uint8Array(0))[0]).toBe('FILE_EMPTY');
    expect(refused(latin('Some notes, not an image. '.repeat(20)))[0]).toBe('NOT_DICOM');
    expect(refused(new Uint8Array(400))[0]).toBe('NOT_DICOM');
  });

  it('F11: truncated, with the tag at which the file ends', () => {
    expect(refused(withMeta(body(), head(0x7fe00010, 'OW', 100), new Uint8Array(40)))).toEqual([
      'FILE_TRUNCATED',
      '(7FE0,0010)',
    ]);
    expect(refused(withMeta(head(0x00100020, 'LO', 20), latin('short')))).toEqual([
      'FILE_TRUNCATED',
      '(0010,0020)',
    ]);
    const cutInside = withMeta(
      sequence(0x00081140, [item(element(0x00081155, 'UI', '1.2.3.4.5.6.7.8'))]),
    ).slice(0, -6);
    expect(refused(cutInside)).toEqual(['FILE_TRUNCATED', '(0008,1155)']);
    expect(
      refused(withMeta(sequence(0x00081140, [item(new Uint8Array(0), false)], false).slice(0, -16))),
    ).toEqual(['FILE_TRUNCATED', '(0008,1140)']);
  });

  it('F12: claims of 8 GiB, open and 3 000-deep sequences, without a deep stack', () => {
    expect(refused(withMeta(head(0x00091010, 'UN', 0xfffffff0), latin('16 bytes of data')))[0]).toBe(
      'FILE_TRUNCATED',
    );
    const nest = join(
      ...Array.from({ length: 3000 }, () =>
        join(head(0x00081140, 'SQ', 0xffffffff), u16(0xfffe), u16(0xe000), u32(0xffffffff)),
      ),
    );
    expect(refused(withMeta(nest))).toEqual(['FILE_MALFORMED', '(0008,1140)']);
  });

  it('F13: no prefix of a file is read as if it were whole', () => {
    const whole = imageFile(
      element(
        0x7fe00010,
        'OW',
        Array.from({ length: 16 }, (_, i) => i),
      ),
      { rows: 4, columns: 4 },
    );
    for (let length = 0; length < whole.length; length++)
      expect(() => readRecord(whole.slice(0, length), 'a.dcm')).toThrow(Failure);
    expect(readRecord(whole, 'a.dcm').image?.rows).toBe(4);
  });

  it('F14: any bytes are read or refused with a reason, never a crash', () => {
    const whole = imageFile(
      join(
        sequence(0x00081140, [item(element(0x00081155, 'UI', '1.1'), false)], false),
        element(0x7fe00010, 'OW', [1, 2, 3, 4]),
      ),
      { rows: 2, columns: 2 },
    );
    const check = (bytes: Uint8Array): void => {
      try {
        readRecord(bytes, 'a.dcm');
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
        expect((error as Failure).detail.finding).toBeDefined();
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        check(bytes);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const bytes = whole.slice();
          for (const [at, value] of changes) bytes[at] = value;
          check(bytes);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
