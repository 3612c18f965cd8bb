import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** POSIX ustar (IEEE 1003.1, pax interchange chapter): any system's tar opens it. Only plain files, only short names. */
const BLOCK = 512;
const CHUNK = 1 << 20;

export interface TarEntry {
  readonly name: string;
  readonly bytes: number;
}

export class TarWriter {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async add(name: string, content: Uint8Array): Promise<void> {
    await this.#write(header(name, content.length));
    await this.#write(content);
    await this.#pad(content.length);
  }

  /** Streams a file in; answers the SHA-256 of what went in, hex. The size is the one it had when it was opened. */
  async addFile(name: string, source: FileHandle): Promise<{ sha256: string; bytes: number }> {
    const { size } = await source.stat();
    await this.#write(header(name, size));
    const hash = createHash('sha256');
    for await (const chunk of chunksOf(source, 0, size)) {
      hash.update(chunk);
      await this.#write(chunk);
    }
    await this.#pad(size);
    return { sha256: hash.digest('hex'), bytes: size };
  }

  /** Two empty blocks end an archive. */
  async end(): Promise<void> {
    await this.#write(new Uint8Array(2 * BLOCK));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;)
      at += (await this.#handle.write(bytes, at, bytes.length - at)).bytesWritten;
  }

  async #pad(bytes: number): Promise<void> {
    await this.#write(new Uint8Array(padding(bytes)));
  }
}

/** Bytes that come in order, and how many there are to be. */
export interface ByteSource {
  readonly bytes: number;
  /** To be taken once. */
  chunks(): AsyncIterable<Uint8Array>;
}

export class TarDamaged extends Error {
  readonly what: 'no archive' | 'ends too early' | 'holds more';

  constructor(what: TarDamaged['what']) {
    super(what);
    this.what = what;
  }
}

/** Each entry with its content in chunks; the content must be taken before the next entry. Throws TarDamaged. */
export async function* readTar(
  source: ByteSource,
): AsyncGenerator<TarEntry & { readonly content: AsyncGenerator<Uint8Array> }> {
  const reader = new Reader(source.chunks());
  try {
    for (let at = 0; ;) {
      const block = await reader.block();
      at += BLOCK;
      if (isEmpty(block)) break;
      const entry = parseHeader(block);
      // Seen before its content is written anywhere: a size that lies fills no disk.
      if (at + entry.bytes > source.bytes) throw new TarDamaged('ends too early');
      yield { ...entry, content: reader.pass(entry.bytes) };
      await reader.skip(padding(entry.bytes));
      at += entry.bytes + padding(entry.bytes);
    }
    if (!isEmpty(await reader.block())) throw new TarDamaged('holds more');
    // Other writers of tar fill up their last record.
    for await (const rest of reader.rest()) if (!isEmpty(rest)) throw new TarDamaged('holds more');
  } finally {
    await reader.close();
  }
}

const padding = (bytes: number): number => (BLOCK - (bytes % BLOCK)) % BLOCK;
const isEmpty = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** Takes a stream of chunks in pieces of its own choice. */
class Reader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async block(): Promise<Uint8Array> {
    const block = new Uint8Array(BLOCK);
    let at = 0;
    for await (const part of this.pass(BLOCK)) {
      block.set(part, at);
      at += part.length;
    }
    return block;
  }

  /** So many bytes, as they come. */
  async *pass(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0;) {
      if (this.#rest.length === 0 && !(await this.#more())) throw new TarDamaged('ends too early');
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      if (part.length > 0) yield part;
    }
  }

  async skip(bytes: number): Promise<void> {
    const parts = this.pass(bytes);
    while ((await parts.next()).done !== true);
  }

  /** All that is left. */
  async *rest(): AsyncGenerator<Uint8Array> {
    do yield this.#rest;
    while (await this.#more());
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#rest = next.value;
    return true;
  }
}

async function* chunksOf(handle: FileHandle, start: number, bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes;) {
    const chunk = new Uint8Array(Math.min(CHUNK, bytes - at));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, start + at);
    if (bytesRead === 0) throw new TarDamaged('ends too early');
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

function header(name: string, bytes: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100) throw new RangeError('The name is too long for a tar archive');
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (bytes < 8 ** 11) block.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  else {
    // GNU's base-256 form for what octal cannot hold.
    block.writeUInt8(0x80, 124);
    block.writeBigUInt64BE(BigInt(bytes), 128);
  }
  block.write(
    `${Math.floor(Date.now() / 1000)
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
  );
  block.write('0', 156);
  block.write('ustar\0' + '00', 257);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function parseHeader(block: Uint8Array): TarEntry {
  const buffer = Buffer.from(block);
  if (Number.parseInt(buffer.toString('latin1', 148, 156), 8) !== checksum(buffer))
    throw new TarDamaged('no archive');
  const large = (buffer.readUInt8(124) & 0x80) !== 0;
  const bytes = large
    ? Number(buffer.readBigUInt64BE(128))
    : Number.parseInt(buffer.toString('latin1', 124, 136), 8);
  const type = buffer.toString('latin1', 156, 157);
  if (!Number.isSafeInteger(bytes) || bytes < 0 || (type !== '0' && type !== '\0'))
    throw new TarDamaged('no archive');
  return { name: buffer.toString('utf8', 0, 100).replace(/\0.*$/s, ''), bytes };
}

/** Sum of the header's bytes with the checksum's own field as blanks. */
function checksum(block: Uint8Array): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}
