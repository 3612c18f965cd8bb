import type { DicomFile } from './dataSet.ts';
import { doubtOfCodestream, faultOfCodestream } from './codestreams.ts';
import { packedFrames } from './frames.ts';
import { nativeLength, type PixelFormat, pixelFormatOf, refuse } from './pixelFormat.ts';
import { Tag } from './tags.ts';
import { transferSyntaxOf } from './uids.ts';

const MEBIBYTE = 1 << 20;

/** Bytes that packed pixel data may unpack to: any real image packs far less, a claim made to exhaust memory far more. */
const unpackedLimit = (packed: number): number => Math.max(64 * MEBIBYTE, 2000 * packed);

export interface ValidPixels {
  readonly format: PixelFormat;
  /** What a person should look at before trusting the pixels; null mostly. */
  readonly doubt: string | null;
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
  const format = pixelFormatOf(file.dataSet, subject);
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
    return { format, doubt: null };
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
  return { format, doubt: frames[0] ? doubtOfCodestream(frames[0], syntax.packing) : null };
}
