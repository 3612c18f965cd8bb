import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ctFiles, instanceUid, seriesUid, studyUid, writeCtFolder } from './testing/ctFiles.ts';
import { filesUnder, useScratch } from './testing/scratch.ts';
import type { ImportProgress } from './types.ts';

const scratch = useScratch();
const WHO = { title: 'test', who: 'tester' };

describe('import', () => {
  it('L10: counts every file once, and finds only duplicates the second time', async () => {
    const folder = scratch.folder();
    writeCtFolder(join(folder, 'a'), { name: 'A', slices: 5 });
    writeCtFolder(join(folder, 'copy'), { name: 'A', slices: 2 });
    writeFileSync(join(folder, 'notes.txt'), 'not DICOM at all, just words');
    writeFileSync(join(folder, 'empty.dcm'), '');
    const library = await scratch.library();
    const first = await library.importPaths([folder], WHO);
    expect(first).toMatchObject({ state: 'done', offered: 9, imported: 5, duplicates: 2, findings: [] });
    expect(first.refused.map((item) => item.code).sort()).toEqual(['FILE_EMPTY', 'NOT_DICOM']);
    expect(first.series).toMatchObject([{ uid: seriesUid('A'), modality: 'CT', files: 7 }]);
    const second = await library.importPaths([folder], WHO);
    expect(second).toMatchObject({ imported: 0, duplicates: 7 });
    expect(second.refused).toEqual(first.refused);
    expect(library.reports()).toEqual([second, first]);
    expect(library.report(first.id)).toEqual(first);
  });

  it('L1: keeps the bytes as they came, and no name of a patient in any path', async () => {
    const folder = scratch.folder();
    const paths = writeCtFolder(folder, { name: 'Secretname', slices: 3 });
    const library = await scratch.library();
    await library.importPaths([folder], WHO);
    const stored = library.objects(seriesUid('Secretname'));
    expect(stored.map((object) => object.sopInstanceUid)).toEqual(
      [0, 1, 2].map((k) => instanceUid('Secretname', k)),
    );
    stored.forEach((object, k) =>
      expect(readFileSync(library.pathOf(object.sha256)).equals(readFileSync(paths[k]!))).toBe(true),
    );
    expect(filesUnder(library.directory).filter((file) => /Secret|Surname/i.test(file))).toEqual([]);
    expect(filesUnder(join(library.directory, 'incoming'))).toEqual([]);
  });

  it('L12: heals a stored object that was damaged when its file is imported again', async () => {
    const folder = scratch.folder();
    writeCtFolder(folder, { name: 'A', slices: 2 });
    const library = await scratch.library();
    await library.importPaths([folder], WHO);
    const [object] = library.objects(instanceUid('A', 1));
    const path = library.pathOf(object!.sha256);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    const bad = await library.verify({});
    expect(bad).toMatchObject({ objects: 2, index: 'sound', auditTrail: 'sound' });
    expect(bad.bad).toMatchObject([{ uid: instanceUid('A', 1), sha256: object!.sha256 }]);
    const again = await library.importPaths([folder], WHO);
    expect(again).toMatchObject({ imported: 0, duplicates: 2 });
    expect(again.repaired).toHaveLength(1);
    expect((await library.verify({})).bad).toEqual([]);
  });

  it('L10: tells how far it is, how fast and how long it will take, and never more than there is', async () => {
    const folder = scratch.folder();
    const bytes = writeCtFolder(folder, { name: 'A', slices: 60, size: 64 }).reduce(
      (sum, path) => sum + statSync(path).size,
      0,
    );
    const library = await scratch.library();
    const told: ImportProgress[] = [];
    const done = await library.importPaths([folder], { ...WHO, onProgress: (now) => told.push(now) });
    expect(told.length).toBeGreaterThan(0);
    for (const { progress, report, remainingSeconds } of told) {
      expect(progress).toBeGreaterThanOrEqual(0);
      expect(progress).toBeLessThanOrEqual(1);
      expect(report.imported + report.duplicates + report.refused.length).toBeLessThanOrEqual(report.offered);
      expect(remainingSeconds === null || remainingSeconds >= 0).toBe(true);
    }
    const last = told.at(-1)!;
    expect(last).toMatchObject({ progress: 1, remainingSeconds: 0, report: { offered: 60, imported: 60 } });
    expect(last.bytesPerSecond / last.filesPerSecond).toBeCloseTo(bytes / 60, 3);
    expect(done.state).toBe('done');
  });

  it('L13: stops at the signal, sound and with a report, and goes on when imported again', async () => {
    const folder = scratch.folder();
    writeCtFolder(folder, { name: 'A', slices: 40 });
    const library = await scratch.library();
    const stop = new AbortController();
    const report = await library.importPaths([folder], {
      ...WHO,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(report.state).toBe('cancelled');
    expect(report.imported).toBeLessThan(40);
    expect(library.list('objects', {})).toHaveLength(report.imported);
    expect((await library.verify({})).bad).toEqual([]);
    expect(await library.importPaths([folder], WHO)).toMatchObject({
      imported: 40 - report.imported,
      duplicates: report.imported,
    });
  });
});

describe('what is held', () => {
  it('L20: describes patients, studies and series, with the volume of an even one', async () => {
    const folder = scratch.folder();
    writeCtFolder(join(folder, 'a'), { name: 'A', slices: 4, size: 16 });
    writeCtFolder(join(folder, 'b'), { name: 'B', slices: 1, patient: 'A', study: 'later' });
    const library = await scratch.library();
    await library.importPaths([folder], WHO);
    const [patient, ...others] = library.tree('');
    expect(others).toEqual([]);
    expect(patient).toMatchObject({ id: 'ID-A', name: 'SurnameA^Given', holds: ['CT'], openedAt: null });
    const series = patient!.studies
      .flatMap((study) => study.series)
      .find((item) => item.uid === seriesUid('A'));
    expect(series).toMatchObject({
      files: 4,
      kind: 'image',
      dimensions: [16, 16, 4],
      spacing: [1, 1, 2],
      objects: [],
    });
    expect(library.status()).toMatchObject({ patients: 1, studies: 2, series: 2, objects: 5, inTrash: 0 });
    expect(library.studyObjects(instanceUid('A', 0))).toHaveLength(4);
    expect(library.objectsOfKind(studyUid('A'), 'image')).toHaveLength(4);
    expect(library.objects('1.2.3')).toEqual([]);
    library.markOpened(patient!.key);
    expect(library.tree('')[0]!.openedAt).not.toBeNull();
  });

  it('L21: finds words by their beginning, whatever their case or accents', async () => {
    const folder = scratch.folder();
    writeCtFolder(join(folder, 'a'), {
      name: 'A',
      slices: 1,
      patient: 'Weiß',
      description: 'Pelvis planning',
    });
    writeCtFolder(join(folder, 'b'), { name: 'B', slices: 1, patient: 'Núñez', description: 'Thorax' });
    const library = await scratch.library();
    await library.importPaths([folder], WHO);
    const found = (search: string): string[] => library.tree(search).map((patient) => patient.id);
    expect(found('pelv')).toEqual(['ID-Weiß']);
    expect(found('SURNAMENUN thor')).toEqual(['ID-Núñez']);
    expect(found('thorax pelvis')).toEqual([]);
    expect(found(seriesUid('B'))).toEqual(['ID-Núñez']);
    expect(found('"*^ -')).toHaveLength(2);
    expect(library.list('series', { search: 'given', modality: 'ct' })).toHaveLength(2);
    expect(library.list('objects', { patient: 'ID-Weiß' })).toMatchObject([
      { uid: instanceUid('A', 0), series: seriesUid('A'), kind: 'image' },
    ]);
  });

  it('L22: keeps settings and jobs across a restart', async () => {
    const directory = join(scratch.folder(), 'library');
    const first = await scratch.library(directory);
    first.setSetting('window.size', { width: 3 });
    first.saveJob({ id: 'x', state: 'done' });
    first.saveJob({ id: 'y', state: 'failed' });
    first.saveJob({ id: 'x', state: 'cancelled' });
    first.forgetJob('y');
    const second = await scratch.library(directory);
    expect(second.getSetting('window.size')).toEqual({ width: 3 });
    expect(second.getSetting('other')).toBeUndefined();
    expect(second.jobs()).toEqual([{ id: 'x', state: 'cancelled' }]);
  });
});

describe('trash and history', () => {
  it('L30: takes a study out and back, and undo and redo work after a restart', async () => {
    const folder = scratch.folder();
    const directory = join(scratch.folder(), 'library');
    writeCtFolder(join(folder, 'a'), { name: 'A', slices: 3 });
    writeCtFolder(join(folder, 'b'), { name: 'B', slices: 2 });
    const first = await scratch.library(directory);
    await first.importPaths([folder], WHO);
    const key = studyUid('A');
    first.toTrash('study', key, 'me');
    expect(first.status()).toMatchObject({ studies: 1, objects: 2, inTrash: 3 });
    expect(first.trash()).toMatchObject([{ what: 'study', key, objects: 3 }]);
    expect(first.changes(10)).toMatchObject({ canUndo: true, canRedo: false });
    const second = await scratch.library(directory);
    expect(second.undo('you')).toMatch(/to the trash$/);
    expect(second.status()).toMatchObject({ studies: 2, objects: 5, inTrash: 0 });
    expect(first.redo('me')).toMatch(/to the trash$/);
    expect(second.status()).toMatchObject({ studies: 1, inTrash: 3 });
    expect(second.redo('me')).toBeNull();
    second.restore('study', key, 'me');
    expect(second.objects(key)).toHaveLength(3);
    expect(second.undo('me')).toMatch(/back from the trash$/);
    expect(second.trash()).toHaveLength(1);
    expect(await second.verify({})).toMatchObject({
      objects: 5,
      bad: [],
      index: 'sound',
      auditTrail: 'sound',
    });
    expect(() => second.toTrash('patient', 'nobody', 'me')).toThrow(/no such patient/);
    expect(() => second.restore('study', 'nothing', 'me')).toThrow(/in the trash/);
  });

  it('L30: names what lies in the trash as a person would', async () => {
    const folder = scratch.folder();
    writeCtFolder(folder, { name: 'A', slices: 2 });
    const library = await scratch.library();
    await library.importPaths([folder], WHO);
    library.toTrash('patient', library.tree('')[0]!.key, 'me');
    expect(library.trash()[0]?.title).toBe('Patient SurnameA, Given');
    expect(library.changes(1).changes[0]?.what).toBe('Patient SurnameA, Given to the trash');
  });

  it('L31: empties the trash for good, files and all, and nothing before it can be undone', async () => {
    const folder = scratch.folder();
    writeCtFolder(join(folder, 'a'), { name: 'A', slices: 3 });
    writeCtFolder(join(folder, 'b'), { name: 'B', slices: 2 });
    const library = await scratch.library();
    await library.importPaths([folder], WHO);
    const patient = library.tree('').find((item) => item.id === 'ID-A')!;
    library.toTrash('patient', patient.key, 'me');
    expect(library.emptyTrash()).toMatchObject({ objects: 3 });
    expect(library.emptyTrash()).toEqual({ objects: 0, bytes: 0 });
    expect(filesUnder(join(library.directory, 'objects'))).toHaveLength(2);
    expect(library.undo('me')).toBeNull();
    expect(await library.verify({})).toMatchObject({
      objects: 2,
      bad: [],
      index: 'sound',
      auditTrail: 'sound',
    });
    expect(await library.importPaths([folder], WHO)).toMatchObject({ imported: 3, duplicates: 2 });
  });

  it('L32: an import brings back what lies in the trash', async () => {
    const folder = scratch.folder();
    writeCtFolder(folder, { name: 'A', slices: 3 });
    const library = await scratch.library();
    await library.importPaths([folder], WHO);
    library.toTrash('study', studyUid('A'), 'me');
    expect(await library.importPaths([folder], WHO)).toMatchObject({ imported: 3, duplicates: 0 });
    expect(library.trash()).toEqual([]);
    expect(library.status()).toMatchObject({ objects: 3, inTrash: 0 });
  });

  it('L33: does not bring an object back beside another one of its UID', async () => {
    const [old, fresh] = [scratch.folder(), scratch.folder()];
    writeCtFolder(old, { name: 'A', slices: 2, value: 1 });
    writeCtFolder(fresh, { name: 'A', slices: 2, value: 2 });
    const library = await scratch.library();
    await library.importPaths([old], WHO);
    library.toTrash('study', studyUid('A'), 'me');
    expect(await library.importPaths([fresh], WHO)).toMatchObject({ imported: 2, refused: [] });
    expect(() => library.undo('me')).toThrow(/imported again with other content/);
    expect(() => library.restore('study', studyUid('A'), 'me')).toThrow(/imported again with other content/);
    expect(await library.verify({})).toMatchObject({
      objects: 4,
      bad: [],
      index: 'sound',
      auditTrail: 'sound',
    });
  });
});

describe('the index', () => {
  it('L40: says of a series whose files disagree what a rebuild says', async () => {
    const folder = scratch.folder();
    // The halves of each series describe it differently.
    for (const name of ['A', 'B', 'C', 'D', 'E', 'F']) {
      const one = ctFiles({ name, slices: 3, description: 'One' });
      const two = ctFiles({ name, slices: 6, description: 'Two' }).slice(3);
      [...one, ...two].forEach((bytes, k) => writeFileSync(join(folder, `${name}${k}.dcm`), bytes));
    }
    const library = await scratch.library();
    await library.importPaths([folder], WHO);
    const found = (): unknown[] => [
      library.tree(''),
      ...['One', 'Two'].map((word) => library.tree(word).map((patient) => patient.key)),
    ];
    const before = found();
    await library.rebuildIndex({});
    expect(found()).toEqual(before);
  });

  it('L40: comes out the same when it is made anew from the objects', async () => {
    const folder = scratch.folder();
    const directory = join(scratch.folder(), 'library');
    writeCtFolder(join(folder, 'a'), { name: 'A', slices: 3 });
    writeCtFolder(join(folder, 'b'), { name: 'B', slices: 2 });
    const library = await scratch.library(directory);
    await library.importPaths([folder], WHO);
    library.toTrash('study', studyUid('B'), 'me');
    const before = { tree: library.tree(''), objects: library.list('objects', {}), status: library.status() };
    expect(await library.rebuildIndex({})).toEqual({ objects: 5 });
    const seen = (from: typeof library): object => ({
      tree: from.tree(''),
      objects: from.list('objects', {}),
      status: { ...from.status(), freeBytes: before.status.freeBytes },
    });
    expect(seen(library)).toEqual(before);
    library.close();
    for (const file of filesUnder(directory).filter((name) => name.includes('index.sqlite'))) rmSync(file);
    const again = await scratch.library(directory);
    expect(seen(again)).toEqual(before);
    expect(again.notices).toEqual([expect.stringContaining('missing')]);
  });
});
