import { affineColumn, affineOrigin, gridSpacing, scale } from '../../geometry/index.ts';
import type { Volume } from '../../model/index.ts';
import {
  elementBytes,
  elementTypeOf,
  plainCompression,
  unitName,
  type Compression,
} from '../voxels/index.ts';
import { UNIT_KEY } from './header.ts';

export interface WriteMetaImageOptions {
  readonly compressed?: boolean;
  readonly compression?: Compression;
}

const TYPE_NAMES = {
  int8: 'MET_CHAR',
  uint8: 'MET_UCHAR',
  int16: 'MET_SHORT',
  uint16: 'MET_USHORT',
  int32: 'MET_INT',
  uint32: 'MET_UINT',
  float32: 'MET_FLOAT',
  float64: 'MET_DOUBLE',
} as const;

/** An .mha file: LPS, millimetres, little-endian, by default compressed by zlib. */
export function writeMetaImage(volume: Volume, options: WriteMetaImageOptions = {}): Uint8Array {
  const { header, data } = writeDetachedMetaImage(volume, 'LOCAL', options);
  const file = new Uint8Array(header.length + data.length);
  file.set(header);
  file.set(data, header.length);
  return file;
}

/** An .mhd header and the content of the data file that it names. */
export function writeDetachedMetaImage(
  volume: Volume,
  dataFile: string,
  { compressed = true, compression = plainCompression }: WriteMetaImageOptions = {},
): { header: Uint8Array; data: Uint8Array } {
  const raw = elementBytes(volume.data),
    data = compressed ? compression.zlib(raw) : raw;
  const spacing = gridSpacing(volume);
  const directions = ([0, 1, 2] as const).flatMap((n) =>
    scale(affineColumn(volume.affine, n), 1 / spacing[n]),
  );
  const unit = unitName(volume.unit);
  const lines = [
    'ObjectType = Image',
    'NDims = 3',
    'BinaryData = True',
    'BinaryDataByteOrderMSB = False',
    `CompressedData = ${compressed ? 'True' : 'False'}`,
    ...(compressed ? [`CompressedDataSize = ${data.length}`] : []),
    `TransformMatrix = ${directions.join(' ')}`,
    `Offset = ${affineOrigin(volume.affine).join(' ')}`,
    'CenterOfRotation = 0 0 0',
    'AnatomicalOrientation = RAI',
    `ElementSpacing = ${spacing.join(' ')}`,
    `DimSize = ${volume.dimensions.join(' ')}`,
    `ElementType = ${TYPE_NAMES[elementTypeOf(volume.data)]}`,
    ...(unit !== null ? [`${UNIT_KEY} = ${unit}`] : []),
    `ElementDataFile = ${dataFile}`,
    '',
  ];
  return { header: new TextEncoder().encode(lines.join('\n')), data };
}
