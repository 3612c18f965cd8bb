import type { PixelFormat } from '../pixelFormat.ts';
import type { Codec, CodecAssets, CodecName, StoredSamples } from './codec.ts';

/** What a package's decoder gives beyond its bytes. */
interface Traits {
  readonly isRgb: (components: number) => boolean;
  readonly isPlanar: (decoder: EmscriptenDecoder, components: number) => boolean;
}

type DecoderClass = new () => EmscriptenDecoder;

const silent = (): void => undefined;

async function instantiate(name: CodecName, assets: CodecAssets): Promise<DecoderClass> {
  const options: EmscriptenOptions = {
    wasmBinary: await assets.wasm(name),
    locateFile: (file) => file,
    print: silent,
    printErr: silent,
  };
  switch (name) {
    case 'charls':
      return (await (await import('@cornerstonejs/codec-charls/decodewasmjs')).default(options))
        .JpegLSDecoder;
    case 'openjpeg':
      return (await (await import('@cornerstonejs/codec-openjpeg/decodewasmjs')).default(options)).J2KDecoder;
    case 'openjph':
      return (await (await import('@cornerstonejs/codec-openjph/wasmjs')).default(options)).HTJ2KDecoder;
    case 'libjpeg-turbo':
      return (await (await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs')).default(options))
        .JPEGDecoder;
  }
}

const TRAITS: Readonly<Record<CodecName, Traits>> = {
  charls: {
    isRgb: () => false,
    isPlanar: (decoder, components) => components > 1 && decoder.getInterleaveMode?.() === 0,
  },
  openjpeg: { isRgb: (components) => components === 3, isPlanar: () => false },
  openjph: { isRgb: (components) => components === 3, isPlanar: () => false },
  'libjpeg-turbo': { isRgb: (components) => components === 3, isPlanar: () => false },
};

/** Instances by where their WebAssembly came from: starting one takes longer than decoding a slice. */
const started = new WeakMap<CodecAssets, Map<CodecName, Promise<DecoderClass>>>();

/** A WebAssembly codec. After an error its instance is not used again: its memory may be in any state. */
export async function loadEmscriptenCodec(name: CodecName, assets: CodecAssets): Promise<Codec> {
  const instances = started.get(assets) ?? new Map<CodecName, Promise<DecoderClass>>();
  started.set(assets, instances);
  const instance = instances.get(name) ?? instantiate(name, assets);
  instances.set(name, instance);
  const forget = (): void => {
    if (instances.get(name) === instance) instances.delete(name);
  };
  const Decoder = await instance.catch((error: unknown) => {
    forget();
    throw error;
  });
  return {
    decode(frame, format) {
      try {
        return decodeWith(Decoder, TRAITS[name], frame, format);
      } catch (error) {
        forget();
        throw error;
      } finally {
        // WebAssembly memory never shrinks
        if (frame.length > LARGE_FRAME || format.rows * format.columns > LARGE_FRAME) forget();
      }
    },
  };
}

/** Bytes or pixels of a frame after which a codec's memory is given back. */
const LARGE_FRAME = 1 << 24;

function decodeWith(
  Decoder: DecoderClass,
  traits: Traits,
  frame: Uint8Array,
  format: PixelFormat,
): StoredSamples {
  const decoder = new Decoder();
  try {
    decoder.getEncodedBuffer(frame.length).set(frame);
    decoder.decode();
    const info = decoder.getFrameInfo();
    if (
      info.width !== format.columns ||
      info.height !== format.rows ||
      info.componentCount !== format.samplesPerPixel
    ) {
      throw new RangeError(`the codestream is ${info.height} × ${info.width} × ${info.componentCount}`);
    }
    const bytes = decoder.getDecodedBuffer().slice();
    const count = info.width * info.height * info.componentCount;
    const size = info.bitsPerSample <= 8 ? 1 : 2;
    if (info.bitsPerSample > 16 || bytes.length < count * size)
      throw new RangeError(`the codestream has ${info.bitsPerSample} bits`);
    const shared = {
      isPlanar: traits.isPlanar(decoder, info.componentCount),
      isRgb: traits.isRgb(info.componentCount),
    };
    if (size === 1)
      return {
        ...shared,
        samples: info.isSigned ? new Int8Array(bytes.buffer, 0, count) : bytes.subarray(0, count),
      };
    return {
      ...shared,
      samples: info.isSigned
        ? new Int16Array(bytes.buffer, 0, count)
        : new Uint16Array(bytes.buffer, 0, count),
    };
  } finally {
    decoder.delete();
  }
}
