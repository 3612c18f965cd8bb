import { affineColumn, affineOrigin, type Vector3 } from '../../geometry/index.ts';
import { Failure, type Volume } from '../../model/index.ts';
import {
  elementBytes,
  elementTypeOf,
  plainCompression,
  unitName,
  type Compression,
} from '../voxels/index.ts';

/** Key/value pairs of ours in the header; other programs pass over them. */
export const FRAME_KEY = 'FrameOfReferenceUID',
  PADDING_KEY = 'PixelPaddingRange';

export interface WriteNrrdOptions {
  /** Values per voxel, as the fastest axis of `data` and of the file (colour); default 1. */
  readonly components?: number;
  readonly gzip?: boolean;
  readonly compression?: Compression;
}

const TYPE_NAMES = {
  int8: 'int8',
  uint8: 'uint8',
  int16: 'int16',
  uint16: 'uint16',
  int32: 'int32',
  uint32: 'uint32',
  float32: 'float',
  float64: 'double',
} as const;

/**
 * An NRRD file: LPS, millimetres, little-endian, by default packed by gzip.
 * @throws Failure DEFECT where `data` does not have dimensions × components values.
 */
export function writeNrrd(
  volume: Volume,
  { components = 1, gzip = true, compression = plainCompression }: WriteNrrdOptions = {},
): Uint8Array {
  const [nx, ny, nz] = volume.dimensions;
  if (volume.data.length !== nx * ny * nz * components)
    throw new Failure('DEFECT', 'The volume does not hold as many values as its dimensions say.');
  const colour = components > 1;
  const unit = unitName(volume.unit);
  const lines = [
    'NRRD0005',
    `type: ${TYPE_NAMES[elementTypeOf(volume.data)]}`,
    `dimension: ${colour ? 4 : 3}`,
    'space: left-posterior-superior',
    `sizes: ${[...(colour ? [components] : []), nx, ny, nz].join(' ')}`,
    `space directions: ${colour ? 'none ' : ''}${([0, 1, 2] as const).map((n) => vector(affineColumn(volume.affine, n))).join(' ')}`,
    `kinds: ${colour ? `${components === 3 ? 'RGB-color' : 'list'} ` : ''}domain domain domain`,
    'space units: "mm" "mm" "mm"',
    'endian: little',
    `encoding: ${gzip ? 'gzip' : 'raw'}`,
    `space origin: ${vector(affineOrigin(volume.affine))}`,
    ...(unit !== null ? [`sample units: "${unit}"`] : []),
    ...(volume.frameOfReferenceUid ? [`${FRAME_KEY}:=${volume.frameOfReferenceUid}`] : []),
    ...(volume.padding ? [`${PADDING_KEY}:=${volume.padding.from} ${volume.padding.to}`] : []),
    '',
    '',
  ];
  const head = new TextEncoder().encode(lines.join('\n'));
  const raw = elementBytes(volume.data),
    body = gzip ? compression.gzip(raw) : raw;
  const file = new Uint8Array(head.length + body.length);
  file.set(head);
  file.set(body, head.length);
  return file;
}

const vector = (v: Vector3): string => `(${v.join(',')})`;
