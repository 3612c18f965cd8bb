import { sha256 } from './sha256.ts';

/**
 * A UID that follows from names alone (W7): 2.25 and the integer of a name-based UUID (PS3.5 B.2; RFC 9562,
 * version 8), here the first 128 bits of SHA-256 of the names joined by '/'.
 */
export function derivedUid(...names: readonly string[]): string {
  const digest = sha256(new TextEncoder().encode(names.join('/')));
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  let value = 0n;
  for (const byte of digest.subarray(0, 16)) value = value * 256n + BigInt(byte);
  return `2.25.${value}`;
}
