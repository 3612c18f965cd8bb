import { Failure } from '../model/index.ts';

/**
 * The body of an upload's POST: any number of files, one after the other, so that a study of small files takes few
 * requests. Of each file: the length of its name (4 bytes), its own length (8 bytes), both little endian, its name in
 * UTF-8, its bytes.
 */

const LENGTHS = 12;
/** Bytes of a name: a path far longer than any system's. */
const LONGEST_NAME = 16_384;

/** What goes before a file's bytes. `bytes`: its length. */
export function uploadHeader(name: string, bytes: number): Uint8Array<ArrayBuffer> {
  const encoded = new TextEncoder().encode(name);
  const header = new Uint8Array(LENGTHS + encoded.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, encoded.length, true);
  view.setBigUint64(4, BigInt(bytes), true);
  header.set(encoded, LENGTHS);
  return header;
}

export interface UploadedFile {
  /** As the window gave it: not to be trusted. */
  readonly name: string;
  /** Announced length; `chunks` bring as many or throw. */
  readonly bytes: number;
  /** To be read to its end before the next file is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * The files of a body, as it comes.
 * @throws Failure INPUT_NOT_USABLE where the body ends too early, or is none of this kind.
 */
export async function* filesOfUpload(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<UploadedFile, void, undefined> {
  const source = body[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);

  /** The next bytes, `most` of them or fewer; null at the end of the body. */
  async function some(most: number): Promise<Uint8Array | null> {
    while (rest.length === 0) {
      const next = await source.next();
      if (next.done === true) return null;
      rest = next.value;
    }
    const part = rest.subarray(0, most);
    rest = rest.subarray(part.length);
    return part;
  }

  /** Exactly as many bytes; null where the body had ended before the first. */
  async function exactly(count: number): Promise<Uint8Array | null> {
    const bytes = new Uint8Array(count);
    let have = 0;
    while (have < count) {
      const part = await some(count - have);
      if (part === null) {
        if (have > 0) throw brokenOff();
        return null;
      }
      bytes.set(part, have);
      have += part.length;
    }
    return bytes;
  }

  async function* contents(bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = bytes; left > 0;) {
      const part = await some(left);
      if (part === null) throw brokenOff();
      left -= part.length;
      yield part;
    }
  }

  for (;;) {
    const lengths = await exactly(LENGTHS);
    if (lengths === null) return;
    const view = new DataView(lengths.buffer);
    const nameLength = view.getUint32(0, true),
      bytes = Number(view.getBigUint64(4, true));
    if (nameLength > LONGEST_NAME || !Number.isSafeInteger(bytes))
      throw new Failure(
        'INPUT_NOT_USABLE',
        'This is not an upload as the window sends it; nothing was taken.',
      );
    const encoded = nameLength === 0 ? new Uint8Array(0) : await exactly(nameLength);
    if (encoded === null) throw brokenOff();
    yield { name: new TextDecoder().decode(encoded), bytes, chunks: contents(bytes) };
  }
}

const brokenOff = (): Failure =>
  new Failure('INPUT_NOT_USABLE', 'The upload broke off; import the files again.');
