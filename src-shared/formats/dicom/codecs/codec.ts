import type { PixelFormat } from '../pixelFormat.ts';

/** Names of the WebAssembly files that codecs ask for. */
export type CodecName = 'charls' | 'libjpeg-turbo' | 'openjpeg' | 'openjph';

/** Where the WebAssembly of the codecs comes from: node_modules in Node, the bundle in a browser. */
export interface CodecAssets {
  wasm(name: CodecName): Promise<Uint8Array>;
}

export type SampleArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Samples of one frame as the codec gives them. */
export interface StoredSamples {
  /** rows · columns · samplesPerPixel values; signedness may differ from the header's, the bits count. */
  readonly samples: SampleArray;
  /** Colour lies in planes, not by pixel. */
  readonly isPlanar: boolean;
  /** The codec has turned the colour into RGB. */
  readonly isRgb: boolean;
}

export interface Codec {
  /**
   * @param frame the packed bytes of one frame
   * @throws Error (of any kind) where the frame cannot be decoded
   */
  decode(frame: Uint8Array, format: PixelFormat): StoredSamples;
}
