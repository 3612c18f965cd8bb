import { describe, expect, it } from 'vitest';
import type { DoseInfo, StructuresInfo } from '../../../src-shared/api/index.ts';
import { affineFromColumns, type Grid, type Vector3 } from '../../../src-shared/geometry/index.ts';
import type { LoadedDose, LoadedRoi, LoadedStructures } from './caseData.ts';
import { firstPlace, firstStructure, onVoxel } from './firstPlace.ts';

const affine = affineFromColumns([2, 0, 0], [0, 2, 0], [0, 0, 3], [10, 20, 30]);
const grid: Grid = { dimensions: [4, 3, 2], affine };
const dose = (hottest: number | null): LoadedDose => {
  const info: DoseInfo = {
    uid: 'dose',
    label: '',
    unit: 'Gy',
    type: 'PHYSICAL',
    summation: 'PLAN',
    frameOfReferenceUid: null,
    planUid: null,
    maximum: hottest === null ? 0 : 60,
    dimensions: [4, 3, 2],
    affine: [...affine],
    data: { url: '/bulk/d', type: 'float32', bytes: 96, slabs: [] },
    findings: [],
  };
  const data = new Float32Array(24).fill(hottest === null ? 0 : 1);
  if (hottest !== null) data[hottest] = 60;
  data[0] = NaN;
  return { info, grid, data };
};
const roi = (
  number: number,
  name: string,
  type: string,
  centroid: Vector3 | null,
  drawn = true,
): LoadedRoi => ({
  info: {
    number,
    name,
    type,
    colour: [1, 2, 3],
    volumeCc: 1,
    centroid: centroid && [...centroid],
    contours: [],
    findings: [],
  },
  contours: drawn ? [{ type: 'CLOSED_PLANAR', points: new Float64Array(9) }] : [],
});
const set = (...rois: readonly LoadedRoi[]): LoadedStructures => {
  const info: StructuresInfo = {
    uid: 'rs',
    label: '',
    approval: '',
    frameOfReferenceUid: null,
    points: { url: '/bulk/p', type: 'float64', bytes: 0, slabs: [] },
    rois: [],
    findings: [],
  };
  return { info, rois };
};

const body = roi(1, 'BODY', 'EXTERNAL', [0, 0, 0]),
  cord = roi(2, 'Cord', 'ORGAN', [1, 1, 1]),
  ctv = roi(3, 'CTV', 'CTV', [2, 2, 2]),
  gtv = roi(4, 'Tumour', 'GTV', [3, 3, 3]),
  ptv = roi(5, 'PTV70', '', [4, 4, 4]);

describe('where a case begins', () => {
  it('at the middle of the first PTV, else of the GTV, else of the CTV', () => {
    expect(firstStructure(set(body, ctv, gtv, ptv))).toBe(ptv);
    expect(firstStructure(set(body, ctv, gtv))).toBe(gtv);
    expect(firstStructure(set(body, ctv))).toBe(ctv);
    expect(firstPlace(set(body, ctv, gtv, ptv), 5, dose(5))).toEqual([4, 4, 4]);
  });
  it('a target without contours is none', () => {
    expect(firstStructure(set(roi(5, 'PTV', 'PTV', null, false), cord))).toBe(cord);
    expect(firstStructure(set())).toBeNull();
  });
  it('without a target at the dose maximum', () => {
    expect(firstPlace(set(body, cord), 2, dose(5))).toEqual([12, 22, 30]);
    expect(firstPlace(null, null, dose(23))).toEqual([16, 24, 33]);
  });
  it('without a dose at the middle of the structure, else nowhere in particular', () => {
    expect(firstStructure(set(body, cord))).toBe(cord);
    expect(firstPlace(set(body, cord), 2, dose(null))).toEqual([1, 1, 1]);
    expect(firstPlace(null, null, dose(null))).toBeNull();
  });
});

describe('the place on the image', () => {
  const grid = {
    dimensions: [10, 10, 5] as const,
    affine: affineFromColumns([2, 0, 0], [0, 2, 0], [0, 0, 3], [-9, -9, 100]),
  };
  it('is the nearest voxel centre, on a slice that was taken', () => {
    expect(onVoxel(grid, [0.4, -1.2, 104])).toEqual([1, -1, 103]);
  });
  it('stays inside the image', () => {
    expect(onVoxel(grid, [500, -500, 500])).toEqual([9, -9, 112]);
  });
});
