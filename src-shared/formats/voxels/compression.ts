import { Gunzip, gzipSync, Unzlib, zlibSync } from 'fflate';

/** Who packs and unpacks; each side may hand in something faster than the default. */
export interface Compression {
  gzip(bytes: Uint8Array): Uint8Array;
  zlib(bytes: Uint8Array): Uint8Array;
  /** At most the first `limit` bytes of what is packed; fewer where the stream ends before. @throws where it is no such stream. */
  gunzip(bytes: Uint8Array, limit: number): Uint8Array;
  unzlib(bytes: Uint8Array, limit: number): Uint8Array;
}

/** Pure JavaScript, the same on every side. */
export const plainCompression: Compression = {
  gzip: (bytes) => gzipSync(bytes, { level: 1, mtime: 0 }),
  zlib: (bytes) => zlibSync(bytes, { level: 1 }),
  gunzip: (bytes, limit) => unpack(new Gunzip(), bytes, limit),
  unzlib: (bytes, limit) => unpack(new Unzlib(), bytes, limit),
};

/** Nothing that deflate packs grows by more than this (RFC 1951: 258 bytes from 2 bits). */
const LARGEST_RATIO = 1032;

/** Whether `packed` bytes could hold `wanted`: a header that claims more is lying, and nothing is set aside for it. */
export const canHold = (packed: number, wanted: number): boolean => wanted <= (packed + 64) * LARGEST_RATIO;

interface Unpacker {
  ondata: (chunk: Uint8Array<ArrayBuffer>, final: boolean) => void;
  push(chunk: Uint8Array, final?: boolean): void;
}

const PIECE = 1 << 16;

function unpack(stream: Unpacker, bytes: Uint8Array, limit: number): Uint8Array {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  stream.ondata = (chunk) => {
    parts.push(chunk);
    size += chunk.length;
  };
  for (let at = 0; at < bytes.length && size < limit; at += PIECE) {
    const last = at + PIECE >= bytes.length;
    try {
      stream.push(bytes.subarray(at, at + PIECE), last);
    } catch (error) {
      // A stream that is cut off gives what came before; the caller sees that it is too little
      if (size === 0) throw error;
      break;
    }
  }
  const whole = new Uint8Array(Math.min(size, limit));
  let at = 0;
  for (const part of parts) {
    const piece = part.subarray(0, whole.length - at);
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
