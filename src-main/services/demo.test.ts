import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeDemoPatient,
  readDemoDefinition,
  type DemoDefinition,
} from '../../src-shared/compute/demo/index.ts';
import {
  checkLinks,
  parseDicomFile,
  readPlan,
  readRecord,
  readStructureSet,
} from '../../src-shared/formats/dicom/index.ts';
import { inlineRunner } from '../../src-shared/compute/tasks/index.ts';
import { derivedUid } from '../../src-shared/formats/dicom/write/index.ts';
import { openLibrary } from '../library/index.ts';
import { demoFiles, writeDemo } from './demo.ts';

const resources = join(import.meta.dirname, '..', '..', 'resources');
const shipped = readDemoDefinition(JSON.parse(readFileSync(join(resources, 'demo', 'pelvis.json'), 'utf8')));
const small: DemoDefinition = {
  ...shipped,
  image: { ...shipped.image, dimensions: [64, 64, 23], spacing: [7, 7, 12], subSlices: 1 },
  dose: { ...shipped.dose, spacing: 8 },
};
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('demo files', () => {
  const files = demoFiles(makeDemoPatient(small, derivedUid));

  it('are the same bytes at each making', () => {
    const again = demoFiles(makeDemoPatient(small, derivedUid));
    expect(again.map(({ name, bytes }) => [name, digest(bytes)])).toEqual(
      files.map(({ name, bytes }) => [name, digest(bytes)]),
    );
  });

  it('are one study of four kinds whose links all hold', () => {
    const records = files.map(({ name, bytes }) => readRecord(bytes, name));
    expect(new Set(records.map((record) => record.study.uid)).size).toBe(1);
    expect(records.map((record) => record.series.modality)).toEqual([
      ...Array.from({ length: 23 }, () => 'CT'),
      'RTSTRUCT',
      'RTPLAN',
      'RTDOSE',
    ]);
    expect(new Set(records.map((record) => record.sopInstanceUid)).size).toBe(records.length);
    expect(records.flatMap((record) => record.findings)).toEqual([]);
    expect(checkLinks(records)).toEqual([]);
  });

  it('can be read back', () => {
    const bytesOf = (name: string): Uint8Array => files.find((file) => file.name === name)!.bytes;
    const set = readStructureSet(parseDicomFile(bytesOf('RS.dcm'))),
      plan = readPlan(parseDicomFile(bytesOf('RP.dcm')));
    expect(set.rois.map((roi) => roi.name)).toEqual(shipped.rois.map((roi) => roi.name));
    expect(set.findings).toEqual([]);
    expect(plan.findings).toEqual([]);
    expect(plan).toMatchObject({
      intent: 'RESEARCH',
      approval: 'UNAPPROVED',
      prescriptions: [{ dose: 60, roiNumber: 2 }],
      fractionGroups: [{ fractions: 20 }],
    });
    expect(plan.beams).toHaveLength(shipped.plan.beams.length);
  });
});

it('L21: a patient is found by structure, beam and label, after a rebuild too, and not from the trash', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluence-demo-'));
  try {
    const files = join(folder, 'files');
    mkdirSync(join(files, 'CT'), { recursive: true });
    for (const { name, bytes } of demoFiles(makeDemoPatient(small, derivedUid)))
      writeFileSync(join(files, name), bytes);
    const library = await openLibrary(join(folder, 'library'), { runner: inlineRunner, create: true });
    try {
      await library.importPaths([files], { title: 'demo', who: 'test' });
      const found = (search: string): number => library.tree(search).length;
      const words = ['rectum', 'FEMUR', 'head_l', 'seminal', 'L50', 'r210', 'demo pelvis', 'DEMO-PELVIS'];
      const seen = (): number[] => words.map(found);
      expect(seen()).toEqual(words.map(() => 1));
      expect(['ectum', 'rectum thorax', 'L51'].map(found)).toEqual([0, 0, 0]);
      await library.rebuildIndex({});
      expect(seen()).toEqual(words.map(() => 1));
      library.toTrash('patient', library.tree('')[0]?.key ?? '', 'test');
      expect(seen()).toEqual(words.map(() => 0));
      library.undo('test');
      expect(seen()).toEqual(words.map(() => 1));
    } finally {
      library.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('writeDemo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluence-demo-'));
  let paths: string[] = [];
  beforeAll(async () => {
    paths = await writeDemo(folder, resources);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes the shipped patient into the folder and tells the paths', async () => {
    expect(paths).toHaveLength(93);
    expect(paths.map((path) => relative(folder, path)).slice(-4)).toEqual([
      join('CT', 'CT.0090.dcm'),
      'RS.dcm',
      'RP.dcm',
      'RD.dcm',
    ]);
    const records = await Promise.all(
      paths.slice(-3).map(async (path) => readRecord(await readFile(path), path)),
    );
    expect(records.map((record) => record.kind)).toEqual(['structures', 'plan', 'dose']);
  });
});
