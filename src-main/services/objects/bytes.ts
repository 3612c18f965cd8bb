/** The same bytes as a plain Uint8Array: parsers take a Buffer's `slice` for a copy, which it is not. */
export const plainBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
