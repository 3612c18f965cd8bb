import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCase, writeMasks } from '../../../test/builders/dicomCase.ts';
import { doseOn } from '../../../test/builders/rois.ts';
import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { writeNrrd } from '../../../src-shared/formats/nrrd/index.ts';
import type { Finding, Volume } from '../../../src-shared/model/index.ts';
import { tell } from './findings.ts';
import { runCommand } from './run.ts';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);

interface RoiAnswer {
  readonly name: string;
  readonly volumeCc: number;
  readonly insideGrid: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number;
  readonly values: Record<string, number | null>;
}
interface Answer {
  readonly error: { readonly code: string; readonly message: string };
  readonly fluence: { readonly warnings: readonly string[] };
  readonly rois: readonly RoiAnswer[];
  readonly [key: string]: unknown;
}

async function said(...words: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const code = await runCommand(
    [...words, '--quiet'],
    { out: async (text) => void (out += text), err: async () => undefined, errIsTerminal: false },
    new AbortController().signal,
    async () => ({ runner: inlineRunner, close: async () => undefined }),
  );
  return { code, out };
}
async function json(...words: string[]): Promise<Answer & { code: number }> {
  const { code, out } = await said(...words, '--json');
  return { code, ...(JSON.parse(out) as Answer) };
}

/** 20 Gy + 0.5 Gy/mm · x on so many columns of 3 mm from `x0`, around the box of RS.dcm in y and z. */
const columns = (count: number, x0 = -30): Volume<Float32Array> => ({
  ...doseOn(
    { dimensions: [count, 21, 15], affine: [3, 0, 0, x0, 0, 3, 0, -30, 0, 0, 3, -9] },
    ([x]) => 20 + 0.5 * x,
  ),
  frameOfReferenceUid: null,
});

/** An NRRD of a dose with the unit line of another program. */
function nrrdWith(name: string, line: string | null, volume: Volume = columns(21)): string {
  const bytes = writeNrrd({ ...volume, unit: 'Gy' }, { gzip: false });
  const text = Buffer.from(bytes).toString('latin1');
  writeFileSync(at(name), Buffer.from(text.replace('sample units: "Gy"', line ?? '# no unit'), 'latin1'));
  return at(name);
}

const box = (): string[] => ['--structures', at('RS.dcm'), '--roi', 'Box'];
const dvhOf = (dose: string, ...more: string[]): ReturnType<typeof json> =>
  json('dvh', ...box(), '--dose', dose, '--at', 'D95', '--end-caps', 'none', ...more);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluence-cli-doses-'));
  writeCase(folder);
  writeMasks(at('masks'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a dose from a volume file', () => {
  it.each([
    ['sample units: "Gy"', 'Gy', 15.5, null],
    ['sample units: gray', 'Gy', 15.5, null],
    ['sample units: "cGy"', 'Gy', 0.155, /is in cGy; its values were divided by 100/],
    ['sample units: "percent"', 'percent', 15.5, /relative: its values are per cent/],
    ['sample units: "%"', 'percent', 15.5, /relative: its values are per cent/],
    ['sample units: "???"', 'Gy', 15.5, /names no unit; its values are assumed to be Gy/],
    [null, 'Gy', 15.5, /names no unit; its values are assumed to be Gy/],
  ])('with %s is taken in %s', async (line, unit, d95, warning) => {
    const answer = await dvhOf(nrrdWith('unit.nrrd', line));
    expect(answer.code).toBe(0);
    expect(answer['unit']).toBe(unit);
    expect(answer.rois[0]!.values['D95%']! / d95).toBeCloseTo(1, 2);
    const { warnings } = answer.fluence;
    if (warning) expect(warnings).toEqual([expect.stringMatching(warning)]);
    else expect(warnings).toEqual([]);
    // What no file says is not made up.
    expect([answer['summation'], answer['doseType']]).toEqual([null, null]);
  });

  it.each(['HU', 'Bq/ml', 'furlong'])('in %s is refused', async (unit) => {
    const answer = await dvhOf(nrrdWith('unit.nrrd', `sample units: "${unit}"`));
    expect(answer.code).toBe(3);
    expect(answer.error.code).toBe('INPUT_NOT_USABLE');
    expect(answer.error.message).toContain(`are in ${unit}, which is no unit of dose`);
  });

  it('beyond any dose in Gy is told', async () => {
    const volume = columns(21);
    const answer = await dvhOf(
      nrrdWith('large.nrrd', null, { ...volume, data: volume.data.map((value) => value * 100) }),
    );
    expect(answer.fluence.warnings).toContainEqual(expect.stringContaining('3500 Gy is not plausible'));
  });

  it.each(['nii.gz', 'nii', 'mha', 'mhd', 'nrrd'])(
    'keeps its unit when it is converted to .%s',
    async (form) => {
      const relative = nrrdWith('relative.nrrd', 'sample units: "%"');
      for (const [source, unit] of [
        [relative, 'percent'],
        [at('RD.dcm'), 'Gy'],
      ] as const) {
        expect((await json('convert', source, '-o', at(`kept.${form}`))).code).toBe(0);
        expect((await json('show', at(`kept.${form}`)))['unit']).toBe(unit);
        const answer = await dvhOf(at(`kept.${form}`));
        expect(answer['unit']).toBe(unit);
        expect(answer.fluence.warnings.some((text) => text.includes('assumed'))).toBe(false);
      }
    },
  );

  it('of a unit that volumes are not kept in is converted without it, which is told', async () => {
    const lost = await json('convert', nrrdWith('c.nrrd', 'sample units: "cGy"'), '-o', at('lost.nii'));
    expect(lost.fluence.warnings).toEqual([
      expect.stringContaining('are in cGy; they are written as they are'),
    ]);
    const kept = await json('convert', at('RD.dcm'), '-o', at('kept.nii'));
    expect(kept.fluence.warnings).toEqual([]);
  });
});

describe('what a dose is the dose of', () => {
  it('is in the document, and told where it is not that of the plan', async () => {
    const plan = await dvhOf(at('RD.dcm'));
    expect(plan).toMatchObject({ summation: 'PLAN', doseType: 'PHYSICAL', prescription: null });
    expect(plan.fluence.warnings).toEqual([]);
    const text = readFileSync(at('RD.dcm')).toString('latin1');
    writeFileSync(at('beam.dcm'), Buffer.from(text.replace('CS\x04\0PLAN', 'CS\x04\0BEAM'), 'latin1'));
    for (const verb of ['dvh', 'metrics']) {
      const answer = await json(verb, ...box(), '--dose', at('beam.dcm'), '--prescription', '60');
      expect(answer).toMatchObject({ summation: 'BEAM', doseType: 'PHYSICAL', prescription: 60 });
      expect(answer.fluence.warnings).toEqual([
        expect.stringContaining('of one beam or several, not of the plan'),
      ]);
    }
  });
});

describe('figures from voxel centres', () => {
  const figures = (dose: string, ...more: string[]): ReturnType<typeof json> =>
    json('metrics', '--dose', dose, '--sampling', 'voxel-centres', '--at', 'D95,V16Gy,Dmin,Dmean', ...more);

  it('count what lies outside the dose grid as dose 0, and tell it', async () => {
    const whole = await figures(nrrdWith('whole.nrrd', 'sample units: "Gy"'), ...box()),
      half = await figures(nrrdWith('half.nrrd', 'sample units: "Gy"', columns(11)), ...box()),
      none = await figures(nrrdWith('none.nrrd', 'sample units: "Gy"', columns(6)), ...box());
    expect(whole.fluence.warnings).toEqual([]);
    expect(whole.rois[0]).toMatchObject({ insideGrid: 1, min: 15.5, max: 24.5, mean: 20 });
    // Columns at −9, −6, −3 and 0 of those from −9 to 9.
    expect(half.rois[0]).toMatchObject({
      volumeCc: whole.rois[0]!.volumeCc,
      min: 15.5,
      max: 20,
      values: { 'D95%': 0, Dmin: 15.5 },
    });
    expect(half.rois[0]!.insideGrid).toBeCloseTo(4 / 7, 12);
    expect(half.rois[0]!.mean).toBeCloseTo(71 / 7, 5);
    expect(half.rois[0]!.values['Dmean']).toBe(half.rois[0]!.mean);
    expect(half.rois[0]!.values['V16Gy']).toBeCloseTo((100 * 3) / 7, 9);
    expect(half.fluence.warnings).toEqual([
      'Box: only 57.1 % of its volume lies inside the dose grid; the rest counts as dose 0.',
    ]);
    expect(none.rois[0]).toMatchObject({
      volumeCc: whole.rois[0]!.volumeCc,
      insideGrid: 0,
      min: null,
      max: null,
      mean: 0,
      values: { 'D95%': 0, V16Gy: 0, Dmin: null },
    });
    expect(none.fluence.warnings).toEqual([expect.stringContaining('only 0.0 %')]);
  });

  it('do so of masks, whose voxels are outside where their centres are', async () => {
    const masks = ['--masks', at('masks')];
    const whole = await figures(nrrdWith('whole.nrrd', 'sample units: "Gy"'), ...masks),
      // The last column of the dose is 1 mm short of the mask's third.
      part = await figures(nrrdWith('part.nrrd', 'sample units: "Gy"', columns(11, -31)), ...masks);
    expect(whole.rois[0]).toMatchObject({ insideGrid: 1, min: 16, max: 24 });
    expect(whole.rois[1]).toMatchObject({ volumeCc: 0, insideGrid: null, mean: null });
    expect(whole.fluence.warnings).toEqual(['None: no voxel of the mask is above 0.']);
    expect(part.rois[0]).toMatchObject({ insideGrid: 0.4, min: 16, max: 18, volumeCc: 2.88 });
    expect(part.rois[0]!.mean).toBeCloseTo(34 / 5, 5);
    expect(part.fluence.warnings[0]).toContain('Box: only 40.0 %');
  });

  it('tell what has no value, and a prescription that is missing', async () => {
    const volume = columns(21),
      data = volume.data.map((value, n) => (n % 21 === 10 ? NaN : value));
    const answer = await figures(
      nrrdWith('gap.nrrd', 'sample units: "Gy"', { ...volume, data }),
      ...box(),
      '--at',
      'V95%',
    );
    expect(answer.rois[0]!.insideGrid).toBe(1);
    expect(answer.fluence.warnings).toEqual([
      'Box: 14.3 % of its volume has no dose value and is left out of the figures.',
      'Box: figures in per cent of the prescription need a prescribed dose.',
    ]);
  });
});

describe('tables', () => {
  const asked = ['--at', 'D95,D95%,V20Gy,V20Gy[cc]', '--prescription', '60'];
  it.each(['dvh', 'metrics'])('of %s say unit, prescription and end caps', async (verb) => {
    const { out } = await said(verb, ...box(), '--dose', at('RD.dcm'), ...asked);
    const [dose, prescription, endCaps, , , head] = out.split('\n');
    expect(dose).toMatch(/^dose +Gy \(PLAN PHYSICAL\)$/);
    expect(prescription).toMatch(/^prescription +60 Gy$/);
    expect(endCaps).toMatch(/^end caps +half a slice distance$/);
    expect(head!.split(/ {2,}/)).toEqual([
      'ROI',
      'volume cc',
      'in grid %',
      'min Gy',
      'mean Gy',
      'max Gy',
      'D95% Gy',
      'V20Gy %',
      'V20Gy cc',
    ]);
  });

  it('do not show a relative dose as one in Gy', async () => {
    const relative = nrrdWith('relative.nrrd', 'sample units: "%"');
    const { out } = await said('dvh', ...box(), '--dose', relative, '--at', 'D95', '--end-caps', 'none');
    expect(out).toMatch(/^dose +relative/);
    expect(out).toMatch(/^end caps +none$/m);
    expect(out).toMatch(/max rel\. % +D95% rel\. %$/m);
    expect(out).not.toContain('Gy');
  });

  it('as .csv name the unit of each column', async () => {
    const file = at('metrics.csv');
    await said('metrics', ...box(), '--dose', at('RD.dcm'), ...asked, '-o', file);
    const [head, row] = readFileSync(file, 'utf8').trim().split('\r\n');
    expect(head).toBe(
      'roi,number,volume_cc,inside_grid,min_gy,mean_gy,max_gy,D95%_gy,V20Gy_percent,V20Gy_cc,unit,end_caps,sampling,prescription_gy,summation,dose_type',
    );
    expect(row).toMatch(/,Gy,half,standard,60,PLAN,PHYSICAL$/);
  });
});

describe('a volume', () => {
  it('is shown without its padding', async () => {
    const volume: Volume = {
      dimensions: [2, 2, 1],
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
      data: Int16Array.of(-3000, -1000, 40, -3000),
      unit: 'HU',
      frameOfReferenceUid: null,
      padding: { from: -3000, to: -3000 },
    };
    writeFileSync(at('ct.nrrd'), writeNrrd(volume));
    expect(await json('show', at('ct.nrrd'))).toMatchObject({ min: -1000, max: 40, paddingVoxels: 2 });
    expect((await said('show', at('ct.nrrd'))).out).toMatch(
      /^padding +2 voxels of -3000, not counted above$/m,
    );
    writeFileSync(at('empty.nrrd'), writeNrrd({ ...volume, data: new Int16Array(4).fill(-3000) }));
    expect(await json('show', at('empty.nrrd'))).toMatchObject({ min: null, max: null, paddingVoxels: 4 });
  });
});

describe('findings', () => {
  it('that are information are told where the values are not those of the file, or where a verb asks', () => {
    const finding = (code: Finding['code'], severity: Finding['severity']): Finding => ({
      code,
      severity,
      message: `${code} ${severity}`,
    });
    const told: string[] = [],
      context = { warn: (text: string) => void told.push(text) };
    const all = [
      finding('VALUES_ROUNDED', 'information'),
      finding('LOCALIZER_LEFT_OUT', 'information'),
      finding('NON_SQUARE_PIXELS', 'information'),
      finding('SLICE_GAP', 'warning'),
    ];
    tell(context, all);
    expect(told).toEqual(['VALUES_ROUNDED information', 'SLICE_GAP warning']);
    told.length = 0;
    tell(context, all, ['LOCALIZER_LEFT_OUT']);
    expect(told).toEqual([
      'VALUES_ROUNDED information',
      'LOCALIZER_LEFT_OUT information',
      'SLICE_GAP warning',
    ]);
  });
});
