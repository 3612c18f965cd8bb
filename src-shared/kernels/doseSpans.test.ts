import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDoseSpans, provideKernel, ScalarDoseSpans, type DoseSpans } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'fluence-kernels-'));
let kernel: DoseSpans;

beforeAll(() => {
  execFileSync(process.execPath, ['tools/build-kernels.mjs', folder]);
  expect(createDoseSpans()).toBeInstanceOf(ScalarDoseSpans);
  expect(provideKernel('doseSpans', Uint8Array.from(readFileSync(join(folder, 'doseSpans.wasm'))))).toBe(
    true,
  );
  kernel = createDoseSpans();
  expect(kernel).not.toBeInstanceOf(ScalarDoseSpans);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const figure = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const grid = fc
  .tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 5 }))
  .chain(([nx, ny, nz]) =>
    fc.record({
      size: fc.constant([nx, ny, nz] as const),
      // Some voxels have no value.
      dose: fc.array(
        fc.oneof(
          { weight: 40, arbitrary: fc.float({ min: -5, max: 70, noNaN: true }) },
          { weight: 1, arbitrary: fc.constant(NaN) },
        ),
        { minLength: nx * ny * nz, maxLength: nx * ny * nz },
      ),
      cell: fc.tuple(
        figure(-1, 1),
        figure(-1, 1),
        figure(-1, 1),
        figure(-1, 1),
        figure(-1, 1),
        figure(-1, 1),
      ),
      rows: fc.array(
        fc.tuple(figure(0, nx - 1), figure(0, nx - 1), figure(0, ny - 1), figure(0, nz - 1), figure(0.01, 2)),
        { maxLength: 12 },
      ),
      spans: fc.array(
        fc.tuple(
          figure(0, nx - 1),
          figure(0, ny - 1),
          figure(0, nz - 1),
          figure(0, nx - 1),
          figure(0, ny - 1),
          figure(0, nz - 1),
          fc.integer({ min: 1, max: 9 }),
        ),
        { maxLength: 6 },
      ),
      bins: fc.integer({ min: 1, max: 300 }),
    }),
  );
type Work = typeof grid extends fc.Arbitrary<infer T> ? T : never;

function play(spans: DoseSpans, { size, dose, cell, rows, spans: oblique, bins }: Work) {
  spans.grid(...size, bins).set(dose);
  spans.begin(-5, bins / 75);
  spans.setCell(...cell);
  for (const [a, b, y, z, weight] of rows)
    if (Math.abs(a - b) > 1e-6) spans.addRow(Math.min(a, b), Math.max(a, b), y, z, weight);
  for (const [x0, y0, z0, x1, y1, z1, n] of oblique)
    spans.addSpan(x0, y0, z0, (x1 - x0) / n, (y1 - y0) / n, (z1 - z0) / n, n, 0.5);
  return spans.result();
}

describe('the WASM kernel', () => {
  it('gives the bits of its scalar twin', () => {
    fc.assert(
      fc.property(grid, (work) => {
        expect(play(kernel, work)).toEqual(play(new ScalarDoseSpans(), work));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps volume: bins and no-value add up to the weights', () => {
    fc.assert(
      fc.property(grid, (work) => {
        const { histogram, noValue } = play(kernel, { ...work, spans: [] });
        const wanted = work.rows.reduce(
          (sum, row) => sum + (Math.abs(row[0] - row[1]) > 1e-6 ? row[4] : 0),
          0,
        );
        expect(histogram.reduce((a, b) => a + b, 0) + noValue).toBeCloseTo(wanted, 9);
      }),
      { numRuns: 100 },
    );
  });

  it('is not taken where its bytes are no module for this engine', () => {
    expect(provideKernel('doseSpans', new Uint8Array([0, 97, 115, 109, 9, 9]))).toBe(false);
    expect(createDoseSpans()).not.toBeInstanceOf(ScalarDoseSpans);
  });
});

describe('rows', () => {
  it('are exact in a dose that is linear along them', () => {
    const spans = new ScalarDoseSpans(),
      bins = 40;
    spans.grid(5, 2, 2, bins).set(Array.from({ length: 20 }, (_, n) => 10 * (n % 5)));
    spans.begin(0, bins / 40);
    spans.setCell(0, 0, 0, 0, 0, 0);
    spans.addRow(0, 4, 0.3, 0.6, 40);
    const { histogram, sum, least, greatest } = spans.result();
    expect(sum).toBeCloseTo(20 * 40, 9);
    expect([least, greatest]).toEqual([0, 40]);
    for (let b = 1; b < bins; b++) expect(histogram[b]).toBeGreaterThan(0.8);
  });
});
