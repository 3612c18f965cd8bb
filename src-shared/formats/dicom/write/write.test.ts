import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../model/index.ts';
import { parseDicomFile, Tag, TransferSyntaxUid } from '../index.ts';
import type { Attributes } from './attributes.ts';
import { decimalString } from './decimalString.ts';
import { derivedUid } from './derivedUid.ts';
import { sha256 } from './sha256.ts';
import { writeDicom } from './writeDicom.ts';

const FILE = { sopClass: '1.2.840.10008.5.1.4.1.1.481.3', instance: '2.25.77' };
const write = (
  attributes: Attributes,
  transferSyntax?: '1.2.840.10008.1.2' | '1.2.840.10008.1.2.1',
): Uint8Array => writeDicom(attributes, transferSyntax === undefined ? FILE : { ...FILE, transferSyntax });
const contour = (points: number): Attributes => ({
  ROIContourSequence: [
    { ContourSequence: [{ ContourData: Float64Array.from({ length: 3 * points }, (_, n) => n + 1 / 3) }] },
  ],
});
const contourOf = (bytes: Uint8Array): Float64Array =>
  parseDicomFile(bytes)
    .dataSet.items(Tag.ROIContourSequence)[0]!
    .items(Tag.ContourSequence)[0]!
    .numbers(Tag.ContourData);

describe('Part 10', () => {
  it('W1: begins with the preamble and the meta group, and pads every value to an even length', () => {
    const bytes = write({ PatientID: 'odd', StudyInstanceUID: '1.2.3' });
    expect(bytes.subarray(0, 128).every((byte) => byte === 0)).toBe(true);
    expect(new TextDecoder().decode(bytes.subarray(128, 132))).toBe('DICM');
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(132, true)).toBe(0x00000002);
    const metaEnd = 144 + view.getUint32(140, true);
    expect(view.getUint16(metaEnd, true)).toBe(8);
    const { dataSet } = parseDicomFile(bytes);
    expect(dataSet.bytes(Tag.PatientID)).toEqual(new TextEncoder().encode('odd '));
    expect(dataSet.bytes(Tag.StudyInstanceUID)).toEqual(new TextEncoder().encode('1.2.3\0'));
    expect(dataSet.tags()).toEqual([...dataSet.tags()].sort());
  });

  it('W2: writes a contour too long for explicit VR in implicit VR, with all its points', () => {
    const short = write(contour(10)),
      long = write(contour(2000));
    expect(parseDicomFile(short).transferSyntaxUid).toBe(TransferSyntaxUid.ExplicitVRLittleEndian);
    expect(parseDicomFile(long).transferSyntaxUid).toBe(TransferSyntaxUid.ImplicitVRLittleEndian);
    expect(contourOf(long)).toHaveLength(6000);
    expect(contourOf(long)[5999]).toBeCloseTo(5999 + 1 / 3, 10);
    expect(() => write(contour(2000), TransferSyntaxUid.ExplicitVRLittleEndian)).toThrow(Failure);
    expect(contourOf(write(contour(3), TransferSyntaxUid.ImplicitVRLittleEndian))).toHaveLength(9);
  });

  it('W4: keeps text in UTF-8, and refuses what does not fit its VR', () => {
    const { dataSet } = parseDicomFile(
      write({ PatientName: 'Łukasz^Żółć', RTPlanDescription: 'two\r\nlines' }),
    );
    expect(dataSet.text(Tag.PatientName)).toBe('Łukasz^Żółć');
    expect(dataSet.text(Tag.RTPlanDescription)).toBe('two\r\nlines');
    for (const bad of [
      { RTPlanLabel: 'longer than sixteen' },
      { PatientID: 'a\\b' },
      { ROIName: 'a\nb' },
      { InstanceNumber: 1.5 },
      { BeamNumber: 'x' },
    ]) {
      expect(() => write(bad)).toThrow(Failure);
    }
  });

  it('W6: writes the same bytes again', () => {
    const attributes = { ...contour(5), PatientName: 'A^B', Rows: 3 };
    expect(write(attributes)).toEqual(write(attributes));
  });
});

/** All decimals of at most 16 characters nearest to a number, by brute force over digits and notations. */
function candidates(value: number): string[] {
  const texts: string[] = [];
  for (let digits = 0; digits <= 16; digits++) {
    texts.push(value.toExponential(digits), value.toExponential(digits).replace('e+', 'e'));
    if (Math.abs(value) < 1e20) texts.push(value.toFixed(digits));
  }
  return texts.filter((text) => text.length <= 16);
}

describe('decimal strings', () => {
  it('W5: fit, and no other decimal that fits is nearer', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.double({ min: -500, max: 500, noNaN: true }),
        ),
        (value) => {
          const text = decimalString(value),
            error = Math.abs(Number(text) - value);
          expect(text.length).toBeLessThanOrEqual(16);
          expect(text).toMatch(/^-?\d+(\.\d+)?(e-?\d+)?$/);
          for (const other of candidates(value))
            expect(error).toBeLessThanOrEqual(Math.abs(Number(other) - value));
        },
      ),
    );
  });

  it('W5: keep the exponent, round the last digit, and are short where they can be', () => {
    expect(decimalString(-1 / 3e7)).toBe('-3.3333333333e-8');
    expect(decimalString(0.1 + 0.2)).toBe('0.3');
    expect(decimalString(2 / 3)).toBe('0.66666666666667');
    expect(decimalString(-0)).toBe('0');
    expect(decimalString(1e21)).toBe('1e21');
    expect(decimalString(-17.5)).toBe('-17.5');
    expect(() => decimalString(NaN)).toThrow(RangeError);
  });
});

describe('derived UIDs', () => {
  it('W7: are made with SHA-256', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(
          createHash('sha256').update(bytes).digest('hex'),
        );
      }),
    );
  });

  it('W7: are valid, differ with the names and do not change', () => {
    expect(derivedUid('a', 'b')).toBe(derivedUid('a', 'b'));
    expect(derivedUid('a', 'b')).not.toBe(derivedUid('a', 'c'));
    expect(derivedUid('a')).toMatch(/^2\.25\.[1-9]\d{30,38}$/);
  });
});
