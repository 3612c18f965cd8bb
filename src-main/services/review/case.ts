import type { ReviewCase } from '../../../src-shared/api/index.ts';
import { checkLinks } from '../../../src-shared/formats/dicom/index.ts';
import { Failure, FINDING_CODES, type Finding, type ObjectKind } from '../../../src-shared/model/index.ts';
import type { Library, StoredObject } from '../../library/index.ts';
import { findingsOf } from './present.ts';

const numberOr = (value: string | number | null | undefined): number | null =>
  typeof value === 'number' ? value : null;

/** Images that a reader would take for planning first. */
const MODALITIES = ['CT', 'MR', 'PT'];
const rank = (modality: string): number =>
  MODALITIES.includes(modality) ? MODALITIES.indexOf(modality) : MODALITIES.length;

/**
 * What can be opened together with an object: everything of its study, and the choice a reader would make first,
 * found along the objects' own references.
 * @throws Failure NOT_FOUND where the library has nothing of this UID.
 */
export function reviewCaseOf(library: Library, uid: string): ReviewCase {
  const objects = library.studyObjects(uid);
  const lead = objects[0];
  if (lead === undefined)
    throw new Failure('NOT_FOUND', 'The library holds nothing of this UID any more; choose another study.');
  const of = (kind: ObjectKind): StoredObject[] => objects.filter((object) => object.kind === kind);
  const series = [...Map.groupBy(of('image'), (object) => object.series.uid)].map(([seriesUid, images]) => ({
    uid: seriesUid,
    modality: images[0]?.series.modality ?? '',
    description: images[0]?.series.description ?? '',
    files: images.length,
    frameOfReferenceUid: images[0]?.series.frameOfReferenceUid ?? null,
  }));
  return {
    patient: { key: patientKeyOf(library, lead), ...lead.patient },
    study: { uid: lead.study.uid, date: lead.study.date, description: lead.study.description },
    images: series.sort((a, b) => rank(a.modality) - rank(b.modality) || b.files - a.files),
    structures: of('structures').map((object) => ({
      uid: object.sopInstanceUid,
      label: object.label || object.series.description,
      rois: numberOr(object.facts['structures']),
    })),
    plans: of('plan').map((object) => ({
      uid: object.sopInstanceUid,
      label: object.label || object.series.description,
    })),
    doses: of('dose').map((object) => ({
      uid: object.sopInstanceUid,
      label: object.label || object.series.description,
      summation: String(object.facts['summation'] ?? ''),
      planUid: referenced(object, 'plan', objects)?.sopInstanceUid ?? null,
    })),
    suggested: suggest(objects, uid, series),
    findings: findingsOf([...missedOf(library, lead.study.uid), ...checkLinks(objects)]),
  };
}

const MODALITY_NAMES: Readonly<Record<string, string>> = {
  RTDOSE: 'dose',
  RTSTRUCT: 'structure set',
  RTPLAN: 'plan',
};

/** What of this study an import refused and has not come in since: whoever looks at the study would miss it. */
function missedOf(library: Library, studyUid: string): Finding[] {
  const missed = new Map<string, Finding>();
  for (const { file, code, reason, advice, tag, belongs } of library.refusedOf(studyUid)) {
    if (belongs === undefined) continue;
    const key = belongs.object || file;
    // Two contents of one UID: the one that the library holds is not missed.
    if (missed.has(key) || (belongs.object !== '' && library.objects(belongs.object).length > 0)) continue;
    const what = MODALITY_NAMES[belongs.modality] ?? (belongs.modality || 'object');
    missed.set(key, {
      code: FINDING_CODES.find((known) => known === code) ?? 'NOTE',
      severity: 'error',
      message: `A ${what} of this study was refused at import: ${reason} ${advice}`.trim(),
      files: [file],
      ...(tag === null ? {} : { tag }),
    });
  }
  return [...missed.values()];
}

/** The library's own key of the patient that an object belongs to. */
function patientKeyOf(library: Library, object: StoredObject): string {
  const patient = library
    .tree('')
    .find(({ studies }) => studies.some((study) => study.uid === object.study.uid));
  return patient?.key ?? '';
}

const referenced = (
  object: StoredObject,
  kind: ObjectKind,
  objects: readonly StoredObject[],
): StoredObject | undefined =>
  objects.find(
    (other) =>
      other.kind === kind && object.references.some((reference) => reference.uid === other.sopInstanceUid),
  );

const referring = (
  object: StoredObject,
  kind: ObjectKind,
  objects: readonly StoredObject[],
): StoredObject[] =>
  objects.filter(
    (other) =>
      other.kind === kind && other.references.some((reference) => reference.uid === object.sopInstanceUid),
  );

/** Sums before parts: a dose of the whole plan is what a reader looks at. */
const SUMMATIONS = ['PLAN', 'MULTI_PLAN', 'FRACTION', 'BEAM', 'CONTROL_POINT'];
const wholeFirst = (doses: readonly StoredObject[]): StoredObject[] => {
  const place = (dose: StoredObject): number => {
    const at = SUMMATIONS.indexOf(String(dose.facts['summation'] ?? ''));
    return at < 0 ? SUMMATIONS.length : at;
  };
  return [...doses].sort((a, b) => place(a) - place(b));
};

/** The choice a reader would make first among the objects of a study, beginning with what was asked for. */
export function suggest(
  objects: readonly StoredObject[],
  uid: string,
  series: ReviewCase['images'],
): ReviewCase['suggested'] {
  const asked = objects.filter((object) => object.sopInstanceUid === uid || object.series.uid === uid);
  const ask = (kind: ObjectKind): StoredObject | undefined => asked.find((object) => object.kind === kind);
  const all = (kind: ObjectKind): StoredObject[] => objects.filter((object) => object.kind === kind);

  let dose = ask('dose'),
    plan = ask('plan'),
    structures = ask('structures');
  dose ??= wholeFirst(
    plan === undefined
      ? structures === undefined
        ? all('dose')
        : connected(structures, objects)
      : referring(plan, 'dose', objects),
  )[0];
  plan ??=
    (dose && referenced(dose, 'plan', objects)) ??
    (structures && referring(structures, 'plan', objects)[0]) ??
    (dose === undefined ? all('plan')[0] : undefined);
  structures ??=
    (plan && referenced(plan, 'structures', objects)) ??
    (dose && referenced(dose, 'structures', objects)) ??
    // What was planned on other structures is not shown with these: they are there to be chosen.
    (plan?.references.some(({ kind }) => kind === 'structures') ? undefined : all('structures')[0]);
  return {
    image: ask('image')?.series.uid ?? imageOf([structures, dose, plan], objects, series),
    structures: structures?.sopInstanceUid ?? null,
    dose: dose?.sopInstanceUid ?? null,
    plan: plan?.sopInstanceUid ?? null,
  };
}

/** Doses of the plans that were made on a structure set; any dose of the study where none says so. */
function connected(structures: StoredObject, objects: readonly StoredObject[]): StoredObject[] {
  const plans = referring(structures, 'plan', objects);
  const doses = [
    ...referring(structures, 'dose', objects),
    ...plans.flatMap((plan) => referring(plan, 'dose', objects)),
  ];
  return doses.length > 0 ? doses : objects.filter((object) => object.kind === 'dose');
}

/** The series that the structures were drawn on, else one in the same frame of reference, else the first. */
function imageOf(
  objects: readonly (StoredObject | undefined)[],
  all: readonly StoredObject[],
  series: ReviewCase['images'],
): string | null {
  const [structures] = objects;
  const named = new Set(
    (structures?.references ?? []).flatMap((reference) => [reference.seriesUid, reference.uid]),
  );
  const drawnOn =
    series.find(({ uid }) => named.has(uid)) ??
    series.find(({ uid }) =>
      all.some((object) => object.series.uid === uid && named.has(object.sopInstanceUid)),
    );
  if (drawnOn !== undefined) return drawnOn.uid;
  const frames = new Set(
    objects.flatMap((object) =>
      object === undefined ? [] : [...object.frameOfReferenceUids, object.series.frameOfReferenceUid],
    ),
  );
  const same = series.find(
    ({ frameOfReferenceUid }) => frameOfReferenceUid !== null && frames.has(frameOfReferenceUid),
  );
  return (same ?? series[0])?.uid ?? null;
}
