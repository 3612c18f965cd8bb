import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contour,
  doseOn,
  gridAround,
  prism,
  rectangle,
  roi,
  type Loop,
} from '../../../test/builders/rois.ts';
import { computeDvh } from '../dvh/index.ts';
import { surveyLoops } from './evenOdd.ts';
import { planimetry, shapeVolume, stackPlanes, type PlaneStack } from './index.ts';
import { loopEdges } from './outline.ts';
import { ringsOf } from './overlap.ts';

const codes = (stack: PlaneStack): string[] => stack.findings.map((f) => f.code);
const onTwoPlanes = (...loops: Loop[]): PlaneStack => stackPlanes(prism(loops, 0, 2, 2));
const areaOf = (...loops: Loop[]): number => onTwoPlanes(...loops).sections[0]?.area ?? 0;
const told = (...loops: Loop[]): string[] => codes(onTwoPlanes(...loops));
const reversed = (loop: Loop): Loop => [...loop].reverse();

/** Outlines of a set of pixels along their edges, as tracers draw them: straight stretches in one go or pixel by pixel. */
function traced(pixels: ReadonlySet<string>, size: number, merge: boolean): Loop[] {
  const next = new Map<string, string[]>();
  const add = (a: readonly [number, number], b: readonly [number, number]): void => {
    const key = a.join();
    next.set(key, [...(next.get(key) ?? []), b.join()]);
  };
  for (const pixel of pixels) {
    const [i, j] = pixel.split(',').map(Number) as [number, number];
    if (!pixels.has(`${i},${j - 1}`)) add([i, j], [i + 1, j]);
    if (!pixels.has(`${i + 1},${j}`)) add([i + 1, j], [i + 1, j + 1]);
    if (!pixels.has(`${i},${j + 1}`)) add([i + 1, j + 1], [i, j + 1]);
    if (!pixels.has(`${i - 1},${j}`)) add([i, j + 1], [i, j]);
  }
  const loops: Loop[] = [];
  for (const start of next.keys()) {
    while ((next.get(start)?.length ?? 0) > 0) {
      const loop: [number, number][] = [];
      let at = start;
      do {
        loop.push(at.split(',').map((x) => size * Number(x)) as [number, number]);
        at = next.get(at)!.pop()!;
      } while (at !== start);
      loops.push(merge ? corners(loop) : loop);
    }
  }
  return loops;
}

const corners = (loop: Loop): Loop =>
  loop.filter(([u, v], n) => {
    const [a, b] = loop[(n + loop.length - 1) % loop.length]!,
      [c, d] = loop[(n + 1) % loop.length]!;
    return (u - a) * (d - v) !== (v - b) * (c - u);
  });

const pixelDisc = (cu: number, cv: number, r: number): Set<string> => {
  const pixels = new Set<string>();
  for (let i = -40; i < 40; i++)
    for (let j = -40; j < 40; j++) if (Math.hypot(i + 0.5 - cu, j + 0.5 - cv) <= r) pixels.add(`${i},${j}`);
  return pixels;
};

const bowtie: Loop = [
  [-20, -20],
  [20, 20],
  [20, -20],
  [-20, 20],
];
const pentagram: Loop = [0, 2, 4, 1, 3].map((n) => [
  20 * Math.cos((2 * Math.PI * n) / 5),
  20 * Math.sin((2 * Math.PI * n) / 5),
]);

describe('contours that cross themselves', () => {
  it('C11: a bowtie has its two triangles, a pentagram its five tips', () => {
    expect(areaOf(bowtie)).toBeCloseTo(800, 9);
    const inner = (20 * Math.cos((2 * Math.PI) / 5)) / Math.cos(Math.PI / 5);
    const star = 5 * 20 * inner * Math.sin(Math.PI / 5),
      middle = (5 / 2) * inner * inner * Math.sin((2 * Math.PI) / 5);
    expect(areaOf(pentagram)).toBeCloseTo(star - middle, 9);
    for (const loop of [bowtie, pentagram]) expect(told(loop)).toEqual(['CONTOUR_CROSSING']);
  });

  it('C11, C16: caps, planimetry and DVH of a bowtie have the exact volume', () => {
    const stack = stackPlanes(prism([bowtie], -10, 2.5, 9)),
      dose = doseOn(gridAround([0, 0, 0], 40, 4), () => 1);
    for (const [endCaps, cc] of [
      ['half', 18],
      ['none', 16],
    ] as const) {
      expect(planimetry(stack, endCaps).volumeCc).toBeCloseTo(cc, 9);
      expect(shapeVolume(stack, endCaps).volumeCc).toBeCloseTo(cc, 9);
      expect(computeDvh(stack, dose, { endCaps }).volumeCc).toBeCloseTo(cc, 9);
    }
  });

  it('C5: the message tells what a contour that goes round a place twice leaves out', () => {
    const spiral: Loop = [
      [0, 0],
      [20, 0],
      [20, 20],
      [0, 20],
      [0, 5],
      [15, 5],
      [15, 15],
      [5, 15],
      [5, -5],
      [0, -5],
    ];
    const stack = stackPlanes(prism([spiral], 0, 2, 3));
    expect(stack.findings.map((f) => f.message)).toEqual([
      expect.stringMatching(/cross or overlap on 3 planes; .* taken to be empty: about 0\.\d\d cc/),
    ]);
  });

  it('C11: area and centroid do not depend on how a tangled contour lies', () => {
    const coordinate = fc.double({ min: -50, max: 50, noNaN: true });
    const lattice = fc.integer({ min: -4, max: 4 });
    const points = (c: fc.Arbitrary<number>): fc.Arbitrary<[number, number][]> =>
      fc.array(fc.tuple(c, c), { minLength: 3, maxLength: 14 });
    fc.assert(
      fc.property(
        fc.oneof(points(coordinate), points(lattice)),
        fc.double({ min: 0, max: 6.3, noNaN: true }),
        (loop, angle) => {
          const c = Math.cos(angle),
            s = Math.sin(angle);
          const turned = loop.map(([u, v]) => [c * u - s * v, s * u + c * v] as const),
            a = stackPlanes(roi([contour(loop, 0)])).sections[0],
            b = stackPlanes(roi([contour(turned, 0)])).sections[0];
          fc.pre(a !== undefined && b !== undefined && a.area > 0.1);
          expect(b.area).toBeCloseTo(a.area, 5);
          expect(c * a.centroid[0] - s * a.centroid[1]).toBeCloseTo(b.centroid[0], 4);
          expect(s * a.centroid[0] + c * a.centroid[1]).toBeCloseTo(b.centroid[1], 4);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('C11: what a frame around a tangled contour leaves is the rest of the frame', () => {
    const coordinate = fc.integer({ min: -50_000, max: 50_000 }).map((x) => x / 1000);
    const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 14 });
    fc.assert(
      fc.property(points, (loop) => {
        const alone = areaOf(loop);
        fc.pre(alone > 0.1);
        expect(areaOf(loop, rectangle(-60, -60, 60, 60))).toBeCloseTo(120 * 120 - alone, 5);
      }),
      { numRuns: 200 },
    );
  });
});

describe('contours that overlap', () => {
  it('C5: two discs along pixel edges, whatever way the edges are drawn', () => {
    const a = pixelDisc(-3, 0, 8),
      b = pixelDisc(3, 0, 8),
      both = [...a].filter((pixel) => b.has(pixel)).length;
    for (const [mergeA, mergeB] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ] as const) {
      const loops = [...traced(a, 2, mergeA), ...traced(b, 2, mergeB)];
      expect(loops).toHaveLength(2);
      const stack = stackPlanes(prism(loops, -10, 2.5, 9));
      expect(stack.sections[0]!.area).toBeCloseTo(4 * (a.size + b.size - 2 * both), 9);
      const cc = (4 * both * 22.5) / 1000;
      expect(stack.findings.map((f) => f.message)).toEqual([
        `ROI: contours cross or overlap on 9 planes; where they overlap the ROI is taken to be empty: about ${cc.toFixed(2)} cc are left out of its volume.`,
      ]);
    }
  });

  it('C5: rectangles that share part of their sides, and a cross', () => {
    expect(told(rectangle(-20, -20, 5, 20), rectangle(-5, -20, 20, 20))).toEqual(['CONTOUR_CROSSING']);
    expect(told(rectangle(-20, -2, 20, 2), rectangle(-2, -20, 2, 20))).toEqual(['CONTOUR_CROSSING']);
    expect(told(rectangle(0, 0, 10, 10), rectangle(0, 5, 10, 15))).toEqual(['CONTOUR_CROSSING']);
  });

  it('C5: an overlap of 0.01 mm is told, slivers below are not', () => {
    const square = rectangle(0, 0, 10, 10);
    expect(told(square, rectangle(9.97, 0, 20, 10))).toEqual(['CONTOUR_CROSSING']);
    expect(told(square, rectangle(9.995, 0, 20, 10))).toEqual([]);
    expect(told(square, rectangle(9.995, 9.995, 20, 20))).toEqual([]);
    expect(told(square, rectangle(2, -0.005, 8, 5))).toEqual([]);
    expect(told(square, rectangle(2, -0.03, 8, 5))).toEqual(['CONTOUR_CROSSING']);
  });

  it('C3, C5: any two sets of pixels: the volume is even–odd, and only partial overlap is told', () => {
    const step = fc.constantFrom([1, 0] as const, [-1, 0] as const, [0, 1] as const, [0, -1] as const);
    const pixels = fc.array(step, { maxLength: 30 }).map((steps) => {
      const walked = new Set(['0,0']);
      let i = 0,
        j = 0;
      for (const [di, dj] of steps) walked.add(`${(i += di)},${(j += dj)}`);
      return walked;
    });
    fc.assert(
      fc.property(pixels, pixels, fc.boolean(), fc.boolean(), fc.boolean(), (p, q, mergeP, mergeQ, sense) => {
        // One loop each, so that pairs of contours are pairs of sets.
        const [a, ...moreA] = traced(p, 2, mergeP),
          [b, ...moreB] = traced(q, 2, mergeQ);
        fc.pre(moreA.length === 0 && moreB.length === 0);
        const common = [...p].filter((pixel) => q.has(pixel)).length;
        const stack = onTwoPlanes(a!, sense ? b! : reversed(b!));
        const partial = common > 0 && common < p.size && common < q.size,
          equal = common === p.size && common === q.size;
        expect(codes(stack)).toEqual(equal ? ['CONTOUR_DUPLICATE'] : partial ? ['CONTOUR_CROSSING'] : []);
        expect(stack.sections[0]!.area).toBeCloseTo(4 * (equal ? p.size : p.size + q.size - 2 * common), 9);
      }),
      { numRuns: 400 },
    );
  });

  it('C5: whether contours overlap does not depend on how they lie', () => {
    const box = fc.tuple(
      fc.integer({ min: -6, max: 6 }),
      fc.integer({ min: -6, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
    );
    const length = (a: number, la: number, b: number, lb: number): number =>
      Math.max(0, Math.min(a + la, b + lb) - Math.max(a, b));
    fc.assert(
      fc.property(
        fc.array(box, { minLength: 2, maxLength: 5 }),
        fc.double({ min: 0, max: 6.3, noNaN: true }),
        (boxes, angle) => {
          const c = Math.cos(angle),
            s = Math.sin(angle);
          const loops = boxes.map(([u, v, a, b]) =>
            rectangle(u, v, u + a, v + b).map(([x, y]) => [c * x - s * y, s * x + c * y] as const),
          );
          const kinds = boxes.flatMap(([u, v, a, b], m) =>
            boxes.slice(0, m).map(([p, q, d, e]) => {
              const common = length(u, a, p, d) * length(v, b, q, e);
              if (common === a * b && common === d * e) return 'equal';
              return common > 0 && common < a * b && common < d * e ? 'partial' : 'none';
            }),
          );
          const found = told(...loops);
          expect(found.includes('CONTOUR_DUPLICATE')).toBe(kinds.includes('equal'));
          if (kinds.includes('partial')) expect(found).toContain('CONTOUR_CROSSING');
          else if (areaOf(...loops) > 0.5) expect(found).not.toContain('CONTOUR_CROSSING');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what is not told', () => {
  const hole = rectangle(2, 2, 8, 8);

  it('C5: keyholes in either sense, with a channel of one edge or of several', () => {
    for (const inner of [hole, reversed(hole)]) {
      const way = inner.findIndex(([u, v]) => u === 2 && v === 2);
      const round = [...inner.slice(way), ...inner.slice(0, way), inner[way]!];
      for (const channel of [[], [[1, 1] as const]]) {
        const keyhole: Loop = [...rectangle(0, 0, 10, 10), [0, 0], ...channel, ...round, ...channel];
        expect(told(keyhole)).toEqual([]);
        expect(areaOf(keyhole)).toBeCloseTo(64, 9);
      }
    }
  });

  it('C5: holes and islands that touch what holds them, in points and edges', () => {
    expect(told(rectangle(0, 0, 10, 10), rectangle(0, 0, 5, 5))).toEqual([]);
    expect(told(rectangle(0, 0, 10, 10), rectangle(0, 2, 10, 5))).toEqual([]);
    const diamond: Loop = [
      [5, 0],
      [10, 5],
      [5, 10],
      [0, 5],
    ];
    expect(told(rectangle(0, 0, 10, 10), diamond)).toEqual([]);
    expect(areaOf(rectangle(0, 0, 10, 10), diamond)).toBeCloseTo(50, 9);
    expect(told(rectangle(0, 0, 10, 10), rectangle(0, 0, 8, 8), rectangle(0, 0, 6, 6))).toEqual([]);
  });

  it('C5: an island that fills a keyhole, and a contour that touches itself', () => {
    const keyhole: Loop = [...rectangle(0, 0, 10, 10), [0, 0], ...reversed(hole).slice(3), ...reversed(hole)];
    expect(told(keyhole, hole)).toEqual([]);
    expect(areaOf(keyhole, hole)).toBeCloseTo(100, 9);
    const pinched: Loop = [
      [0, 0],
      [5, 5],
      [10, 0],
      [10, 10],
      [5, 5],
      [0, 10],
    ];
    expect(told(pinched)).toEqual([]);
    expect(areaOf(pinched)).toBeCloseTo(50, 9);
  });

  it('C5: what a contour falls apart into encloses what it does', () => {
    const loop = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
      minLength: 4,
      maxLength: 14,
    });
    fc.assert(
      fc.property(loop, (points) => {
        const whole = stackPlanes(roi([contour(points, 0)])).sections[0];
        fc.pre(
          whole !== undefined && !codes(stackPlanes(roi([contour(points, 0)]))).includes('CONTOUR_DUPLICATE'),
        );
        const rings = ringsOf(whole.loops[0]!);
        expect(surveyLoops(rings, loopEdges(rings), 0).area).toBeCloseTo(whole.area, 6);
      }),
      { numRuns: 200 },
    );
  });
});

describe('contours that are there twice', () => {
  const square = rectangle(0, 0, 10, 10);

  it('C4: with other points along the same outline', () => {
    const finer: Loop = square.flatMap(([u, v], n) => {
      const [a, b] = square[(n + 1) % 4]!;
      return [[u, v] as const, [(u + a) / 2, (v + b) / 2] as const];
    });
    const near: Loop = finer.map(([u, v]) => [u + 0.004, v - 0.003]);
    for (const second of [finer, reversed(finer), near]) {
      expect(told(square, second)).toEqual(['CONTOUR_DUPLICATE']);
      expect(areaOf(square, second)).toBeCloseTo(100, 9);
    }
  });

  it('C4: one contour that goes round twice', () => {
    const twice = [...square, ...square];
    expect(told(twice)).toEqual(['CONTOUR_DUPLICATE']);
    expect(areaOf(twice)).toBeCloseTo(100, 9);
  });

  it('C5: contours that leave nothing of one another are told', () => {
    expect(told(square, rectangle(0, 0, 5, 10), rectangle(5, 0, 10, 10))).toContain('CONTOUR_CROSSING');
  });
});
