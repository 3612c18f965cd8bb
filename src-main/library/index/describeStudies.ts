import {
  checkLinks,
  planSeries,
  sliceFactsOfRecord,
  soleVolume,
} from '../../../src-shared/formats/dicom/index.ts';
import { gridSpacing, type Vector3 } from '../../../src-shared/geometry/index.ts';
import { isFailure, type Finding } from '../../../src-shared/model/index.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import type { StoredObject } from '../types.ts';
import { mergeFindings, ownFindings } from './findings.ts';
import { objectsOf } from './records.ts';

/**
 * Works out anew, for every patient that has changed, what can only be said of objects together: the volumes of series,
 * the links among objects. Links are looked for among all studies of the patient.
 */
export function describeStudies(index: WritableDatabase): void {
  while (describeNext(index)) continue;
}

/** The same for one patient that has changed; false where there is none left. */
export function describeNext(index: WritableDatabase): boolean {
  const next = index.first<{ patient: string }>(
    'SELECT patient FROM studies WHERE described = 0 ORDER BY id LIMIT 1',
  )[0];
  if (next !== undefined) describePatient(index, next.patient);
  return next !== undefined;
}

/** What is wrong within a study, without what its objects say of themselves. */
export function studyFindings(index: ReadableDatabase, study: number): Finding[] {
  const row = index.first<{ findings: string }>('SELECT findings FROM studies WHERE id = ?', study)[0];
  return row === undefined ? [] : (JSON.parse(row.findings) as Finding[]);
}

function describePatient(index: WritableDatabase, patient: string): void {
  const all = objectsOf(index, patient);
  const links = checkLinks(all);
  for (const { id, uid } of index.all<{ id: number; uid: string }>(
    'SELECT id, uid FROM studies WHERE patient = ?',
    patient,
  )) {
    const objects = all.filter((object) => object.study.uid === uid);
    for (const [series, own] of Map.groupBy(objects, (object) => object.series.uid))
      describeSeries(index, id, series, own, links);
    index.run(
      'UPDATE studies SET findings = ?, described = 1 WHERE id = ?',
      JSON.stringify(mergeFindings(about(objects, links))),
      id,
    );
  }
}

function describeSeries(
  index: WritableDatabase,
  study: number,
  uid: string,
  objects: readonly StoredObject[],
  links: readonly Finding[],
): void {
  const images = objects.filter((object) => object.kind === 'image');
  const volume = images.length === 0 ? null : volumeOf(images);
  index.run(
    'UPDATE series SET dimensions = ?, spacing = ?, kind = coalesce(?, kind), findings = ? WHERE study = ? AND uid = ?',
    volume && JSON.stringify(volume.dimensions),
    volume && JSON.stringify(volume.spacing),
    (images[0] ?? objects[0])?.kind ?? null,
    JSON.stringify(mergeFindings([...ownFindings(objects), ...about(objects, links)])),
    study,
    uid,
  );
}

function about(objects: readonly StoredObject[], findings: readonly Finding[]): Finding[] {
  const uids = new Set(objects.map((object) => object.sopInstanceUid));
  return findings.filter((finding) => finding.objects?.some((uid) => uids.has(uid)) ?? false);
}

/** Voxels and spacing where the images make one even volume; else null. */
function volumeOf(images: readonly StoredObject[]): { dimensions: Vector3; spacing: Vector3 } | null {
  try {
    const volume = soleVolume(planSeries(images.map(sliceFactsOfRecord).filter((facts) => facts !== null)));
    return { dimensions: volume.dimensions, spacing: gridSpacing(volume) };
  } catch (error) {
    if (isFailure(error)) return null;
    throw error;
  }
}
