import { describe, expect, it } from 'vitest';
import {
  cross,
  dot,
  normalise,
  orientationLetters,
  scale,
  type Grid,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';
import { axialGrid, turnedGrid } from '../harness/phantom.ts';
import { frameOfGrid, onSlice, onSlices, PLANE_KINDS, sliceFrame, sliceIndex } from './frame.ts';
import { emptyState } from '../state.ts';

const grid = axialGrid([40, 30, 20], [2, 3, 5], [-39, -43.5, -47.5]);

describe('planes of a volume', () => {
  it('V1, V2: axis-aligned volumes are shown in the patient’s planes, radiologically', () => {
    const { axes, oblique } = frameOfGrid(grid);
    expect(oblique).toBe(false);
    const letters = PLANE_KINDS.map((kind) =>
      [
        orientationLetters(scale(axes[kind].u, -1)),
        orientationLetters(axes[kind].u),
        orientationLetters(scale(axes[kind].v, -1)),
        orientationLetters(axes[kind].v),
      ].join(''),
    );
    expect(letters).toEqual(['RLAP', 'APSI', 'RLSI']);
  });

  it('V3: steps and counts are those of the voxels', () => {
    const { axes } = frameOfGrid(grid);
    expect(PLANE_KINDS.map((kind) => [axes[kind].stepMm, axes[kind].count, axes[kind].firstMm])).toEqual([
      [5, 20, -47.5],
      [2, 40, -39],
      [3, 30, -43.5],
    ]);
  });

  it('V1: descending and permuted index axes give the same patient planes', () => {
    // A sagittal scan: i to P, j to I, k to R.
    const sagittal: Grid = {
      dimensions: [30, 20, 40],
      affine: [0, 0, -2, 39, 3, 0, 0, -43.5, 0, -5, 0, 47.5],
    };
    const { axes, oblique } = frameOfGrid(sagittal);
    expect(oblique).toBe(false);
    for (const kind of PLANE_KINDS) {
      const other = frameOfGrid(grid).axes[kind];
      expect(axes[kind].count).toBe(other.count);
      expect(axes[kind].stepMm).toBeCloseTo(other.stepMm, 12);
      expect(axes[kind].firstMm).toBeCloseTo(other.firstMm, 12);
      expect(axes[kind].normal.map(Math.round)).toEqual(other.normal.map(Math.round));
    }
  });

  it('V1: oblique volumes are shown in their own planes, named by the nearest patient axis', () => {
    const turned = turnedGrid(grid, 20);
    const { axes, oblique } = frameOfGrid(turned);
    expect(oblique).toBe(true);
    const k = normalise([turned.affine[2], turned.affine[6], turned.affine[10]]);
    expect(dot(axes.axial.normal, k)).toBeCloseTo(1, 12);
    expect(axes.axial.count).toBe(20);
    expect(axes.sagittal.count).toBe(40);
    expect(axes.coronal.count).toBe(30);
    expect(orientationLetters(axes.axial.u)[0]).toBe('L');
    for (const kind of PLANE_KINDS) expect(dot(axes[kind].u, axes[kind].v)).toBeCloseTo(0, 12);
  });

  it('V1: with a tilted gantry the axial pane shows the slices as taken', () => {
    const tilt = (15 * Math.PI) / 180;
    const tilted: Grid = {
      dimensions: [40, 30, 20],
      affine: [2, 0, 0, -39, 0, 3 * Math.cos(tilt), 0, -43.5, 0, 3 * Math.sin(tilt), 5, -47.5],
    };
    const { axes } = frameOfGrid(tilted);
    const normal = normalise(cross([2, 0, 0], [0, Math.cos(tilt), Math.sin(tilt)]));
    expect(dot(axes.axial.normal, normal)).toBeCloseTo(1, 12);
    expect(axes.axial.stepMm).toBeCloseTo(5 * Math.cos(tilt), 12);
    expect(axes.axial.count).toBe(20);
  });

  it('V3: the crosshair rests on voxel centres, inside the volume', () => {
    const frame = frameOfGrid(grid);
    expect(onSlices(frame, [0.4, 1.2, 3.9])).toEqual([1, 1.5, 2.5]);
    expect(onSlices(frame, [999, -999, 0.1])).toEqual([39, -43.5, 2.5]);
    const last = onSlice(frame.axes.axial, [1, 1.5, 2.5], 99);
    expect(last).toEqual([1, 1.5, 47.5]);
    expect(sliceIndex(frame.axes.axial, last)).toBe(19);
  });

  it('an empty state has planes and no slices', () => {
    const { axes, corners } = sliceFrame(emptyState);
    expect(corners).toHaveLength(0);
    expect(axes.coronal.count).toBe(0);
    const point: Vector3 = [3, 4, 5];
    expect(onSlice(axes.axial, point, 2)).toBe(point);
  });
});
