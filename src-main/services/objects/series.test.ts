import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { element } from '../../../test/builders/dicomBytes.ts';
import { inlineRunner, type TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import {
  assembleVolume,
  decodeFrames,
  planSeries,
  soleVolume,
} from '../../../src-shared/formats/dicom/index.ts';
import { SopClassUid } from '../../../src-shared/formats/dicom/uids.ts';
import { writeDicom } from '../../../src-shared/formats/dicom/write/index.ts';
import { createThreadPool } from '../../jobs/index.ts';
import { writeCtFolder } from '../../library/testing/ctFiles.ts';
import { codecAssets } from '../codecAssets.ts';
import { readDicom } from './radiotherapy.ts';
import { openSeries, prepareSeries, readHeaders } from './series.ts';

const SLICES = 11,
  SIZE = 16,
  AREA = SIZE * SIZE;
let folder: string, files: string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluence-series-'));
  files = writeCtFolder(join(folder, 'ct'), { name: 'series', slices: SLICES, size: SIZE, value: -123 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Tells which tasks ran, and with how many files. */
function counting(): { runner: TaskRunner; ran: string[] } {
  const ran: string[] = [];
  const runner: TaskRunner = {
    workers: 1,
    run(task, input, options) {
      ran.push(`${task.name} ${(input as { files: unknown[] }).files.length}`);
      return inlineRunner.run(task, input, options);
    },
  };
  return { runner, ran };
}

describe('series', () => {
  it('gives the same bits in threads, here, and by decoding every file by itself', async () => {
    const { images } = await readHeaders(files, { runner: inlineRunner });
    const stored = await Promise.all(
      files.map(async (file) => (await decodeFrames(await readDicom(file), codecAssets)).samples),
    );
    const plan = soleVolume(planSeries(images.flatMap(({ slices }) => slices)));
    const expected = assembleVolume(
      plan,
      images.flatMap(({ scalings }) => scalings),
      stored,
    );
    const pool = createThreadPool({ workers: 2 });
    try {
      for (const runner of [pool, inlineRunner]) {
        const { volume, findings } = await (await openSeries(files, { runner })).done;
        expect(volume.data).toEqual(expected.volume.data);
        expect(volume.data[AREA]).toBe(-123);
        expect(findings).toEqual(expected.findings);
      }
    } finally {
      await pool.close();
    }
  });

  it('H11: knows the geometry before any pixel is read, and reads only the planes that are asked for', async () => {
    const { runner, ran } = counting();
    const series = await prepareSeries(files, { runner });
    expect(series.volume.dimensions).toEqual([SIZE, SIZE, SLICES]);
    expect(ran).toEqual([`objects.headers ${SLICES}`]);
    await series.read(5, 7);
    expect(ran.slice(1)).toEqual(['objects.fill 2']);
    const filled = Array.from({ length: SLICES }, (_, k) => series.volume.data[k * AREA] === -123);
    expect(filled.flatMap((is, k) => (is ? [k] : []))).toEqual([5, 6]);
    await Promise.all([series.read(5, 8), series.read(6, 8)]);
    expect(ran.slice(2)).toEqual(['objects.fill 1']);
    await series.readAll();
    expect(series.volume.data.every((value) => value === -123)).toBe(true);
  });

  it('F42: what is to be known of the pixels before trusting them is told, each sentence once', async () => {
    const own = writeCtFolder(join(folder, 'longer'), { name: 'longer', slices: 3, size: SIZE, value: 7 });
    const rows = element(0x00280010, 'US', [SIZE]);
    for (const file of own) {
      const bytes = readFileSync(file);
      bytes.set(element(0x00280010, 'US', [SIZE / 2]), bytes.indexOf(rows));
      writeFileSync(file, bytes);
    }
    const { volume, findings } = await (await openSeries(own, { runner: inlineRunner })).done;
    expect(volume.dimensions).toEqual([SIZE, SIZE / 2, 3]);
    expect(findings).toMatchObject([
      {
        code: 'PIXEL_DATA_MALFORMED',
        severity: 'warning',
        message: 'The pixel data are long enough for 2 frames where the header says 1; the rest is not read.',
      },
    ]);
  });

  it('F43: frames by the thousand are believed only of a file that holds them', async () => {
    const file = join(folder, 'frames.dcm');
    const claim = {
      Modality: 'CT',
      Rows: 512,
      Columns: 512,
      BitsAllocated: 16,
      NumberOfFrames: 2_000_000_000,
    };
    writeFileSync(
      file,
      writeDicom(
        { ...claim, PixelData: new Uint8Array(1000) },
        { sopClass: SopClassUid.CtImage, instance: '1.2' },
      ),
    );
    await expect(readHeaders([file], { runner: inlineRunner })).rejects.toMatchObject({
      code: 'INPUT_NOT_USABLE',
      message: expect.stringContaining('frames.dcm') as string,
    });
  });

  it('H11: tells in a sentence which slice cannot be read, gives the others, and tries again when asked again', async () => {
    const own = writeCtFolder(join(folder, 'broken'), {
      name: 'broken',
      slices: SLICES,
      size: SIZE,
      value: 7,
    });
    const series = await prepareSeries(own, { runner: inlineRunner });
    truncateSync(own[0]!, 1500);
    await expect(series.read(0, 1)).rejects.toMatchObject({ code: 'INPUT_NOT_USABLE' });
    await expect(series.readAll()).rejects.toMatchObject({ code: 'INPUT_NOT_USABLE' });
    await series.read(SLICES - 1, SLICES);
    expect(series.volume.data.at(-1)).toBe(7);
    writeCtFolder(join(folder, 'broken'), { name: 'broken', slices: SLICES, size: SIZE, value: 7 });
    expect((await series.readAll()).volume.data.every((value) => value === 7)).toBe(true);
  });
});
