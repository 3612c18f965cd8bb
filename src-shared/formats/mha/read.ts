import { scale, type Vector3 } from '../../geometry/index.ts';
import type { Volume } from '../../model/index.ts';
import {
  canHold,
  checkedAffine,
  checkSizes,
  ELEMENT_BYTES,
  plainCompression,
  readElements,
  refuseFile,
  statedUnit,
  unitNamed,
  type Compression,
} from '../voxels/index.ts';
import {
  metaImageFlag,
  metaImageNumbers,
  metaImageType,
  readMetaImageHeader,
  UNIT_KEY,
  type MetaImageHeader,
} from './header.ts';

const WHAT = 'The MetaImage file';

export interface ReadMetaImageOptions {
  readonly compression?: Compression;
  /** Bytes of the data file that an .mhd names; without it such headers are refused. */
  readonly dataFile?: (name: string) => Uint8Array | undefined;
}

/**
 * A volume from an .mha file, or an .mhd with its data file. MetaImage coordinates are LPS millimetres.
 * @throws Failure INPUT_NOT_USABLE for missing data files, several values per voxel, more than three dimensions, cut or lying files.
 */
export function readMetaImage(
  bytes: Uint8Array,
  { compression = plainCompression, dataFile }: ReadMetaImageOptions = {},
): Volume {
  const header = readMetaImageHeader(bytes);
  const sizes = metaImageNumbers(header, ['DimSize'], []);
  const axes = sizes.length;
  if (axes < 2 || sizes.slice(3).some((n) => n > 1))
    refuseFile(`${WHAT} has ${axes} dimensions; only single volumes are opened.`);
  const [channels = 1] = metaImageNumbers(header, ['ElementNumberOfChannels'], [1]);
  if (channels !== 1)
    refuseFile(`${WHAT} holds ${channels} values per voxel; only volumes of single values are opened.`);
  const [nx = 1, ny = 1, nz = 1] = sizes;
  const count = checkSizes([nx, ny, nz], 1, WHAT);
  const type = metaImageType(header),
    wanted = count * ELEMENT_BYTES[type];
  const data = unpack(header, locateData(bytes, header, wanted, dataFile), wanted, compression);
  const big = metaImageFlag(header, ['BinaryDataByteOrderMSB', 'ElementByteOrderMSB']);
  const {
    steps: [i, j, k],
    origin,
  } = geometry(header, axes);
  return {
    dimensions: [nx, ny, nz],
    affine: checkedAffine(i, j, k, origin, WHAT),
    data: readElements(data, type, count, !big, WHAT),
    unit: unitNamed(statedUnit(header.fields.get(UNIT_KEY))),
    frameOfReferenceUid: null,
    padding: null,
  };
}

function locateData(
  bytes: Uint8Array,
  header: MetaImageHeader,
  wanted: number,
  dataFile: ReadMetaImageOptions['dataFile'],
): Uint8Array {
  const name = header.fields.get('ElementDataFile')!;
  if (/^local$/i.test(name)) return bytes.subarray(header.dataStart);
  if (/^list|%/i.test(name))
    return refuseFile('The MetaImage header spreads its data over several files, which is not opened.');
  const found = dataFile?.(name);
  if (!found)
    return refuseFile(
      `The MetaImage header keeps its data in the file '${name}', which is not there; open the two together.`,
    );
  const [skip = 0] = metaImageNumbers(header, ['HeaderSize'], [0]);
  return skip < 0 ? found.subarray(Math.max(0, found.length - wanted)) : found.subarray(skip);
}

function unpack(
  header: MetaImageHeader,
  bytes: Uint8Array,
  wanted: number,
  compression: Compression,
): Uint8Array {
  if (header.fields.has('BinaryData') && !metaImageFlag(header, ['BinaryData']))
    return refuseFile(`${WHAT} holds its values as text, which is not opened.`);
  if (!metaImageFlag(header, ['CompressedData'])) return bytes;
  if (!canHold(bytes.length, wanted))
    return refuseFile(`${WHAT} cannot hold the values that its header promises.`, 'FILE_TRUNCATED');
  try {
    // Some writers pack by gzip although the format says zlib
    return bytes[0] === 0x1f && bytes[1] === 0x8b
      ? compression.gunzip(bytes, wanted)
      : compression.unzlib(bytes, wanted);
  } catch {
    return refuseFile(`${WHAT} says that it is compressed, but its data cannot be unpacked.`);
  }
}

const UNIT_STEPS: readonly [Vector3, Vector3, Vector3] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

function geometry(
  header: MetaImageHeader,
  axes: number,
): { steps: [Vector3, Vector3, Vector3]; origin: Vector3 } {
  const spacing = metaImageNumbers(header, ['ElementSpacing', 'ElementSize'], [1, 1, 1]);
  const offset = metaImageNumbers(header, ['Offset', 'Position', 'Origin'], [0, 0, 0]);
  const matrix = metaImageNumbers(header, ['TransformMatrix', 'Rotation', 'Orientation'], []);
  const direction = (n: number): Vector3 => {
    const v = matrix.slice(n * axes, n * axes + 3);
    if (matrix.length === axes * axes && n < axes) return [v[0] ?? 0, v[1] ?? 0, axes > 2 ? (v[2] ?? 0) : 0];
    return UNIT_STEPS[n as 0 | 1 | 2];
  };
  const step = (n: number): Vector3 => scale(direction(n), spacing[n] ?? 1);
  return { steps: [step(0), step(1), step(2)], origin: [offset[0] ?? 0, offset[1] ?? 0, offset[2] ?? 0] };
}
