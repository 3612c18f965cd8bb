import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { CodecAssets, CodecName } from '../../src-shared/formats/dicom/index.ts';

const FILES: Readonly<Record<CodecName, string>> = {
  charls: '@cornerstonejs/codec-charls/decodewasm',
  openjpeg: '@cornerstonejs/codec-openjpeg/decodewasm',
  openjph: '@cornerstonejs/codec-openjph/wasm',
  'libjpeg-turbo': '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm',
};

const require = createRequire(import.meta.url);
const loaded = new Map<CodecName, Promise<Uint8Array>>();

/** The codecs' WebAssembly from the installed packages; each file is read once, when it is first needed. */
export const codecAssets: CodecAssets = {
  wasm(name) {
    let bytes = loaded.get(name);
    if (!bytes) {
      bytes = readFile(require.resolve(FILES[name])).then(
        (file) => new Uint8Array(file.buffer, file.byteOffset, file.byteLength),
      );
      loaded.set(name, bytes);
    }
    return bytes;
  },
};
