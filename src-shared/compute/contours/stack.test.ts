import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contour, disc, prism, rectangle, roi, type Lay, type Loop } from '../../../test/builders/rois.ts';
import { planimetry, stackPlanes, type PlaneStack, type StackOptions } from './index.ts';

const codes = (stack: PlaneStack): string[] => stack.findings.map((f) => f.code);
const square = rectangle(0, 0, 10, 10);

describe('plane frame', () => {
  const lays: readonly (readonly [string, Lay, readonly number[]])[] = [
    ['axial', (a, b, w) => [a, b, w], [0, 0, 1]],
    ['sagittal', (a, b, w) => [w, a, b], [1, 0, 0]],
    ['coronal', (a, b, w) => [a, w, b], [0, 1, 0]],
  ];
  it.each(lays)('C1: %s contours', (_, lay, axis) => {
    const stack = stackPlanes(prism([square], 0, 2, 5, lay));
    expect(stack.frame.normal.map(Math.abs)).toEqual(axis);
    expect(stack.sections).toHaveLength(5);
    expect(planimetry(stack, 'none').volumeCc).toBeCloseTo(0.8, 12);
    expect(codes(stack)).toEqual([]);
  });

  it('C1: oblique contours are told, and have the same volume', () => {
    const c = Math.cos(0.3),
      s = Math.sin(0.3);
    const stack = stackPlanes(prism([square], 0, 2, 5, (a, b, w) => [a, b * c - w * s, b * s + w * c]));
    expect(codes(stack)).toEqual(['CONTOUR_OBLIQUE']);
    expect(planimetry(stack, 'none').volumeCc).toBeCloseTo(0.8, 9);
    const centroid = planimetry(stack, 'none').centroid!;
    expect(centroid[0]).toBeCloseTo(5, 9);
    expect(centroid[1]).toBeCloseTo(5 * c - 4 * s, 9);
    expect(centroid[2]).toBeCloseTo(5 * s + 4 * c, 9);
  });
});

describe('one plane', () => {
  const areaOf = (...loops: Loop[]): number =>
    stackPlanes(roi(loops.map((l) => contour(l, 0)))).sections[0]!.area;

  it('C2: planes within 0.01 mm are one', () => {
    const stack = stackPlanes(
      roi([contour(square, 0), contour(rectangle(20, 0, 30, 10), 0.009), contour(square, 2)]),
    );
    expect(stack.sections.map((s) => s.area)).toEqual([200, 100]);
  });

  it('C3: holes, islands in holes and keyholes', () => {
    expect(areaOf(rectangle(0, 0, 10, 10), rectangle(2, 2, 8, 8))).toBeCloseTo(64, 12);
    expect(areaOf(rectangle(0, 0, 10, 10), rectangle(2, 2, 8, 8), rectangle(4, 4, 6, 6))).toBeCloseTo(68, 12);
    const keyhole: Loop = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
      [0, 0],
      [2, 2],
      [2, 8],
      [8, 8],
      [8, 2],
      [2, 2],
    ];
    const { sections } = stackPlanes(roi([contour(keyhole, 0)]));
    expect(sections[0]!.area).toBeCloseTo(64, 12);
    // The channel is gone: four edges outside, four inside.
    expect(sections[0]!.edges).toHaveLength(4 * 8);
  });

  it('C3: two contours that share an edge are one area without a boundary inside', () => {
    const { sections, findings } = stackPlanes(
      roi([contour(rectangle(0, 0, 10, 10), 0), contour(rectangle(10, 0, 20, 10), 0)]),
    );
    expect(sections[0]!.area).toBeCloseTo(200, 12);
    expect(sections[0]!.edges).toHaveLength(4 * 6);
    expect(findings).toEqual([expect.objectContaining({ code: 'SINGLE_PLANE_NO_VOLUME' })]);
  });

  it('C4: a contour there twice counts once, whatever its start and sense', () => {
    const turned = [square[2]!, square[1]!, square[0]!, square[3]!];
    for (const second of [square, turned]) {
      const stack = stackPlanes(roi([contour(square, 0), contour(second, 0), contour(square, 2)]));
      expect(stack.sections[0]!.area).toBe(100);
      expect(codes(stack)).toEqual(['CONTOUR_DUPLICATE']);
    }
  });

  it('C5: crossing contours are told, touching ones are not', () => {
    const both = (second: Loop): string[] =>
      codes(stackPlanes(roi([contour(square, 0), contour(second, 0), contour(square, 2)])));
    expect(both(rectangle(5, 5, 15, 15))).toEqual(['CONTOUR_CROSSING']);
    expect(
      both([
        [5, -5],
        [5, 5],
        [15, 5],
      ]),
    ).toEqual(['CONTOUR_CROSSING']);
    expect(both(rectangle(10, 10, 15, 15))).toEqual([]);
    expect(both(rectangle(2, 0, 8, 5))).toEqual([]);
    expect(
      codes(
        stackPlanes(
          prism(
            [
              [
                [0, 0],
                [10, 10],
                [10, 0],
                [0, 10],
              ],
            ],
            0,
            2,
            2,
          ),
        ),
      ),
    ).toEqual(['CONTOUR_CROSSING']);
  });

  it('C6: what has no area or no plane is told, and only that is left out', () => {
    const bent = {
      ...contour(square, 4),
      points: Float64Array.from([0, 0, 4, 10, 0, 4, 10, 10, 9, 0, 10, 4]),
    };
    const stack = stackPlanes(
      roi([
        contour(square, 0),
        contour(square, 2),
        contour([[1, 1]], 2, undefined, 'POINT'),
        contour(
          [
            [1, 1],
            [2, 2],
          ],
          2,
        ),
        contour(
          [
            [0, 0],
            [5, 5],
            [9, 0],
          ],
          2,
          undefined,
          'OPEN_PLANAR',
        ),
        contour(disc(0.01), 4),
        bent,
      ]),
    );
    expect(stack.sections.map((s) => s.w)).toEqual([0, 2, 4]);
    expect(codes(stack).sort()).toEqual(['CONTOUR_NOT_PLANAR', 'CONTOUR_TINY', 'NOTE']);
    expect(codes(stackPlanes(roi([])))).toEqual(['ROI_EMPTY']);
    expect(stackPlanes(roi([contour([[3, 4]], 0, undefined, 'POINT')])).sections).toEqual([]);
  });

  it('C11: area and centroid of any polygon equal the formula of Gauss', () => {
    const star = fc.array(fc.double({ min: 1, max: 20, noNaN: true }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(star, fc.integer({ min: -50, max: 50 }), (radii, shift) => {
        const loop = radii.map(
          (r, i) =>
            [
              shift + r * Math.cos((2 * Math.PI * i) / radii.length),
              r * Math.sin((2 * Math.PI * i) / radii.length),
            ] as const,
        );
        let twice = 0,
          mu = 0,
          mv = 0;
        loop.forEach(([u, v], i) => {
          const [p, q] = loop[(i + 1) % loop.length]!,
            c = u * q - p * v;
          twice += c;
          mu += (u + p) * c;
          mv += (v + q) * c;
        });
        const { sections } = stackPlanes(roi([contour(loop, 0)]));
        expect(sections[0]!.area).toBeCloseTo(twice / 2, 6);
        expect(sections[0]!.centroid[0]).toBeCloseTo(mu / (3 * twice), 6);
        expect(sections[0]!.centroid[1]).toBeCloseTo(mv / (3 * twice), 6);
      }),
      { numRuns: 60 },
    );
  });
});

describe('between and beyond planes', () => {
  it('C7: a single plane has the volume of its image, or none', () => {
    const single = roi([contour(square, 7)]);
    expect(planimetry(stackPlanes(single, { imageDistance: 3 }), 'half').volumeCc).toBeCloseTo(0.3, 12);
    expect(planimetry(stackPlanes(single, { imageDistance: 3 }), 'none').volumeCc).toBeNull();
    const unknown = stackPlanes(single);
    expect(planimetry(unknown, 'half')).toEqual({ volumeCc: null, centroid: null });
    expect(codes(unknown)).toEqual(['SINGLE_PLANE_NO_VOLUME']);
  });

  it('C8, C9: a gap is left empty and told, with caps on both sides', () => {
    const gap = roi([0, 2, 4, 10, 12].map((w) => contour(square, w)));
    const stack = stackPlanes(gap);
    expect(stack.linked).toEqual([true, true, false, true]);
    expect(codes(stack)).toEqual(['CONTOUR_GAP']);
    expect(planimetry(stack, 'none').volumeCc).toBeCloseTo(0.6, 12);
    expect(planimetry(stack, 'half').volumeCc).toBeCloseTo(1.0, 12);
    expect(planimetry(stackPlanes(gap, { bridgeGaps: true }), 'none').volumeCc).toBeCloseTo(1.2, 12);
  });

  it('C8: a distance of 1.5 slice distances is not yet a gap', () => {
    expect(codes(stackPlanes(roi([0, 2, 4, 7].map((w) => contour(square, w)))))).toEqual([]);
  });

  describe('C7, C8: distances that are told', () => {
    const messages = (planes: readonly number[], options: StackOptions = {}): string[] =>
      stackPlanes(roi(planes.map((w) => contour(square, w))), options).findings.map((f) => f.message);

    it('contours far apart go by their own distance, and are told', () => {
      const two = roi([-30, 30].map((w) => contour(rectangle(-20, -20, 20, 20), w)));
      for (const imageDistance of [2.5, null]) {
        const stack = stackPlanes(two, { imageDistance });
        expect(stack.sliceDistance).toBe(60);
        expect(planimetry(stack, 'half').volumeCc).toBeCloseTo(192, 9);
        expect(codes(stack)).toEqual(['CONTOUR_GAP']);
      }
      expect(messages([-30, 30], { imageDistance: 2.5 })).toEqual([
        'ROI: contours up to 60 mm apart are joined at 1 place, as its slice distance is that of its own contours, 60 mm; its images are 2.5 mm apart.',
      ]);
      expect(messages([-40, -37, -10, 20])).toEqual([
        expect.stringContaining('up to 30 mm apart are joined at 2 places'),
      ]);
      expect(messages([-30, 30], { imageDistance: 2.5, bridgeGaps: true })).toEqual([]);
    });

    it('up to three image distances, or 10 mm where they are not known, it is not', () => {
      expect(messages([0, 7.5, 15], { imageDistance: 2.5 })).toEqual([]);
      expect(messages([0, 7.6, 15.2], { imageDistance: 2.5 })).toHaveLength(1);
      expect(messages([0, 10, 20])).toEqual([]);
      expect(messages([0, 10.1, 20.2])).toHaveLength(1);
      expect(messages([0, 2.5, 5], { imageDistance: 0 })).toEqual([]);
    });

    it('a gap is told with the slice distance, and with the images where that is far below theirs', () => {
      expect(messages([0, 2, 4, 10, 12], { imageDistance: 2 })).toEqual([
        'ROI: contours are missing at 1 place, farther apart than 1.5 times its slice distance of 2 mm; the ROI is left empty there.',
      ]);
      const near = [0, 2.5, 5].flatMap((w) => [w, w + 0.015]);
      expect(messages(near, { imageDistance: 2.5 })).toEqual([
        'ROI: contours are missing at 2 places, farther apart than 1.5 times its slice distance of 0.015 mm (its images are 2.5 mm apart); the ROI is left empty there.',
      ]);
    });
  });
});
