import { describe, expect, it } from 'vitest';
import { planSeries, sliceFactsOfFile } from '../../src-shared/formats/dicom/index.ts';
import {
  affineColumn,
  cross,
  distance,
  dot,
  voxelCentre,
  type Vector3,
} from '../../src-shared/geometry/index.ts';
import { isFailure, type Volume } from '../../src-shared/model/index.ts';
import { dicomIn, readJson, volumeOf } from './dicomFiles.ts';

import { near } from './places.ts';

interface ZooSeries {
  folder: string;
  expected: string;
  slices: number;
  volumes?: number;
  affine_lps?: number[][];
}

const MARKERS: readonly (readonly [Vector3, number])[] = [
  [[-12, -8, 10], 1000],
  [[14, 6, -9], 600],
  [[3, 15, 4], -500],
];

function markersOff(volume: Volume): number {
  const [nx, ny, nz] = volume.dimensions;
  return Math.max(
    ...MARKERS.map(([centre, hu]) => {
      const sum: [number, number, number] = [0, 0, 0];
      let count = 0;
      for (let k = 0, n = 0; k < nz; k++)
        for (let j = 0; j < ny; j++)
          for (let i = 0; i < nx; i++, n++) {
            if (Math.abs(volume.data[n]! - hu) >= 20) continue;
            const p = voxelCentre(volume, [i, j, k]);
            for (const axis of [0, 1, 2] as const) sum[axis] += p[axis];
            count++;
          }
      return count === 0 ? Infinity : distance([sum[0] / count, sum[1] / count, sum[2] / count], centre);
    }),
  );
}

describe('zoo/generated/ct: awkward series', () => {
  const series = (readJson('zoo', 'generated', 'ct', 'expected.json') as { series: ZooSeries[] }).series;

  it.each(series.map((s) => [s.folder, s] as const))('%s', async (folder, want) => {
    const files = dicomIn('zoo', 'generated', 'ct', folder);
    if (
      ['missing_slices', 'duplicate_positions', 'no_position', 'two_frames_of_reference'].includes(folder)
    ) {
      await expect(volumeOf(files)).rejects.toSatisfy(isFailure);
      return;
    }
    const { volume, findings } = await volumeOf(files);
    if (folder !== 'single_slice') expect(markersOff(volume)).toBeLessThanOrEqual(0.6);
    const codes = findings.map((f) => f.code),
      TOLD: Record<string, string> = {
        gantry_tilt: 'GANTRY_TILT',
        uneven_spacing: 'UNEVEN_SPACING',
        one_slice_turned: 'ORIENTATION_MIXED',
        mixed_with_localizer: 'LOCALIZER_LEFT_OUT',
        single_slice: 'SINGLE_SLICE',
        non_square_pixels: 'NON_SQUARE_PIXELS',
        unsigned_slope_half: 'PADDING_PRESENT',
      };
    expect(codes).toEqual(TOLD[folder] ? [TOLD[folder]] : []);
    if (!want.affine_lps) return;
    // The affine given runs along rising position; k here runs along the normal: one may be the other turned round
    const [nx, ny, nz] = volume.dimensions,
      m = want.affine_lps;
    const at = (k: number): Vector3 =>
      [0, 1, 2].map((row) => m[row]![2]! * k + m[row]![3]!) as [number, number, number];
    const ends = [voxelCentre(volume, [0, 0, 0]), voxelCentre(volume, [0, 0, nz - 1])] as const;
    const turned = distance(ends[0], at(0)) > 1e-3;
    near(ends[0], at(turned ? nz - 1 : 0), 2e-3);
    near(ends[1], at(turned ? 0 : nz - 1), 2e-3);
    expect([nx, ny, nz].every((n) => n > 0)).toBe(true);
    expect(
      dot(
        cross(affineColumn(volume.affine, 0), affineColumn(volume.affine, 1)),
        affineColumn(volume.affine, 2),
      ),
    ).toBeGreaterThan(0);
  });

  it('two passes are two volumes, never interleaved; missing slices leave their planes empty', () => {
    const plan = (folder: string): ReturnType<typeof planSeries> =>
      planSeries(dicomIn('zoo', 'generated', 'ct', folder).flatMap(sliceFactsOfFile));
    expect(plan('duplicate_positions').volumes.map((v) => v.slices.length)).toEqual([19, 19]);
    const gap = plan('missing_slices').volumes[0]!;
    expect([gap.slices.length, gap.missing]).toEqual([19, 3]);
    expect(gap.slices.flatMap((s, k) => (s.kind === 'missing' ? [-27 + 3 * k] : []))).toEqual([-12, -9, 9]);
  });
});
