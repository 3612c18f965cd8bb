/** Numbers in 0 … 1, the same for the same seed. */
export function randomSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values that lengths, counts and sizes get wrong with. */
const NASTY = [
  0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0,
  0xfffffffe, 0xffffffff,
];
const MARKS = [
  [0xfe, 0xff, 0x00, 0xe0],
  [0xfe, 0xff, 0x0d, 0xe0],
  [0xfe, 0xff, 0xdd, 0xe0],
  [0xe0, 0x7f, 0x10, 0x00],
  [0x08, 0x00, 0x40, 0x11],
  [0x53, 0x51],
  [0x55, 0x4e],
  [0xff, 0xd8],
  [0xff, 0xd9],
  [0xff, 0xda],
];

/** A copy of `bytes` with one to eight changes. `other` gives another file to cut pieces from. */
export function mutate(bytes: Uint8Array, random: () => number, other: () => Uint8Array): Uint8Array {
  let out = bytes.slice();
  const below = (n: number): number => Math.floor(random() * n);
  // Half of all changes go to the head, where most of the structure is
  const place = (): number => (random() < 0.5 ? below(Math.min(out.length, 2048)) : below(out.length));
  const changes = random() < 0.5 ? 1 : 1 + below(6);
  for (let n = 0; n < changes && out.length > 8; n++) {
    const at = place();
    switch (below(9)) {
      case 0:
        out[at] = (out[at] ?? 0) ^ (1 << below(8));
        break;
      case 1:
        out[at] = below(256);
        break;
      case 2: {
        const value = NASTY[below(NASTY.length)] ?? 0;
        const isBig = random() < 0.2;
        const size = random() < 0.5 ? 2 : 4;
        for (let i = 0; i < size && at + i < out.length; i++)
          out[at + i] = (value >>> (8 * (isBig ? size - 1 - i : i))) & 255;
        break;
      }
      case 3:
        if (random() < 0.2) out = out.slice(0, at);
        break;
      case 4:
        out = concat(out.subarray(0, at), out.subarray(Math.min(out.length, at + below(64))));
        break;
      case 5: {
        const from = place();
        out = concat(out.subarray(0, at), out.subarray(from, from + below(256)), out.subarray(at));
        break;
      }
      case 6:
        out.set((MARKS[below(MARKS.length)] ?? []).slice(0, out.length - at), at);
        break;
      case 7: {
        const piece = other();
        const from = below(piece.length);
        out = concat(out.subarray(0, at), piece.subarray(from, from + below(512)), out.subarray(at));
        break;
      }
      default:
        out.fill(below(256), at, Math.min(out.length, at + below(32)));
    }
  }
  return out;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
