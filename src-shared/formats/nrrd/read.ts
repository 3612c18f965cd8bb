import { scale, type Vector3 } from '../../geometry/index.ts';
import type { Volume, VoxelArray } from '../../model/index.ts';
import {
  canHold,
  checkedAffine,
  checkSizes,
  ELEMENT_BYTES,
  plainCompression,
  readElements,
  refuseFile,
  statedUnit,
  turnRas,
  unitNamed,
  type Compression,
  type ElementType,
} from '../voxels/index.ts';
import { nrrdNumbers, nrrdType, nrrdVectors, readNrrdHeader, type NrrdHeader } from './header.ts';
import { FRAME_KEY, PADDING_KEY } from './write.ts';

const WHAT = 'The NRRD file';

/**
 * A volume from an NRRD file: raw, gzip or text; any number type and byte order; LPS, RAS and LAS space, which become
 * LPS. Without a space it is taken to lie along LPS.
 * @throws Failure INPUT_NOT_USABLE for detached data, several values per voxel or points in time, cut or lying files.
 */
export function readNrrd(bytes: Uint8Array, compression: Compression = plainCompression): Volume {
  const header = readNrrdHeader(bytes);
  const { data, dimensions, axes, components } = readRaster(bytes, header, compression);
  if (components !== 1)
    refuseFile(
      `The NRRD file holds ${components} values per voxel; only volumes of single values are opened.`,
    );
  const { steps, origin } = geometry(header, axes);
  const [i = [1, 0, 0], j = [0, 1, 0], k = [0, 0, 1]] = steps;
  return {
    dimensions,
    affine: checkedAffine(i, j, k, origin, WHAT),
    data,
    unit: unitNamed(unitOf(header)),
    frameOfReferenceUid: header.pairs.get(FRAME_KEY) ?? null,
    padding: paddingOf(header),
  };
}

interface Raster {
  readonly data: VoxelArray;
  readonly dimensions: Vector3;
  /** File axes that are i, j, k. */
  readonly axes: readonly number[];
  readonly components: number;
}

function readRaster(bytes: Uint8Array, header: NrrdHeader, compression: Compression): Raster {
  const sizes = nrrdNumbers(header, 'sizes');
  if (sizes.length !== nrrdNumbers(header, 'dimension')[0])
    refuseFile('The NRRD header gives another number of sizes than of dimensions.');
  const spatial = spatialAxes(header, sizes);
  const components = sizes.reduce((n, size, axis) => (spatial.includes(axis) ? n : n * size), 1);
  const [nx = 1, ny = 1, nz = 1] = spatial.map((axis) => sizes[axis]!);
  const count = checkSizes([nx, ny, nz], components, WHAT);
  const type = nrrdType(header);
  const encoding = header.fields.get('encoding')?.toLowerCase() ?? '';
  const dimensions: Vector3 = [nx, ny, nz];
  if (/^(ascii|text|txt)$/.test(encoding))
    return {
      data: readText(bytes.subarray(header.dataStart), type, count),
      dimensions,
      axes: spatial,
      components,
    };
  const packed = unskip(
    bytes.subarray(header.dataStart),
    header,
    encoding === 'raw' ? count * ELEMENT_BYTES[type] : null,
  );
  const endian = header.fields.get('endian')?.toLowerCase() ?? 'little';
  return {
    data: readElements(
      unpack(packed, encoding, count * ELEMENT_BYTES[type], compression),
      type,
      count,
      endian !== 'big',
      WHAT,
    ),
    dimensions,
    axes: spatial,
    components,
  };
}

/** Axes with a direction; without directions the first three that are not said to be lists. */
function spatialAxes(header: NrrdHeader, sizes: readonly number[]): number[] {
  const directions = header.fields.get('space directions');
  const kinds = (header.fields.get('kinds') ?? '').split(/\s+/).filter(Boolean);
  const all = sizes.map((_, axis) => axis);
  const spatial =
    directions === undefined
      ? all.filter((axis) => kinds[axis] === undefined || /^(domain|space|\?\?\?|none)$/.test(kinds[axis]))
      : nrrdVectors(directions).flatMap((v, axis) => (v && axis < sizes.length ? [axis] : []));
  if (spatial.length > 3 && spatial.slice(3).some((axis) => sizes[axis]! > 1))
    refuseFile(`The NRRD file has ${spatial.length} axes in space or time; open one volume of it at a time.`);
  return spatial.slice(0, 3);
}

function unskip(bytes: Uint8Array, header: NrrdHeader, rawSize: number | null): Uint8Array {
  const lines = Number(header.fields.get('line skip') ?? 0),
    skip = Number(header.fields.get('byte skip') ?? 0);
  let start = 0;
  for (let n = 0; n < lines; n++) {
    const next = bytes.indexOf(10, start);
    if (next < 0)
      refuseFile('The NRRD file ends within the lines that its header says to skip.', 'FILE_TRUNCATED');
    start = next + 1;
  }
  if (skip === -1 && rawSize !== null) return bytes.subarray(Math.max(start, bytes.length - rawSize));
  return bytes.subarray(start + Math.max(0, skip));
}

function unpack(bytes: Uint8Array, encoding: string, wanted: number, compression: Compression): Uint8Array {
  if (encoding === 'raw') return bytes;
  if (encoding !== 'gzip' && encoding !== 'gz')
    return refuseFile(
      `The NRRD file is packed as '${encoding}', which is not opened; save it as raw or gzip.`,
    );
  if (!canHold(bytes.length, wanted))
    return refuseFile(`${WHAT} cannot hold the values that its header promises.`, 'FILE_TRUNCATED');
  try {
    return compression.gunzip(bytes, wanted);
  } catch {
    return refuseFile(`${WHAT} says it is packed by gzip, but its data cannot be unpacked.`);
  }
}

function readText(bytes: Uint8Array, type: ElementType, count: number): VoxelArray {
  const values = new TextDecoder('latin1')
    .decode(bytes)
    .split(/[\s,]+/)
    .filter(Boolean)
    .slice(0, count)
    .map(Number);
  if (values.length < count || values.some(Number.isNaN))
    refuseFile(
      `${WHAT} holds ${values.filter((v) => !Number.isNaN(v)).length} of the ${count} numbers that its header promises; it was not read.`,
      'FILE_TRUNCATED',
    );
  switch (type) {
    case 'int8':
      return Int8Array.from(values);
    case 'uint8':
      return Uint8Array.from(values);
    case 'int16':
      return Int16Array.from(values);
    case 'uint16':
      return Uint16Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'uint32':
      return Uint32Array.from(values);
    case 'float32':
      return Float32Array.from(values);
    default:
      return Float64Array.from(values);
  }
}

/** Millimetres of the space units that NRRD files name. */
const UNIT_MM: Readonly<Record<string, number>> = {
  mm: 1,
  millimeter: 1,
  millimeters: 1,
  cm: 10,
  m: 1000,
  um: 0.001,
  '': 1,
};

function geometry(header: NrrdHeader, axes: readonly number[]): { steps: Vector3[]; origin: Vector3 } {
  const turn = turnOf(header.fields.get('space') ?? '');
  const unit = /"([^"]*)"/.exec(header.fields.get('space units') ?? '')?.[1] ?? '';
  const mm =
    UNIT_MM[unit.toLowerCase()] ??
    refuseFile(`The NRRD file measures space in '${unit}', which is not understood.`);
  const directions = header.fields.get('space directions');
  const originText = header.fields.get('space origin');
  const given = originText === undefined ? null : (nrrdVectors(originText)[0] ?? null);
  if (directions !== undefined) {
    const vectors = nrrdVectors(directions);
    return {
      steps: axes.map((axis) => turn(scale(vectors[axis]!, mm))),
      origin: given ? turn(scale(given, mm)) : [0, 0, 0],
    };
  }
  const spacings = (header.fields.get('spacings') ?? '').split(/\s+/).map(Number);
  const minima = (header.fields.get('axis mins') ?? '').split(/\s+/).map(Number);
  const step = (n: number): number =>
    Number.isFinite(spacings[axes[n]!]) && spacings[axes[n]!] !== 0 ? spacings[axes[n]!]! : 1;
  const start = (n: number): number => (Number.isFinite(minima[axes[n]!]) ? minima[axes[n]!]! : 0);
  return {
    steps: (
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ] satisfies Vector3[]
    ).map((axis, n) => turn(scale(axis, mm * (n < axes.length ? step(n) : 1)))),
    origin: turn(given ? scale(given, mm) : [start(0) * mm, start(1) * mm, start(2) * mm]),
  };
}

function turnOf(space: string): (v: Vector3) => Vector3 {
  switch (space.toLowerCase().replace(/-time$/, '')) {
    case '':
    case 'left-posterior-superior':
    case 'lps':
      return (v) => v;
    case 'right-anterior-superior':
    case 'ras':
      return turnRas;
    case 'left-anterior-superior':
    case 'las':
      return (v) => [v[0], -v[1], v[2]];
    default:
      return refuseFile(
        `The NRRD file lies in the space '${space}', which has no known place in the patient.`,
      );
  }
}

const unitOf = (header: NrrdHeader): string | null => statedUnit(header.fields.get('sample units'));

/**
 * The unit that an NRRD header names, in its own words; null where it names none. `head`: the file, or its first bytes.
 * @throws Failure INPUT_NOT_USABLE where that is no NRRD header.
 */
export const nrrdStatedUnit = (head: Uint8Array): string | null => unitOf(readNrrdHeader(head));

function paddingOf(header: NrrdHeader): Volume['padding'] {
  const ends = (header.pairs.get(PADDING_KEY) ?? '').split(' ').map(Number);
  return ends.length === 2 && ends.every(Number.isFinite) ? { from: ends[0]!, to: ends[1]! } : null;
}
