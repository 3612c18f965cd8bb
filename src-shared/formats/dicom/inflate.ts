import { Inflate } from 'fflate';
import { Failure } from '../../model/index.ts';

const PIECE = 1 << 14;
const MEBIBYTE = 1 << 20;
const LARGEST = 1024 * MEBIBYTE;

/** Most bytes that `packed` bytes may unpack to; no image packs better than this, a bomb does. */
const limitFor = (packed: number): number => Math.min(LARGEST, Math.max(64 * MEBIBYTE, 256 * packed));

/**
 * Unpacks a raw deflate stream (RFC 1951).
 *
 * @param limit most bytes to unpack
 * @throws Failure INPUT_NOT_USABLE where the stream is broken or unpacks to more than the limit
 */
export function inflateBounded(
  packed: Uint8Array,
  subject: string,
  limit = limitFor(packed.length),
): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const ended: boolean[] = [];
  const stream = new Inflate((piece, isLast) => {
    length += piece.length;
    if (length > limit) throw new RangeError('limit');
    pieces.push(piece);
    if (isLast) ended.push(true);
  });
  try {
    for (let at = 0; at < packed.length; at += PIECE) {
      stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
    }
  } catch (error) {
    if (error instanceof RangeError && error.message === 'limit') {
      throw new Failure(
        'INPUT_NOT_USABLE',
        `${subject} unpacks to far more data than its size allows; it was not read.`,
        { finding: 'FILE_TOO_LARGE' },
      );
    }
    throw new Failure(
      'INPUT_NOT_USABLE',
      `${subject} is packed (deflated) and cannot be unpacked; send it again.`,
      { finding: 'FILE_MALFORMED' },
    );
  }
  if (ended.length === 0) {
    throw new Failure('INPUT_NOT_USABLE', `${subject} ends within its packed data; send it again.`, {
      finding: 'FILE_TRUNCATED',
    });
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
