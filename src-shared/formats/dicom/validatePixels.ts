import type { DicomFile } from './dataSet.ts';
import { faultOfCodestream } from './codestreams.ts';
import { packedFrames } from './frames.ts';
import { nativeLength, type PixelFormat, pixelFormatOf, refuse } from './pixelFormat.ts';
import { Tag } from './tags.ts';
import { transferSyntaxOf } from './uids.ts';

/**
 * Checks that the pixel data are what the header says, without decoding: native data by their length, packed data by
 * their fragments and the heads of their codestreams.
 *
 * @throws Failure INPUT_NOT_USABLE: PIXEL_DATA_MISSING, PIXEL_DATA_MALFORMED, VALUE_INVALID, TRANSFER_SYNTAX_UNSUPPORTED
 */
export function validatePixels(file: DicomFile, subject: string): PixelFormat {
  const { pixelData } = file;
  const syntax = transferSyntaxOf(file.transferSyntaxUid);
  if (syntax.packing === 'video' || syntax.packing === 'referenced' || syntax.packing === 'unknown') {
    throw refuse(subject, 'TRANSFER_SYNTAX_UNSUPPORTED', Tag.TransferSyntaxUID, `is packed as ${syntax.name}, which Fluence cannot read`);
  }
  if (!pixelData || (pixelData.value.length === 0 && !pixelData.fragments?.length)) {
    throw refuse(subject, 'PIXEL_DATA_MISSING', Tag.PixelData, 'is an image without pixel data');
  }
  const format = pixelFormatOf(file.dataSet, subject);
  if (syntax.packing === 'native') {
    const wanted = nativeLength(format);
    if (pixelData.fragments) {
      throw refuse(subject, 'PIXEL_DATA_MALFORMED', Tag.PixelData, 'has packed pixel data, but its header says they are not packed');
    }
    if (pixelData.value.length < wanted) {
      const missing = wanted - pixelData.value.length;
      throw refuse(subject, 'PIXEL_DATA_MALFORMED', Tag.PixelData, `has ${missing} bytes of pixel data less than its size asks for`);
    }
    return format;
  }
  if (!pixelData.fragments) {
    throw refuse(subject, 'PIXEL_DATA_MALFORMED', Tag.PixelData, `has pixel data that are not packed, but its header says ${syntax.name}`);
  }
  for (const frame of packedFrames(pixelData, format, syntax.packing, subject)) {
    const fault = faultOfCodestream(frame, syntax.packing, format);
    if (fault) throw refuse(subject, 'PIXEL_DATA_MALFORMED', Tag.PixelData, fault);
  }
  return format;
}
