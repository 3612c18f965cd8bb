// node bench/dvh.ts [eclipse] [analytic] [convergence] [speed]: the tables of docs/validation/dvh.md. Needs the kernels (node tools/build.mjs kernels), the validation
// data, and for one line plastimatch.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createThreadPool } from '../src-main/jobs/threads.ts';
import { provideBuiltKernels } from '../src-main/services/kernelAssets.ts';
import { cutStack, planimetry, stackPlanes, type PlaneStack } from '../src-shared/compute/contours/index.ts';
import { computeDvh, computeDvhs } from '../src-shared/compute/dvh/index.ts';
import type { Volume } from '../src-shared/model/index.ts';
import { doseOn, gridAround, sphere } from '../test/builders/rois.ts';
import {
  agreement,
  analyticSets,
  byName,
  data,
  DX,
  eclipseCase,
  eclipseTables,
  type Model,
} from '../test/validation/dvhReferences.ts';

const kernels = provideBuiltKernels();
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): void => {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  process.stdout.write(`${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n\n`);
};
const title = (text: string): void => void process.stdout.write(`### ${text}\n\n`);
const signed = (x: number, digits: number): string => (x < 0 ? '−' : '+') + Math.abs(x).toFixed(digits);

/** Least of a few runs, s: what the machine needs when nobody else is at it. */
async function seconds(runs: number, work: () => unknown): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

function eclipse(): void {
  title("Eclipse's tables, no end caps");
  const rows: (string | number)[][] = [];
  for (const short of ['prostate', 'ent'] as const) {
    const { rois, dose } = eclipseCase(short);
    for (const [name, bins] of eclipseTables(short)) {
      const d = computeDvh(stackPlanes(byName(rois, name)), dose, { endCaps: 'none' }),
        { percent, worst } = agreement(bins, d.curve);
      rows.push([
        short,
        name,
        d.volumeCc!.toFixed(3),
        d.mean!.toFixed(3),
        `${percent.toFixed(2)} %`,
        worst.toFixed(3),
      ]);
    }
  }
  table(['case', 'ROI', 'volume (cc)', 'mean (Gy)', 'bins that agree', 'largest distance (limit 1)'], rows);
}

function analytic(): void {
  title('Analytic solids');
  const rows: (string | number)[][] = [];
  for (const set of analyticSets(() => true, false)) {
    for (const [endCaps, model] of [
      ['none', 'ideal_cut'],
      ['half', 'ideal'],
    ] as readonly (readonly ['none' | 'half', Model])[]) {
      let volume = NaN,
        linear = 0,
        gauss = NaN;
      for (const { dose, results, linear: isLinear } of set.doses) {
        const expected = results[model],
          d = computeDvh(stackPlanes(set.roi), dose, { endCaps, at: [...DX] });
        if (!expected || d.volumeCc === null) continue;
        volume = (100_000 * d.volumeCc) / expected.volume_mm3! - 100;
        const worst = Math.max(...DX.map((x) => Math.abs(d.values[`${x}%`]! - expected[`${x}_gy`]!)));
        if (isLinear) linear = Math.max(linear, worst);
        else gauss = Math.max(Number.isNaN(gauss) ? 0 : gauss, worst);
      }
      rows.push([
        set.name,
        endCaps,
        model,
        Number.isNaN(volume) ? 'no volume' : `${signed(volume, 3)} %`,
        Number.isNaN(volume) ? '' : linear.toFixed(3),
        Number.isNaN(gauss) ? '' : gauss.toFixed(3),
      ]);
    }
  }
  table(['set', 'end caps', 'against', 'volume', 'D99 … D1, linear doses (Gy)', 'Gaussian doses (Gy)'], rows);
}

function plastimatchSeconds(): number | null {
  const study = data('rt-dicom', 'eclipse-ent');
  if (!existsSync(study) || spawnSync('plastimatch', ['--version']).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'fluence-bench-'));
  try {
    for (const file of readdirSync(join(study, 'CT')))
      symlinkSync(join(study, 'CT', file), join(folder, file));
    for (const file of ['RS.dcm', 'RD.day1.dcm']) symlinkSync(join(study, file), join(folder, file));
    const run = (...args: string[]): boolean => spawnSync('plastimatch', args, { cwd: folder }).status === 0;
    if (
      !run(
        'convert',
        '--input',
        '.',
        '--output-ss-img',
        'ss.nrrd',
        '--output-ss-list',
        'ss.txt',
        '--output-dose-img',
        'dose.nrrd',
      )
    )
      return null;
    let least = Infinity;
    for (let i = 0; i < 3; i++) {
      const start = performance.now();
      if (
        !run(
          'dvh',
          '--input-ss-img',
          'ss.nrrd',
          '--input-ss-list',
          'ss.txt',
          '--input-dose',
          'dose.nrrd',
          '--num-bins',
          '6300',
          '--bin-width',
          '0.01',
          '--output-csv',
          'dvh.csv',
        )
      )
        return null;
      least = Math.min(least, (performance.now() - start) / 1000);
    }
    return least;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function speed(): Promise<void> {
  title(
    `Time of the ENT case: 16 structures, 2.1 million dose voxels (${cpus()[0]?.model ?? 'unknown'}, kernels: ${kernels.join(', ') || 'scalar twin'})`,
  );
  const { rois, dose } = eclipseCase('ent'),
    stacks = rois.map((roi) => stackPlanes(roi)),
    rows: (string | number)[][] = [];
  rows.push([
    'contours to plane stacks, one thread',
    (await seconds(10, () => rois.map((roi) => stackPlanes(roi)))).toFixed(3),
    '',
  ]);
  const times: number[] = [];
  for (const workers of [1, 2]) {
    const pool = createThreadPool({ workers });
    await computeDvhs(stacks, dose, { endCaps: 'none' }, pool);
    times.push(
      await seconds(15, () => computeDvhs(stacks, dose, { endCaps: 'none', at: ['D95', 'D2'] }, pool)),
    );
    rows.push([`all DVHs, ${workers} worker${workers > 1 ? 's' : ''}`, times.at(-1)!.toFixed(3), '']);
    await pool.close();
  }
  const other = plastimatchSeconds();
  if (other !== null)
    rows.push([
      'plastimatch dvh, from its own masks (voxel counting)',
      other.toFixed(3),
      `${(other / times[1]!).toFixed(1)} × ours`,
    ]);
  table(['step', 'seconds', 'ratio'], rows);

  title('Growth with ROIs (one thread)');
  const small = stacks.filter((s) => s.name !== 'BODY'),
    growth: (string | number)[][] = [];
  for (const n of [1, 4, 8, 15])
    growth.push([
      n,
      (
        await seconds(3, () => small.slice(0, n).map((s) => computeDvh(s, dose, { endCaps: 'none' })))
      ).toFixed(3),
    ]);
  table(['ROIs without BODY', 'seconds'], growth);

  title('Growth with dose voxels (sphere of 500 cc, one thread)');
  const ball = stackPlanes(sphere(49.2, 2.5)),
    voxels: (string | number)[][] = [];
  for (const spacing of [4, 2, 1]) {
    const grid = doseOn(
      gridAround([0, 0, 0], 64, spacing),
      (p) => 60 * Math.exp(-(p[0] ** 2 + p[1] ** 2 + p[2] ** 2) / 3000),
    );
    voxels.push([
      spacing,
      grid.data.length,
      (await seconds(3, () => computeDvh(ball, grid, { endCaps: 'none' }))).toFixed(3),
    ]);
  }
  table(['dose spacing (mm)', 'voxels', 'seconds'], voxels);

  title('Cuts through the ENT contours (median of 15 planes, ms)');
  const cuts = stacks
    .filter((s) => s.sections.length > 10)
    .map((stack) => [stack.name, stack.sections.length, ...cutTimes(stack)]);
  table(['ROI', 'planes', 'axial, between planes', 'sagittal', 'coronal'], cuts);
}

function cutTimes(stack: PlaneStack): string[] {
  const centre = planimetry(stack, 'half').centroid!,
    frames = [
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
      [
        [1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
      ],
    ] as const;
  return frames.map(([u, v, n]) => {
    const times = Array.from({ length: 15 }, (_, i) => {
      const at = (i - 7) * 1.13,
        start = performance.now();
      cutStack(stack, {
        origin: [centre[0] + at * n[0], centre[1] + at * n[1], centre[2] + at * n[2]],
        u,
        v,
        thicknessMm: 1,
      });
      return performance.now() - start;
    });
    return times.sort((a, b) => a - b)[7]!.toFixed(2);
  });
}

/** The same trilinear dose on a finer grid. */
function finer(
  { data: values, dimensions, affine, ...rest }: Volume<Float32Array>,
  factor: number,
): Volume<Float32Array> {
  const [nx, ny, nz] = dimensions,
    size = [factor * (nx - 1) + 1, factor * (ny - 1) + 1, factor * (nz - 1) + 1] as const;
  const out = new Float32Array(size[0] * size[1] * size[2]);
  const at = (x: number, n: number): readonly [number, number] => {
    const i = Math.min(Math.floor(x / factor), n - 2);
    return [i, x / factor - i];
  };
  for (let k = 0, n = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++) {
        const [a, x] = at(i, nx),
          [b, y] = at(j, ny),
          [c, z] = at(k, nz),
          p = a + nx * (b + ny * c);
        const row = (q: number): number => values[q]! * (1 - x) + values[q + 1]! * x,
          plane = (q: number): number => row(q) * (1 - y) + row(q + nx) * y;
        out[n++] = plane(p) * (1 - z) + plane(p + nx * ny) * z;
      }
  const f = affine.map((m, i) => (i % 4 === 3 ? m : m / factor)) as unknown as Volume['affine'];
  return { ...rest, data: out, dimensions: size, affine: f };
}

function convergence(): void {
  title('Convergence: the same dose on a grid of half the spacing halves every step (ENT)');
  const { rois, dose } = eclipseCase('ent'),
    fine = finer(dose, 2),
    at = ['D98', 'D50', 'D2', 'D0.03cc'],
    rows: (string | number)[][] = [];
  for (const name of ['BODY', 'BRAIN', 'PTV1', 'CTV', 'BRSTEM']) {
    const stack = stackPlanes(byName(rois, name)),
      [a, b] = [dose, fine].map((d) => computeDvh(stack, d, { endCaps: 'none', at }));
    rows.push([
      name,
      `${signed(100 * (a!.volumeCc! / b!.volumeCc! - 1), 4)} %`,
      signed(a!.mean! - b!.mean!, 4),
      ...Object.keys(a!.values).map((key) => signed(a!.values[key]! - b!.values[key]!, 4)),
    ]);
  }
  table(['ROI', 'volume', 'mean (Gy)', 'D98 % (Gy)', 'D50 % (Gy)', 'D2 % (Gy)', 'D0.03 cc (Gy)'], rows);
}

const parts: Readonly<Record<string, () => void | Promise<void>>> = { eclipse, analytic, convergence, speed };
const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(parts))
  if (wanted.length === 0 || wanted.includes(name)) await part();
