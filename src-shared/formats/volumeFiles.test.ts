import fc from 'fast-check';
import { gunzipSync, gzipSync, zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import {
  affineFromColumns,
  distance,
  normalise,
  cross,
  voxelCentre,
  type Vector3,
} from '../geometry/index.ts';
import { Failure, type Volume, type VoxelArray } from '../model/index.ts';
import { readMetaImage, writeDetachedMetaImage, writeMetaImage } from './mha/index.ts';
import { readNifti, writeNifti } from './nifti/index.ts';
import { readNrrd, writeNrrd } from './nrrd/index.ts';
import type { Compression } from './voxels/index.ts';

const oblique = (): Volume => {
  const c = Math.cos(0.4),
    s = Math.sin(0.4);
  return {
    dimensions: [4, 3, 2],
    unit: 'stored',
    frameOfReferenceUid: null,
    padding: null,
    affine: affineFromColumns(
      [0.9 * c, 0.9 * s, 0],
      [-1.36 * s, 1.36 * c, 1.02],
      [1.98 * s, -1.98 * c, 2.64],
      [-31.25, 12.5, 207.75],
    ),
    data: Int16Array.from({ length: 24 }, (_, i) => i * 171 - 1024),
  };
};

const FORMATS = [
  ['NRRD', (v: Volume) => writeNrrd(v), (b: Uint8Array) => readNrrd(b)],
  ['NRRD raw', (v: Volume) => writeNrrd(v, { gzip: false }), (b: Uint8Array) => readNrrd(b)],
  ['NIfTI', (v: Volume) => writeNifti(v), (b: Uint8Array) => readNifti(b)],
  ['NIfTI gzip', (v: Volume) => writeNifti(v, { gzip: true }), (b: Uint8Array) => readNifti(b)],
  ['MetaImage', (v: Volume) => writeMetaImage(v), (b: Uint8Array) => readMetaImage(b)],
  [
    'MetaImage raw',
    (v: Volume) => writeMetaImage(v, { compressed: false }),
    (b: Uint8Array) => readMetaImage(b),
  ],
] as const;

const ARRAYS = [
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
];

function worst(a: Volume, b: Volume): number {
  const corners: Vector3[] = [
    [0, 0, 0],
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 1, 1],
  ];
  return Math.max(
    ...corners.map((c) => {
      const at: Vector3 = [
        c[0] * (a.dimensions[0] - 1),
        c[1] * (a.dimensions[1] - 1),
        c[2] * (a.dimensions[2] - 1),
      ];
      return distance(voxelCentre(a, at), voxelCentre(b, at));
    }),
  );
}

const refused = (read: () => unknown, pattern: RegExp): void => {
  expect(read).toThrow(Failure);
  expect(read).toThrow(pattern);
};
const text = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'));
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((p) => [...p]));

describe.each(FORMATS)('%s', (_, write, read) => {
  it('V1: every number type comes back equal, the grid within 1e-3 mm', () => {
    for (const array of ARRAYS) {
      const volume: Volume = {
        ...oblique(),
        data: array.from([...oblique().data].map((x) => (array === Float64Array ? x * 1.1 : x))),
      };
      const back = read(write(volume));
      expect(back.data).toEqual(volume.data);
      expect(back.dimensions).toEqual(volume.dimensions);
      expect(worst(back, volume)).toBeLessThan(1e-3);
    }
  });

  it('V1: any grid comes back, sheared and left-handed ones too', () => {
    const part = fc.double({ min: -1, max: 1, noNaN: true }),
      mm = fc.double({ min: 0.2, max: 10, noNaN: true }),
      place = fc.double({ min: -800, max: 800, noNaN: true });
    const grid = fc
      .tuple(part, part, part, fc.tuple(mm, mm, mm), fc.tuple(place, place, place), fc.boolean(), part)
      .map(([a, b, c, s, origin, mirrored, shear]) => {
        const i = normalise([1 + a * 0.5, b, c]),
          j = normalise(cross([0.1 * a, b, 1], i)),
          k = cross(i, j);
        const flip = mirrored ? -1 : 1;
        return affineFromColumns(
          [i[0] * s[0], i[1] * s[0], i[2] * s[0]],
          [j[0] * s[1], j[1] * s[1], j[2] * s[1]],
          [
            flip * k[0] * s[2] + shear * j[0],
            flip * k[1] * s[2] + shear * j[1],
            flip * k[2] * s[2] + shear * j[2],
          ],
          origin,
        );
      });
    fc.assert(
      fc.property(grid, (affine) => {
        const volume = { ...oblique(), affine };
        expect(worst(read(write(volume)), volume)).toBeLessThan(1e-3);
      }),
      { numRuns: 50 },
    );
  });

  it('V2: a file that is cut anywhere is refused with a sentence', () => {
    const whole = write(oblique());
    for (let length = 0; length < whole.length - 12; length += 7) {
      expect(() => read(whole.subarray(0, length)), `${length} of ${whole.length} bytes`).toThrow(Failure);
    }
  });

  it('V3: other files are refused with a sentence', () => {
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(400),
      text(['hello', 'world']),
      gzipSync(new Uint8Array(400)),
      new Uint8Array(500).fill(255),
    ]) {
      expect(() => read(bytes)).toThrow(Failure);
    }
  });

  it('V3: no change of a byte makes it throw anything but a sentence', () => {
    const whole = write(oblique());
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const bytes = whole.slice();
        bytes[at] = value;
        try {
          read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('NRRD', () => {
  const head = (change: Record<string, string | null>): string[] => {
    const fields: Record<string, string | null> = {
      type: 'short',
      dimension: '3',
      sizes: '2 1 1',
      encoding: 'raw',
      endian: 'little',
      space: 'left-posterior-superior',
      'space directions': '(1,0,0) (0,1,0) (0,0,1)',
      'space origin': '(10,20,30)',
      ...change,
    };
    return [
      'NRRD0004',
      '# a comment',
      ...Object.entries(fields).flatMap(([k, v]) => (v === null ? [] : [`${k}: ${v}`])),
      '',
      '',
    ];
  };
  const file = (change: Record<string, string | null>, data: readonly number[] = [1, 0, 2, 0]): Uint8Array =>
    join(text(head(change)), Uint8Array.from(data));

  it('V10: RAS and LAS space become LPS', () => {
    expect(readNrrd(file({ space: 'right-anterior-superior' })).affine).toEqual([
      -1, -0, -0, -10, -0, -1, -0, -20, 0, 0, 1, 30,
    ]);
    expect(readNrrd(file({ space: 'LAS' })).affine).toEqual([1, 0, 0, 10, -0, -1, -0, -20, 0, 0, 1, 30]);
    refused(() => readNrrd(file({ space: 'scanner-xyz' })), /no known place/);
  });

  it('V10: without a space, spacings and axis mins lie along LPS', () => {
    const volume = readNrrd(
      file({
        space: null,
        'space directions': null,
        'space origin': null,
        spacings: '2 3 4',
        'axis mins': '5 6 7',
      }),
    );
    expect(volume.affine).toEqual([2, 0, 0, 5, 0, 3, 0, 6, 0, 0, 4, 7]);
  });

  it('V11: big-endian, text and skipped lines', () => {
    expect([...readNrrd(file({ endian: 'big' }, [0, 1, 0, 2])).data]).toEqual([1, 2]);
    expect([...readNrrd(join(text(head({ encoding: 'ascii' })), text(['-7 8']))).data]).toEqual([-7, 8]);
    expect([
      ...readNrrd(join(text(head({ 'line skip': '1' })), text(['skip me', '']), Uint8Array.of(3, 0, 4, 0)))
        .data,
    ]).toEqual([3, 4]);
    expect([...readNrrd(file({ 'byte skip': '-1' }, [9, 9, 9, 1, 0, 2, 0])).data]).toEqual([1, 2]);
  });

  it('V11: CRLF headers and 64-bit integers', () => {
    const crlf = join(new TextEncoder().encode(head({}).join('\r\n')), Uint8Array.of(1, 0, 2, 0));
    expect([...readNrrd(crlf).data]).toEqual([1, 2]);
    expect([...readNrrd(file({ type: 'int64', sizes: '1 1 1' }, [5, 0, 0, 0, 0, 0, 0, 0])).data]).toEqual([
      5,
    ]);
    refused(
      () => readNrrd(file({ type: 'uint64', sizes: '1 1 1' }, [0, 0, 0, 0, 0, 0, 0, 255])),
      /cannot be kept exactly/,
    );
  });

  it('V12: detached data, unknown packing, lying sizes and bombs are refused', () => {
    refused(() => readNrrd(file({ 'data file': 'x.raw' })), /in another file/);
    refused(() => readNrrd(file({ encoding: 'bzip2' })), /packed as 'bzip2'/);
    refused(() => readNrrd(file({ sizes: '2 1' })), /another number of sizes/);
    refused(() => readNrrd(file({ sizes: '100000 100000 100000' })), /more than can be opened/);
    refused(() => readNrrd(file({ sizes: '1000 1000 1000', encoding: 'gzip' })), /cannot hold/);
    refused(() => readNrrd(file({ sizes: '2 -1 1' })), /make no volume/);
    refused(() => readNrrd(file({ 'space directions': '(1,0,0) (1,0,0) (0,0,1)' })), /do not span/);
    refused(() => readNrrd(file({ type: 'block' })), /no numbers/);
  });

  it('V13: colour components are the fastest axis of the file, and refused as a volume', () => {
    const colour = { ...oblique(), data: new Uint8Array(72).map((_, i) => i) };
    const bytes = writeNrrd(colour, { components: 3, gzip: false }),
      header = new TextDecoder('latin1').decode(bytes);
    expect(header).toContain('sizes: 3 4 3 2');
    expect(header).toMatch(/space directions: none \(/);
    expect([...bytes.subarray(bytes.length - 72)]).toEqual([...colour.data]);
    refused(() => readNrrd(bytes), /3 values per voxel/);
    expect(() => writeNrrd(colour)).toThrow(/as many values/);
  });

  it('V14: unit, frame of reference and padding survive', () => {
    const volume: Volume = {
      ...oblique(),
      unit: 'HU',
      frameOfReferenceUid: '1.2.840',
      padding: { from: -3024, to: -3024 },
    };
    expect(readNrrd(writeNrrd(volume))).toMatchObject({
      unit: 'HU',
      frameOfReferenceUid: '1.2.840',
      padding: { from: -3024, to: -3024 },
    });
  });
});

describe('NIfTI', () => {
  const changed = (change: (view: DataView) => void, volume = oblique()): Uint8Array => {
    const bytes = writeNifti(volume);
    change(new DataView(bytes.buffer));
    return bytes;
  };

  it('V20: RAS on disk, LPS in memory', () => {
    const bytes = writeNifti({ ...oblique(), affine: [2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30] }),
      view = new DataView(bytes.buffer);
    expect([0, 4, 8, 12].map((n) => view.getFloat32(280 + n, true))).toEqual([-2, -0, -0, -10]);
    expect([0, 4, 8, 12].map((n) => view.getFloat32(312 + n, true))).toEqual([0, 0, 4, 30]);
  });

  it('V21: qform alone gives the same grid, left-handed too', () => {
    for (const affine of [
      oblique().affine,
      [2, 0, 0, 10, 0, 3, 0, 20, 0, 0, -4, 30] as const,
      [-2, 0, 0, 10, 0, -3, 0, 20, 0, 0, 4, 30] as const,
    ]) {
      const volume = { ...oblique(), affine };
      const bytes = changed((view) => view.setInt16(254, 0, true), volume);
      expect(new DataView(bytes.buffer).getInt16(252, true)).toBe(1);
      expect(worst(readNifti(bytes), volume)).toBeLessThan(1e-3);
    }
  });

  it('V21: without either form only the spacing is known', () => {
    const volume = readNifti(
      changed((view) => {
        view.setInt16(254, 0, true);
        view.setInt16(252, 0, true);
      }),
    );
    expect(Math.abs(volume.affine[0])).toBeCloseTo(0.9, 5);
    expect([volume.affine[3], volume.affine[7], volume.affine[11]].map(Math.abs)).toEqual([0, 0, 0]);
  });

  it('V22: slope and intercept are applied; whole numbers stay whole; a slope of 0 means none', () => {
    const scaled = (slope: number, intercept: number): VoxelArray =>
      readNifti(
        changed((view) => {
          view.setFloat32(112, slope, true);
          view.setFloat32(116, intercept, true);
        }),
      ).data;
    expect(scaled(1, 24)).toEqual(Int16Array.from(oblique().data, (x) => x + 24));
    expect(scaled(100, 0)).toEqual(Int32Array.from(oblique().data, (x) => x * 100));
    expect(scaled(0.5, 0)).toEqual(Float32Array.from(oblique().data, (x) => x / 2));
    expect(scaled(0, 7)).toEqual(oblique().data);
    expect(scaled(NaN, 7)).toEqual(oblique().data);
  });

  it('V23: big-endian files', () => {
    const little = writeNifti(oblique()),
      from = new DataView(little.buffer),
      big = little.slice(),
      to = new DataView(big.buffer);
    to.setInt32(0, 348, false);
    for (let at = 40; at < 56; at += 2) to.setInt16(at, from.getInt16(at, true), false);
    for (const at of [70, 72, 252, 254]) to.setInt16(at, from.getInt16(at, true), false);
    for (const at of [108, 112, 116]) to.setFloat32(at, from.getFloat32(at, true), false);
    for (let at = 280; at < 328; at += 4) to.setFloat32(at, from.getFloat32(at, true), false);
    for (let at = 352; at < big.length; at += 2) to.setInt16(at, from.getInt16(at, true), false);
    const volume = readNifti(big);
    expect(volume.data).toEqual(oblique().data);
    expect(worst(volume, oblique())).toBeLessThan(1e-3);
  });

  it('V24: what is no single volume of numbers is refused', () => {
    refused(
      () =>
        readNifti(
          changed((v) => {
            v.setInt16(40, 4, true);
            v.setInt16(48, 5, true);
          }),
        ),
      /5 volumes/,
    );
    refused(() => readNifti(changed((v) => v.setInt16(70, 128, true))), /type 128/);
    refused(() => readNifti(changed((v) => v.setUint8(345, 'i'.charCodeAt(0)))), /in another file/);
    refused(() => readNifti(changed((v) => v.setUint8(344, 0))), /Analyze/);
    refused(() => readNifti(changed((v) => v.setInt32(0, 540, true))), /NIfTI-2/);
    refused(() => readNifti(changed((v) => v.setInt16(42, 30000, true))), /promises/);
    refused(() => writeNifti({ ...oblique(), dimensions: [40000, 1, 1] }), /cannot hold an axis/);
  });
});

describe('MetaImage', () => {
  it('V30: an .mhd and its data file', () => {
    const { header, data } = writeDetachedMetaImage(oblique(), 'x.zraw');
    expect(
      readMetaImage(header, { dataFile: (name) => (name === 'x.zraw' ? data : undefined) }).data,
    ).toEqual(oblique().data);
    refused(() => readMetaImage(header), /'x.zraw', which is not there/);
  });

  it('V31: big-endian, gzip inside, two dimensions, header without geometry', () => {
    const file = (lines: readonly string[], data: Uint8Array): Uint8Array =>
      join(text([...lines, 'ElementDataFile = LOCAL', '']), data);
    const plain = ['ObjectType = Image', 'NDims = 2', 'DimSize = 2 1', 'ElementType = MET_SHORT'];
    const volume = readMetaImage(
      file([...plain, 'ElementByteOrderMSB = True', 'ElementSpacing = 2 3'], Uint8Array.of(0, 1, 0, 2)),
    );
    expect([...volume.data]).toEqual([1, 2]);
    expect(volume).toMatchObject({ dimensions: [2, 1, 1], affine: [2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0] });
    for (const pack of [gzipSync, zlibSync])
      expect([
        ...readMetaImage(file([...plain, 'CompressedData = True'], pack(Uint8Array.of(1, 0, 2, 0)))).data,
      ]).toEqual([1, 2]);
  });

  it('V32: several values per voxel, text, lists of files and unknown types are refused', () => {
    const file = (...lines: string[]): Uint8Array =>
      text(['ObjectType = Image', 'NDims = 3', 'DimSize = 1 1 1', ...lines]);
    refused(
      () =>
        readMetaImage(
          file('ElementNumberOfChannels = 3', 'ElementType = MET_CHAR', 'ElementDataFile = LOCAL', 'xxx'),
        ),
      /3 values per voxel/,
    );
    refused(
      () =>
        readMetaImage(file('BinaryData = False', 'ElementType = MET_CHAR', 'ElementDataFile = LOCAL', '1')),
      /as text/,
    );
    refused(() => readMetaImage(file('ElementType = MET_CHAR', 'ElementDataFile = LIST')), /several files/);
    refused(
      () => readMetaImage(file('ElementType = MET_OTHER', 'ElementDataFile = LOCAL', 'x')),
      /MET_OTHER/,
    );
  });
});

describe('compression', () => {
  it('V40: a caller may hand in its own', () => {
    const used: string[] = [];
    const own: Compression = {
      gzip: (b) => {
        used.push('gzip');
        return gzipSync(b);
      },
      gunzip: (b, limit) => {
        used.push('gunzip');
        return gunzipSync(b).subarray(0, limit);
      },
      zlib: () => new Uint8Array(0),
      unzlib: () => new Uint8Array(0),
    };
    expect(readNifti(writeNifti(oblique(), { gzip: true, compression: own }), own).data).toEqual(
      oblique().data,
    );
    expect(used).toEqual(['gzip', 'gunzip', 'gunzip']);
  });

  it('V41: no more is unpacked than the header asks for', () => {
    const bomb = gzipSync(new Uint8Array(50_000_000));
    const header = text([
      'NRRD0004',
      'type: uchar',
      'dimension: 3',
      'sizes: 2 1 1',
      'encoding: gzip',
      '',
      '',
    ]);
    expect(readNrrd(join(header, bomb)).data).toHaveLength(2);
  });
});
