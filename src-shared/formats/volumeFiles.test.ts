import fc from 'fast-check';
import { gunzipSync, gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { affineFromColumns, cross, normalise } from '../geometry/index.ts';
import { Failure, VOLUME_UNITS, type Volume } from '../model/index.ts';
import { metaImageStatedUnit, readMetaImage, writeMetaImage } from './mha/index.ts';
import { niftiStatedUnit, readNifti, writeNifti } from './nifti/index.ts';
import { nrrdStatedUnit, readNrrd, writeNrrd } from './nrrd/index.ts';
import { join, oblique, text, worst } from './volumeFiles.fixture.ts';
import type { Compression } from './voxels/index.ts';

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

  it('V15: the unit comes back', () => {
    for (const unit of VOLUME_UNITS.filter((one) => one !== 'label'))
      expect(read(write({ ...oblique(), unit })).unit).toBe(unit);
    expect(read(write({ ...oblique(), unit: 'label' })).unit).toBe('stored');
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

describe('units in the words of the file', () => {
  const nrrd = (line: string): Uint8Array =>
    text(['NRRD0004', 'type: uchar', 'dimension: 3', 'sizes: 1 1 1', 'encoding: raw', line, '', 'x']);
  it.each([
    ['sample units: "cGy"', 'cGy', 'stored'],
    ['sample units: percent', 'percent', 'percent'],
    ['sampleunits: "GY"', 'GY', 'Gy'],
    ['sample units: "Gray"', 'Gray', 'Gy'],
    ['sample units: "constructor"', 'constructor', 'stored'],
    ['sample units: ""', null, 'stored'],
    ['sample units: "???"', null, 'stored'],
    ['# no unit', null, 'stored'],
  ])('V15: %s', (line, stated, unit) => {
    expect(nrrdStatedUnit(nrrd(line))).toBe(stated);
    expect(readNrrd(nrrd(line)).unit).toBe(unit);
  });

  it('V15: MetaImage and NIfTI too, from their first bytes', () => {
    const volume: Volume = { ...oblique(), unit: 'percent' };
    const mha = new TextDecoder('latin1').decode(writeMetaImage(volume, { compressed: false }));
    const header = mha.slice(0, mha.indexOf('LOCAL') + 6).replace('SampleUnits = %', 'SampleUnits = cGy');
    expect(metaImageStatedUnit(text([header]))).toBe('cGy');
    expect(metaImageStatedUnit(writeMetaImage(oblique()))).toBeNull();
    expect(niftiStatedUnit(writeNifti(volume).subarray(0, 352))).toBe('%');
    expect(niftiStatedUnit(writeNifti(volume, { gzip: true }))).toBe('%');
    expect(niftiStatedUnit(writeNifti(oblique()))).toBeNull();
    // What others write there is no unit.
    const other = writeNifti(oblique());
    other.set(new TextEncoder().encode('FSL5.0'), 148);
    expect(niftiStatedUnit(other)).toBeNull();
    expect(() => niftiStatedUnit(new Uint8Array(20))).toThrow(Failure);
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
