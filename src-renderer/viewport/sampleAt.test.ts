import { describe, expect, it } from 'vitest';
import type { Plane } from '../../src-shared/geometry/index.ts';
import { OutlineCache, roiHolds } from './contours/outlines.ts';
import { Deferred } from './deferred.ts';
import { planeKey } from './dose/isodoses.ts';
import { panePlane } from './geometry/pane.ts';
import { axialGrid, phantomContours, phantomDose, phantomImage, tube } from './harness/phantom.ts';
import { sampleAt } from './sampleAt.ts';
import { emptyState, initialState } from './state.ts';
import type { ContourRoi, ImageLayer } from './types.ts';

const grid = axialGrid([40, 40, 30], [5, 5, 5], [-97.5, -97.5, -72.5]);
const image = phantomImage(grid, (x, y, z) => Math.round(x + 10 * y + 100 * z), false);
// Shifted by half a voxel against the image.
const dose = phantomDose(
  axialGrid([41, 41, 31], [5, 5, 5], [-100, -100, -75]),
  (x, y, z) => 50 + 0.1 * x - 0.05 * y + 0.02 * z,
);
const contours = phantomContours(5);
const state = initialState([image, dose, contours], 800, 600);

describe('value under the cursor', () => {
  it('V19: nearest voxel, trilinear dose and the structures that hold the point', () => {
    const sample = sampleAt(state, [3.2, 4.9, -11.3]);
    expect(sample.value).toBe(Math.round(2.5 + 25 + 100 * -12.5));
    expect(sample.dose).toBeCloseTo(50 + 0.32 - 0.245 - 0.226, 4);
    expect(sample.rois.map((roi) => roi.name)).toEqual(['PTV']);
    expect(sampleAt(state, [0, 80, 0]).rois.map((roi) => roi.name)).toEqual(['Cord']);
  });

  it('V19: nothing outside, on padding, or of hidden layers', () => {
    expect(sampleAt(state, [500, 0, 0])).toEqual({ value: null, dose: null, rois: [] });
    expect(sampleAt(emptyState, [0, 0, 0])).toEqual({ value: null, dose: null, rois: [] });
    const padded: ImageLayer = { ...image, padding: { from: -4000, to: -1000 } };
    expect(sampleAt({ ...state, layers: [padded] }, [3.2, 4.9, -11.3]).value).toBeNull();
    expect(sampleAt({ ...state, layers: [padded] }, [3.2, 4.9, 11.3]).value).not.toBeNull();
    const hidden = {
      ...state,
      layers: [image, { ...dose, visible: false }, { ...contours, visible: false }],
    };
    expect(sampleAt(hidden, [0, 0, 0])).toMatchObject({ dose: null, rois: [] });
  });

  it('V19: a structure reaches half a slice beyond its outermost contour and is interpolated between them', () => {
    const cylinder = tube(
      9,
      { name: 'C', colour: '#ffffff', cx: 0, cy: 0, rx: 10, ry: 10, from: 0, to: 0 },
      4,
    );
    const two = {
      ...cylinder,
      contours: [
        cylinder.contours[0]!,
        {
          type: 'CLOSED_PLANAR',
          points: cylinder.contours[0]!.points.map((v, n) => (n % 3 === 2 ? 4 : v * 2)),
        },
      ],
    };
    // Radii at z = 0 and 4 are r and 2 r.
    const r = cylinder.contours[0]!.points[0]!;
    expect(roiHolds(two, [1.45 * r, 0, 2], 4)).toBe(true);
    expect(roiHolds(two, [1.55 * r, 0, 2], 4)).toBe(false);
    expect(roiHolds(two, [1.9 * r, 0, 5.9], 4)).toBe(true);
    expect(roiHolds(two, [1.9 * r, 0, 6.1], 4)).toBe(false);
  });
});

describe('outlines', () => {
  it('V16: put off what takes long and have it after work', () => {
    const deferred = new Deferred(),
      cache = new OutlineCache<string>(deferred);
    const get = (roi: ContourRoi, plane: Plane) => cache.get(roi, plane, planeKey(plane), 5);
    const plane = panePlane(state, 'sagittal');
    const roi = { ...contours.rois[0]!, contours: [...contours.rois[0]!.contours] };
    expect(get(roi, plane)).toBeNull();
    expect(deferred.waiting).toBe(1);
    deferred.work(0);
    expect(deferred.waiting).toBe(0);
    const cut = get(roi, plane);
    expect(cut?.cut.outlines).toHaveLength(1);
    expect(cut?.between).toBe(false);
    expect(get(roi, plane)).toBe(cut);
  });

  it('V15, V16: contours of a plane’s own are there at once, those between are marked', () => {
    const deferred = new Deferred(),
      cache = new OutlineCache<string>(deferred);
    const get = (roi: ContourRoi, plane: Plane) => cache.get(roi, plane, planeKey(plane), 5);
    const roi = contours.rois[0]!;
    const at = (z: number) => panePlane({ ...state, crosshair: [0, 0, z] }, 'axial');
    get(roi, panePlane(state, 'sagittal'));
    deferred.work(0);
    const own = get(roi, at(2));
    expect(own?.between).toBe(false);
    expect(own?.cut.outlines[0]).toHaveLength(2 * 72);
    expect(get(roi, at(4.2))).toBeNull();
    deferred.work(0);
    expect(get(roi, at(4.2))?.between).toBe(true);
    expect(get(roi, at(500))?.cut.outlines).toEqual([]);
  });
});
