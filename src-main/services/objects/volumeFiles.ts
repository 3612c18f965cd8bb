import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { constants, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import {
  readMetaImage,
  writeDetachedMetaImage,
  writeMetaImage,
} from '../../../src-shared/formats/mha/index.ts';
import { readNifti, writeNifti } from '../../../src-shared/formats/nifti/index.ts';
import { readNrrd, writeNrrd } from '../../../src-shared/formats/nrrd/index.ts';
import { plainCompression, type Compression } from '../../../src-shared/formats/voxels/index.ts';
import { Failure, type Volume } from '../../../src-shared/model/index.ts';
import { plainBytes, readBytes } from './bytes.ts';
import { writeWhole } from './wholeFile.ts';

/** As the pure ones: a stream that was cut off gives what came before, and no more than `limit` is unpacked. */
function unpack(
  bytes: Uint8Array,
  limit: number,
  fast: (bytes: Uint8Array, options: object) => Buffer,
  plain: Compression['gunzip'],
): Uint8Array {
  try {
    return plainBytes(
      fast(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: Math.max(1, limit) }),
    );
  } catch (error) {
    // Node's refuses a stream that holds more than the limit; the pure one stops there.
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return plain(bytes, limit);
    throw error;
  }
}

/** Node's zlib: the same streams as the pure one, several times as fast. */
const compression: Compression = {
  gzip: (bytes: Uint8Array) => plainBytes(gzipSync(bytes, { level: 1 })),
  zlib: (bytes: Uint8Array) => plainBytes(deflateSync(bytes, { level: 1 })),
  gunzip: (bytes: Uint8Array, limit: number) => unpack(bytes, limit, gunzipSync, plainCompression.gunzip),
  unzlib: (bytes: Uint8Array, limit: number) => unpack(bytes, limit, inflateSync, plainCompression.unzlib),
};

/**
 * Reads .nrrd, .nii, .nii.gz, .mha or .mhd.
 * @throws Failure INPUT_NOT_USABLE where the file is none of them or is cut off.
 */
export async function readVolumeFile(file: string): Promise<Volume> {
  const bytes = await readBytes(file);
  if (/\.nii(\.gz)?$/i.test(file)) return readNifti(bytes, compression);
  if (/\.nrrd$/i.test(file)) return readNrrd(bytes, compression);
  const beside = (name: string): Uint8Array | undefined => {
    // Only a plain name beside the header: a header is data, and data do not choose what is read.
    if (basename(name) !== name) return undefined;
    const path = join(dirname(file), name);
    return existsSync(path) ? plainBytes(readFileSync(path)) : undefined;
  };
  return readMetaImage(bytes, { compression, dataFile: beside });
}

export const VOLUME_EXTENSIONS = ['.nrrd', '.nii', '.nii.gz', '.mha', '.mhd'] as const;

/**
 * Writes a volume in the form of the file's extension. `components` values per voxel (colour) only NRRD holds.
 * @throws Failure USAGE for another extension, DISK_FULL.
 */
export async function writeVolumeFile(file: string, volume: Volume, components = 1): Promise<void> {
  if (/\.nrrd$/i.test(file)) return writeWhole(file, writeNrrd(volume, { components, compression }));
  if (components > 1) throw new Failure('USAGE', 'Several values per voxel are written as .nrrd only.');
  if (/\.nii(\.gz)?$/i.test(file))
    return writeWhole(file, writeNifti(volume, { gzip: /\.gz$/i.test(file), compression }));
  if (/\.mha$/i.test(file)) return writeWhole(file, writeMetaImage(volume, { compression }));
  if (/\.mhd$/i.test(file)) {
    const dataFile = basename(file).replace(/\.mhd$/i, '.zraw');
    const { header, data } = writeDetachedMetaImage(volume, dataFile, { compression });
    await writeWhole(join(dirname(file), dataFile), data);
    return writeWhole(file, header);
  }
  throw new Failure(
    'USAGE',
    `A volume is written as ${VOLUME_EXTENSIONS.join(', ')}, not as ${basename(file)}.`,
  );
}
