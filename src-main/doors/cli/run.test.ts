import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UIDS, writeCase, writeMasks } from '../../../test/builders/dicomCase.ts';
import { writeTwoPasses } from '../../../test/builders/twoPasses.ts';
import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import { runCommand } from './run.ts';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(words: readonly string[], signal = new AbortController().signal): Promise<Ran> {
  let out = '',
    err = '';
  const code = await runCommand(
    words,
    {
      out: async (text) => void (out += text),
      err: async (text) => void (err += text),
      errIsTerminal: false,
    },
    signal,
    async () => ({ runner: inlineRunner, close: async () => undefined }),
  );
  return { code, out, err };
}

interface RoiAnswer {
  readonly name: string;
  readonly volumeCc: number | null;
  readonly mean: number;
  readonly insideGrid: number | null;
  readonly values: Record<string, number>;
}
interface Answer {
  readonly fluence: {
    readonly verb: string;
    readonly version: string;
    readonly parameters: object;
    readonly inputs: { path?: string; uid?: string; sha256: string }[];
    readonly warnings: string[];
  };
  readonly endCaps: string;
  readonly rois: RoiAnswer[];
  readonly [key: string]: unknown;
}

async function json(...words: string[]): Promise<Answer> {
  const { code, out, err } = await run([...words, '--json', '--threads', '1']);
  if (code !== 0) throw new Error(`exit ${code}: ${out}${err}`);
  return JSON.parse(out) as Answer;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluence-cli-'));
  writeCase(folder);
  mkdirSync(at('rs'));
  copyFileSync(at('RS.dcm'), at('rs', 'RS.dcm'));
  writeMasks(at('masks'));
  writeFileSync(at('masks', 'notes.txt'), 'nothing');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a command', () => {
  it('gives one document with version, verb, parameters and hashed inputs', async () => {
    const answer = await json('show', at('RS.dcm'));
    expect(answer.fluence).toMatchObject({
      verb: 'show',
      parameters: { json: true, threads: 1, arguments: [at('RS.dcm')] },
    });
    const sha256 = createHash('sha256')
      .update(readFileSync(at('RS.dcm')))
      .digest('hex');
    expect(answer.fluence.inputs).toEqual([{ path: at('RS.dcm'), sha256 }]);
  });

  it.each([
    [['nothing'], 2],
    [['verify', '--nothing'], 2],
    [['verify', '-o', 'x.csv'], 2],
    [['show'], 2],
    [['dvh', '--dose', 'x'], 2],
    [['dvh', '--structures', 'RS.dcm', '--dose', 'RD.dcm', '--at', 'X95'], 2],
    [['show', 'nowhere.dcm'], 3],
    [['show', '1.2.3.4.5'], 3],
    [['list'], 3],
    [['convert', 'RS.dcm', '-o', 'nowhere/x.nrrd'], 3],
    [['convert', 'RS.dcm', '-o', 'nowhere.nrrd'], 3],
    [['dvh', '--structures', 'RD.dcm', '--dose', 'RD.dcm'], 3],
    [['dvh', '--structures', 'RS.dcm', '--dose', 'RD.dcm', '--roi', 'Liver'], 3],
  ])('that cannot be done, %j, ends with %i and says why once', async (words, code) => {
    const here = words.map((word) => (/\.dcm$|^nowhere/.test(word) ? at(word) : word));
    const plain = await run([...here, '--library', at('no library')]),
      asked = await run([...here, '--json', '--library', at('no library')]);
    expect([plain.code, asked.code]).toEqual([code, code]);
    expect(plain.out).toBe('');
    expect(plain.err.trim().split('\n')).toHaveLength(1);
    const { error } = JSON.parse(asked.out) as { error: { code: string; message: string; detail: object } };
    expect(plain.err.trim()).toBe(error.message);
    expect(error.code).toMatch(/^[A-Z_]+$/);
  });

  it('takes the volume of a number from a series of several, and lists them where none is named', async () => {
    writeTwoPasses(at('passes'));
    const refused = await run(['show', at('passes')]);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('2 (Axial, 12 slices, 4 × 4 × 5 mm, image type PLAIN)');
    const shown = await Promise.all(['1', '2'].map((n) => json('show', at('passes'), '--volume', n)));
    expect(shown.map(({ max, volume }) => [max, volume])).toEqual(
      expect.arrayContaining([
        [40, expect.any(Number)],
        [900, expect.any(Number)],
      ]),
    );
    expect(shown.map(({ volume }) => volume)).toEqual([1, 2]);
    expect(shown[0]?.['volumes']).toHaveLength(2);
    await json('convert', at('passes'), '--volume', '2', '-o', at('second.nrrd'));
    expect((await json('show', at('second.nrrd')))['max']).toBe(shown[1]?.['max']);
    expect((await run(['show', at('passes'), '--volume', '3'])).code).toBe(3);
    expect((await run(['show', at('passes'), '--volume', '0'])).code).toBe(2);
  });

  it('that was cancelled ends with 5 and leaves nothing behind', async () => {
    const cancel = new AbortController();
    cancel.abort(new Failure('CANCELLED', 'Cancelled.'));
    const { code, out } = await run(
      ['convert', at('CT'), '-o', at('cancelled.nrrd'), '--json'],
      cancel.signal,
    );
    expect(code).toBe(5);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'CANCELLED' } });
    expect(readdirSync(folder).filter((name) => name.includes('cancelled'))).toEqual([]);
  });

  it('shows help on stdout', async () => {
    expect((await run([])).out).toContain('import');
    expect((await run(['dvh', '-h'])).out).toBe((await run(['help', 'dvh'])).out);
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('dvh and metrics', () => {
  const dose = (): string[] => ['--dose', at('RD.dcm')];

  it('give the closed form of a box in a linear dose', async () => {
    const { endCaps, rois } = await json(
      'dvh',
      '--structures',
      at('RS.dcm'),
      ...dose(),
      '--roi',
      'box',
      '--end-caps',
      'none',
      '--at',
      'D95,V20Gy',
    );
    expect(endCaps).toBe('none');
    expect(rois).toHaveLength(1);
    expect(rois[0]!.volumeCc).toBeCloseTo(2.88, 6);
    expect(rois[0]!.mean).toBeCloseTo(20, 3);
    expect(rois[0]!.values['D95%']).toBeCloseTo(15.5, 1);
    expect(rois[0]!.values['V20Gy']).toBeCloseTo(50, 0);
  });

  it('take a folder of masks on grids of their own, and say what they leave out', async () => {
    const { rois, endCaps, fluence } = await json(
      'dvh',
      '--structures',
      at('masks'),
      ...dose(),
      '--at',
      'D95',
    );
    expect(endCaps).toBe('none');
    expect(rois.map(({ name }) => name)).toEqual(['Box', 'None']);
    expect(rois[0]!.volumeCc).toBeCloseTo(2.88, 9);
    expect(rois[0]!.values['D95%']).toBeCloseTo(15.5, 1);
    expect(rois[1]!.volumeCc).toBeNull();
    expect(fluence.warnings.join()).toContain('1 file that is no mask');
    const metrics = await json(
      'metrics',
      '--structures',
      at('masks'),
      ...dose(),
      '--at',
      'D95',
      '--roi',
      'Box',
    );
    expect(metrics.rois[0]!.values).toEqual(rois[0]!.values);
    const voxels = await json('metrics', '--masks', at('masks'), ...dose(), '--roi', 'Box');
    expect(voxels.sampling).toBe('voxel-centres');
    expect(voxels.rois[0]!.mean).toBeCloseTo(20, 5);
    expect((await run(['dvh', '--structures', at('masks'), ...dose(), '--end-caps', 'half'])).code).toBe(2);
  });

  it('take a folder that holds the structure set alone, and the thickness of a single plane from the images', async () => {
    const without = await json('dvh', '--structures', at('rs'), ...dose(), '--roi', 'Flat');
    expect(without.rois[0]!.volumeCc).toBeNull();
    const withImages = await json(
      'dvh',
      '--structures',
      at('rs'),
      '--ct',
      at('CT'),
      ...dose(),
      '--roi',
      'Flat',
    );
    expect(withImages.rois[0]!.volumeCc).toBeCloseTo(0.96, 6);
  });

  it('write curves and figures as .csv and .json', async () => {
    await run([
      'dvh',
      '--structures',
      at('masks', 'Box.nrrd'),
      ...dose(),
      '--bin',
      '1',
      '-o',
      at('curves.csv'),
    ]);
    const lines = readFileSync(at('curves.csv'), 'utf8').trim().split('\r\n');
    expect(lines[0]).toBe('roi,number,end_caps,dose_gy,volume_percent');
    expect(lines[1]).toBe('Box,1,none,0,100');
    expect(lines.at(-1)).toMatch(/^Box,1,none,2[56],0$/);
    const { out } = await run(['metrics', '--masks', at('masks'), ...dose(), '--json', '-o', at('m.json')]);
    expect(readFileSync(at('m.json'), 'utf8')).toBe(out);
  });
});

describe('a library', () => {
  it('is named by UIDs wherever an object is', async () => {
    const library = ['--library', at('library')];
    const imported = await json('import', at('CT'), at('RS.dcm'), at('RD.dcm'), at('rs'), ...library);
    expect(imported).toMatchObject({ imported: 8, duplicates: 1 });
    expect((await run(['import', at('RS.dcm'), at('masks'), ...library])).code).toBe(1);
    // The study for the structures, the object for the dose; the library knows the images' distance.
    const { rois, fluence } = await json(
      'dvh',
      '--structures',
      UIDS.study,
      '--dose',
      UIDS.dose,
      '--roi',
      'Flat',
      ...library,
    );
    expect(rois[0]!.volumeCc).toBeCloseTo(0.96, 6);
    expect(fluence.inputs.map(({ uid }) => uid)).toContain(UIDS.dose);
    expect(await json('show', UIDS.ct, ...library)).toMatchObject({
      kind: 'volume',
      dimensions: [8, 8, 6],
      modality: 'CT',
    });
    expect(await json('show', UIDS.study, ...library)).toMatchObject({ kind: 'collection', objects: 8 });
    expect((await json('show', UIDS.structures, ...library)).rois[1]!.volumeCc).toBeCloseTo(0.96, 6);
    expect((await run(['dvh', '--structures', UIDS.ct, '--dose', UIDS.dose, ...library])).code).toBe(3);
    const { files } = (await json('export', UIDS.dose, at('out'), ...library)) as unknown as {
      files: string[];
    };
    expect(files).toHaveLength(1);
    expect(readFileSync(files[0]!).equals(readFileSync(at('RD.dcm')))).toBe(true);
    await run(['list', 'series', ...library, '-o', at('series.csv')]);
    expect(readFileSync(at('series.csv'), 'utf8').trim().split('\r\n')).toHaveLength(4);
    expect(await json('verify', ...library)).toMatchObject({
      objects: 8,
      bad: [],
      index: 'sound',
      auditTrail: 'sound',
    });
  });
});

describe('an import', () => {
  it('that is stopped leaves a sound library, and goes on when it is asked again', async () => {
    const library = ['--library', at('stopped')],
      cancel = new AbortController();
    const begun = run(['import', at('CT'), ...library, '--json'], cancel.signal);
    cancel.abort(new Failure('CANCELLED', 'Cancelled.'));
    const { code, out } = await begun;
    expect(code).toBe(5);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'CANCELLED' } });
    const { imported, duplicates } = (await json('import', at('CT'), ...library)) as unknown as {
      imported: number;
      duplicates: number;
    };
    expect(imported + duplicates).toBe(6);
    expect(await json('verify', ...library)).toMatchObject({ objects: 6, bad: [] });
  });
});

describe('the process', () => {
  const start = (...words: string[]): ChildProcessByStdio<null, Readable, Readable> =>
    spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const ended = async (
    child: ChildProcessByStdio<null, Readable, Readable>,
  ): Promise<{ code: number | null; err: string }> => {
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => (err += part));
    const [code] = (await once(child, 'close')) as [number | null];
    return {
      code,
      err: err
        .split('\n')
        .filter((line) => !/Warning|--trace-warnings/.test(line))
        .join('\n'),
    };
  };

  it('ends in silence when its reader has gone', async () => {
    const child = start('dvh', '--structures', at('masks', 'Box.nrrd'), '--dose', at('RD.dcm'), '--json');
    child.stdout.destroy();
    expect(await ended(child)).toEqual({ code: 0, err: '' });
  });
});

describe('convert', () => {
  it('writes a volume on another grid, and refuses one of another frame', async () => {
    const answer = await json('convert', at('CT'), '-o', at('ct.nrrd'), '--spacing', '10,10,4');
    expect(answer).toMatchObject({ dimensions: [4, 4, 6], spacing: [10, 10, 4] });
    expect((await run(['convert', at('CT'), '-o', at('x.nrrd'), '--spacing', '0.0001'])).code).toBe(2);
    expect(
      (await run(['convert', at('CT'), '-o', at('x.nrrd'), '--spacing', '2', '--like', at('RD.dcm')])).code,
    ).toBe(2);
    expect(await json('show', at('ct.nrrd'))).toMatchObject({ dimensions: [4, 4, 6], min: 40, max: 40 });
  });
});
