/**
 * A UID made from content, for objects that lack theirs: the same content gives the same UID (PS3.5 B.2: '2.25.' and a
 * whole number below 2¹²⁸). Four FNV-1a sums of 32 bits with different starts.
 */
export function uidFromBytes(bytes: Uint8Array): string {
  const sums = [0x811c9dc5, 0x9747b28c, 0x5bd1e995, 0x27d4eb2f];
  for (const byte of bytes) {
    for (let n = 0; n < 4; n++) sums[n] = Math.imul((sums[n] ?? 0) ^ byte ^ (n * 0x55), 0x01000193) + n;
  }
  return `2.25.${sums.reduce((value, sum) => (value << 32n) | BigInt(sum >>> 0), 0n)}`;
}

export const uidFromText = (text: string): string => uidFromBytes(new TextEncoder().encode(text));
