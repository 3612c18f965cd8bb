import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filesOfUpload, uploadHeader } from './uploadBody.ts';

interface Sent {
  readonly name: string;
  readonly data: Uint8Array;
}

const bodyOf = (files: readonly Sent[]): Uint8Array => {
  const parts = files.flatMap(({ name, data }) => [uploadHeader(name, data.length), data]);
  const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
};

/** Cut wherever a network may cut it; empty chunks too. */
async function* inPieces(body: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let n = 0; at < body.length; n++) {
    const size = sizes.length === 0 ? body.length : (sizes[n % sizes.length] ?? 1);
    yield body.subarray(at, at + size);
    at += size;
  }
}

async function read(body: AsyncIterable<Uint8Array>): Promise<Sent[]> {
  const files: Sent[] = [];
  for await (const { name, bytes, chunks } of filesOfUpload(body)) {
    const data: number[] = [];
    for await (const chunk of chunks) data.push(...chunk);
    expect(data).toHaveLength(bytes);
    files.push({ name, data: Uint8Array.from(data) });
  }
  return files;
}

const sent = fc.record({ name: fc.string({ unit: 'grapheme' }), data: fc.uint8Array({ maxLength: 40 }) });

describe('the body of an upload', () => {
  it('gives back every file, wherever the network cut it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sent, { maxLength: 6 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }),
        async (files, cuts) => {
          const sizes = cuts.some((size) => size > 0) ? cuts : [];
          expect(await read(inPieces(bodyOf(files), sizes))).toEqual(files);
        },
      ),
    );
  });

  it('a body that ends within a file, a name or its lengths is refused', async () => {
    const body = bodyOf([
      { name: 'CT/1.dcm', data: Uint8Array.of(1, 2, 3) },
      { name: 'CT/2.dcm', data: Uint8Array.of(4) },
    ]);
    const whole = new Set([0, 12 + 8 + 3, body.length]);
    for (let length = 0; length <= body.length; length++) {
      const reading = read(inPieces(body.subarray(0, length), [4]));
      if (whole.has(length)) await reading;
      else await expect(reading).rejects.toMatchObject({ code: 'INPUT_NOT_USABLE' });
    }
  });

  it('what is no upload is refused before anything is held for it', async () => {
    for (const lengths of [
      [0xff_ff_ff_ff, 1n],
      [1, 2n ** 63n],
    ] as const) {
      const header = new Uint8Array(16);
      new DataView(header.buffer).setUint32(0, lengths[0], true);
      new DataView(header.buffer).setBigUint64(4, lengths[1], true);
      await expect(read(inPieces(header, []))).rejects.toThrow('not an upload');
    }
  });
});
