import { describe, expect, it } from 'vitest';
import type { ContourRoi, Layer } from '../types.ts';
import { externalRoi, surroundingRois } from './box.ts';

/** An ROI of two square contours: from -half to half in all three directions, moved by `shift` along x. */
const cube = (number: number, half: number, type = '', shift = 0): ContourRoi => ({
  number,
  name: `ROI ${number}`,
  colour: '#ffffff',
  type,
  visible: true,
  selected: false,
  fillOpacity: 0,
  contours: [-half, half].map((z) => ({
    type: 'CLOSED_PLANAR',
    points: Float64Array.of(
      ...[-half, -half, z, half, -half, z, half, half, z, -half, half, z].map((value, n) =>
        n % 3 === 0 ? value + shift : value,
      ),
    ),
  })),
});

const layersOf = (...rois: ContourRoi[]): [Layer] => [{ kind: 'contours', id: 'rois', visible: true, rois }];

describe('V12: what lies all around', () => {
  const body = cube(1, 200, 'EXTERNAL'),
    ptv = cube(2, 40, 'PTV'),
    mask = cube(3, 170, 'CONTROL');

  it('is the external contour, and what takes at least half of its room', () => {
    // (170 / 200)^3 = 0.61, (150 / 200)^3 = 0.42
    const layers = layersOf(body, ptv, mask, cube(4, 150, 'PTV'));
    expect([...surroundingRois(layers)].map(({ number }) => number)).toEqual([1, 3]);
  });

  it('is found without that type where one holds all others', () => {
    const layers = layersOf(ptv, cube(5, 200), mask);
    expect(externalRoi(layers)?.number).toBe(5);
    expect([...surroundingRois(layers)].map(({ number }) => number)).toEqual([5, 3]);
  });

  it('is nothing where none holds the others, and only itself where it is flat', () => {
    expect(surroundingRois(layersOf(ptv, cube(6, 40, '', 300))).size).toBe(0);
    const flat = { ...body, contours: body.contours.slice(0, 1) };
    expect([...surroundingRois(layersOf(flat, ptv))]).toEqual([flat]);
  });
});
