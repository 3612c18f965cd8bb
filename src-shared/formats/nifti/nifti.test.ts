import { describe, expect, it } from 'vitest';
import type { VoxelArray } from '../../model/index.ts';
import { oblique, refused, worst } from '../volumeFiles.fixture.ts';
import { readNifti, writeNifti } from './index.ts';

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
