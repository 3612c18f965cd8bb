import type { Finding, FindingCode } from '../../model/index.ts';
import { type DicomFile, type PixelElement, type TagKey, tagText } from './dataSet.ts';
import { nativeSamples } from './codecs/native.ts';
import { doubtOfCodestream, faultOfCodestream } from './codestreams.ts';
import { packedFrames } from './frames.ts';
import { interpretedSamples } from './interpretedSamples.ts';
import { isHighBit, nativeLength, type PixelFormat, pixelFormatOf, refuse } from './pixelFormat.ts';
import { Tag } from './tags.ts';
import { type Packing, SopClassUid, transferSyntaxOf } from './uids.ts';

const MEBIBYTE = 1 << 20;

/** Bytes that packed pixel data may unpack to: any real image packs far less, a claim made to exhaust memory far more. */
const unpackedLimit = (packed: number): number => Math.max(64 * MEBIBYTE, 2000 * packed);

export interface ValidPixels {
  readonly format: PixelFormat;
  /** What a person should know before trusting the pixels; mostly nothing. */
  readonly doubts: readonly Finding[];
}

/**
 * Checks that the pixel data are what the header says, without decoding: native data by their length, packed data by
 * their fragments and the heads of their codestreams.
 *
 * @throws Failure INPUT_NOT_USABLE: PIXEL_DATA_MISSING, PIXEL_DATA_MALFORMED, VALUE_INVALID, TRANSFER_SYNTAX_UNSUPPORTED
 */
export function validatePixels(file: DicomFile, subject: string): ValidPixels {
  const { pixelData } = file;
  const syntax = transferSyntaxOf(file.transferSyntaxUid);
  if (syntax.packing === 'video' || syntax.packing === 'referenced' || syntax.packing === 'unknown') {
    throw refuse(
      subject,
      'TRANSFER_SYNTAX_UNSUPPORTED',
      Tag.TransferSyntaxUID,
      `is packed as ${syntax.name}, which Fluence cannot read`,
    );
  }
  if (!pixelData || (pixelData.value.length === 0 && !pixelData.fragments?.length)) {
    throw refuse(subject, 'PIXEL_DATA_MISSING', Tag.PixelData, 'has no pixel data');
  }
  const read = pixelFormatOf(file.dataSet, subject);
  const format = CELLS.has(syntax.packing) ? read : { ...read, highBit: read.bitsStored - 1 };
  if (syntax.packing === 'native') {
    const wanted = nativeLength(format);
    if (pixelData.fragments) {
      throw refuse(
        subject,
        'PIXEL_DATA_MALFORMED',
        Tag.PixelData,
        'has packed pixel data, but its header says they are not packed',
      );
    }
    if (pixelData.value.length < wanted) {
      const missing = wanted - pixelData.value.length;
      throw refuse(
        subject,
        'PIXEL_DATA_MALFORMED',
        Tag.PixelData,
        `has ${missing} bytes of pixel data less than its size asks for`,
      );
    }
    return {
      format,
      doubts: [...highBitDoubts(file, read, format), ...nativeDoubts(file, pixelData, format)],
    };
  }
  if (!pixelData.fragments) {
    throw refuse(
      subject,
      'PIXEL_DATA_MALFORMED',
      Tag.PixelData,
      `has pixel data that are not packed, but its header says ${syntax.name}`,
    );
  }
  const packed = pixelData.fragments.reduce((sum, fragment) => sum + fragment.length, 0);
  if (nativeLength(format) > unpackedLimit(packed)) {
    throw refuse(
      subject,
      'PIXEL_DATA_MALFORMED',
      Tag.PixelData,
      'claims far more pixels than its packed data can hold',
    );
  }
  const frames = packedFrames(pixelData, format, syntax.packing, subject);
  for (const frame of frames) {
    const fault = faultOfCodestream(frame, syntax.packing, format);
    if (fault) throw refuse(subject, 'PIXEL_DATA_MALFORMED', Tag.PixelData, fault);
  }
  const doubt = frames[0] ? doubtOfCodestream(frames[0], syntax.packing) : null;
  return {
    format,
    doubts: [
      ...highBitDoubts(file, read, format),
      ...(doubt === null ? [] : [told('PIXEL_DATA_MALFORMED', doubt, Tag.PixelData)]),
    ],
  };
}

/** Packings that keep each sample's cell as it is; the other codecs give values that begin at the lowest bit. */
const CELLS: ReadonlySet<Packing> = new Set<Packing>(['native', 'rle', 'deflated-frames']);

const told = (code: FindingCode, message: string, tag: TagKey): Finding => ({
  code,
  severity: 'warning',
  message,
  tag: tagText(tag),
});

/** PS3.5 8.1.1: High Bit says where in its cell a value lies. */
function highBitDoubts(file: DicomFile, read: PixelFormat, taken: PixelFormat): Finding[] {
  const { bitsStored, bitsAllocated } = read;
  const stated = file.dataSet.number(Tag.HighBit);
  if (stated === undefined) return [];
  const values = `${bitsStored} bits for each value`;
  if (!isHighBit(stated, bitsStored, bitsAllocated))
    return [
      told(
        'VALUE_INVALID',
        `The header says ${values} in ${bitsAllocated}, the highest of them bit ${stated}, which cannot be; they are taken from the lowest bit on.`,
        Tag.HighBit,
      ),
    ];
  if (read.highBit === taken.highBit) return [];
  return [
    told(
      'VALUE_INVALID',
      `The header says ${values} that do not begin at the lowest bit, which packed pixel data cannot be; they are taken from the lowest bit on.`,
      Tag.HighBit,
    ),
  ];
}

function nativeDoubts(file: DicomFile, pixelData: PixelElement, format: PixelFormat): Finding[] {
  const doubts: Finding[] = [];
  const frame = nativeLength({ ...format, frames: 1 });
  const excess = pixelData.value.length - nativeLength(format);
  // One byte may be there to make the length even.
  if (excess > 1 && excess >= frame) {
    const whole = format.frames + Math.floor(excess / frame);
    doubts.push(
      told(
        'PIXEL_DATA_MALFORMED',
        `The pixel data are long enough for ${whole} frames where the header says ${format.frames}; the rest is not read.`,
        Tag.PixelData,
      ),
    );
  }
  // In images the bits beside the value hold overlays; a dose has none.
  const isPartial = format.bitsStored < format.bitsAllocated && format.bitsAllocated <= 32;
  if (isPartial && file.sopClassUid === SopClassUid.RtDose) {
    const samples = nativeSamples(pixelData, format);
    if (interpretedSamples({ ...format, samples }) !== samples)
      doubts.push(
        told(
          'VALUE_INVALID',
          `The header says ${format.bitsStored} bits for each value, but the pixel data hold more; what lies beyond is left out of the dose.`,
          Tag.BitsStored,
        ),
      );
  }
  return doubts;
}
