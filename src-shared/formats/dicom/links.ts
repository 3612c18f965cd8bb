import type { Finding, InstanceRecord } from '../../model/index.ts';
import { planFindings, planSeries, sliceFactsOfRecord } from './series.ts';
import { SopClassUid } from './uids.ts';

/**
 * What is wrong among the objects of a study or patient: references that lead nowhere, frames of reference that do not
 * meet, series that make no even volume. A sound set gives nothing. The outcome does not depend on the order of `records`.
 */
export function checkLinks(records: readonly InstanceRecord[]): Finding[] {
  const known = new KnownObjects(records);
  return [
    ...seriesFindings(records),
    ...records.flatMap((record) => {
      if (record.kind === 'structures') return structureSetFindings(record, known);
      if (record.kind === 'plan') return planLinkFindings(record, known);
      return record.kind === 'dose' ? doseFindings(record, known) : [];
    }),
  ];
}

class KnownObjects {
  private readonly byUid: ReadonlyMap<string, InstanceRecord>;
  private readonly joinedFrames: ReadonlyMap<string, ReadonlySet<string>>;
  readonly records: readonly InstanceRecord[];

  constructor(records: readonly InstanceRecord[]) {
    this.records = records;
    this.byUid = new Map(records.map((r) => [r.sopInstanceUid, r]));
    this.joinedFrames = joinFrames(records);
  }

  has(uid: string): boolean {
    return this.byUid.has(uid);
  }

  referenced(record: InstanceRecord, kind: InstanceRecord['kind']): InstanceRecord[] {
    return record.references.flatMap((r) => {
      const target = this.byUid.get(r.uid);
      return target?.kind === kind ? [target] : [];
    });
  }

  /** Whether two sets of frames share one, or a registration joins them; true where either is empty (nothing is known). */
  meet(a: readonly string[], b: readonly string[]): boolean {
    if (a.length === 0 || b.length === 0) return true;
    return a.some((f) => b.includes(f) || b.some((g) => this.joinedFrames.get(f)?.has(g)));
  }
}

/** Frames that registrations connect, over several steps. */
function joinFrames(records: readonly InstanceRecord[]): Map<string, Set<string>> {
  const joined = new Map<string, Set<string>>();
  for (const record of records) {
    if (record.kind !== 'registration') continue;
    const together = new Set(framesOf(record).flatMap((f) => [f, ...(joined.get(f) ?? [])]));
    for (const frame of together) joined.set(frame, together);
  }
  return joined;
}

const framesOf = (record: InstanceRecord): readonly string[] => [
  ...new Set([
    ...record.frameOfReferenceUids,
    ...(record.series.frameOfReferenceUid ? [record.series.frameOfReferenceUid] : []),
  ]),
];

const told = (
  code: Finding['code'],
  severity: Finding['severity'],
  message: string,
  record: InstanceRecord,
): Finding => ({ code, severity, message, objects: [record.sopInstanceUid] });

function structureSetFindings(record: InstanceRecord, known: KnownObjects): Finding[] {
  const findings: Finding[] = [];
  const images = [
    ...new Set(
      record.references
        .filter((r) => r.kind === 'image' || (r.kind === 'unknown' && r.seriesUid !== undefined))
        .map((r) => r.uid),
    ),
  ];
  const missing = images.filter((uid) => !known.has(uid));
  if (missing.length > 0 && missing.length === images.length) {
    findings.push(
      told(
        'REFERENCED_IMAGES_MISSING',
        'error',
        `The structure set refers to ${images.length} images that are not among the files; it cannot be shown on images until they are added.`,
        record,
      ),
    );
  } else if (missing.length > 0) {
    findings.push(
      told(
        'REFERENCED_IMAGES_MISSING',
        'warning',
        `The structure set refers to ${images.length} images, of which ${missing.length} ${missing.length === 1 ? 'is' : 'are'} not among the files.`,
        record,
      ),
    );
  }
  if (!known.meet(framesOf(record), frames(known.referenced(record, 'image')))) {
    findings.push(
      told(
        'FRAME_OF_REFERENCE_MISMATCH',
        'error',
        'The structure set lies in another frame of reference than the images it refers to; it is not shown on them.',
        record,
      ),
    );
  }
  return findings;
}

const frames = (records: readonly InstanceRecord[]): string[] => [...new Set(records.flatMap(framesOf))];

function planLinkFindings(record: InstanceRecord, known: KnownObjects): Finding[] {
  const findings = missingStructureSets(record, known, 'plan');
  if (!known.meet(framesOf(record), frames(known.referenced(record, 'structures')))) {
    findings.push(
      told(
        'FRAME_OF_REFERENCE_MISMATCH',
        'error',
        'The plan lies in another frame of reference than its structure set; its beams are not shown with these structures.',
        record,
      ),
    );
  }
  return findings;
}

function missingStructureSets(record: InstanceRecord, known: KnownObjects, what: string): Finding[] {
  if (!record.references.some((r) => r.kind === 'structures' && !known.has(r.uid))) return [];
  const others = known.records.some((r) => r.kind === 'structures' && r.study.uid === record.study.uid);
  return [
    told(
      'REFERENCED_STRUCTURE_SET_MISSING',
      'warning',
      `The ${what} refers to a structure set that is not among the files${others ? '; the one present is another and is not taken in its place' : ''}.`,
      record,
    ),
  ];
}

function doseFindings(record: InstanceRecord, known: KnownObjects): Finding[] {
  const findings = missingStructureSets(record, known, 'dose');
  if (record.references.some((r) => r.kind === 'plan' && !known.has(r.uid))) {
    findings.push(
      told(
        'REFERENCED_PLAN_MISSING',
        'warning',
        'The dose refers to a plan that is not among the files.',
        record,
      ),
    );
  }
  const plans = known.referenced(record, 'plan');
  const structures = [
    ...known.referenced(record, 'structures'),
    ...plans.flatMap((p) => known.referenced(p, 'structures')),
  ];
  const linked = [...plans, ...structures, ...structures.flatMap((s) => known.referenced(s, 'image'))];
  // A dose that leads nowhere is measured by the images of its own study
  const against =
    linked.length > 0
      ? linked
      : known.records.filter((r) => r.kind === 'image' && r.study.uid === record.study.uid);
  if (!known.meet(framesOf(record), frames(against))) {
    findings.push(
      told(
        'FRAME_OF_REFERENCE_MISMATCH',
        'error',
        `The dose lies in another frame of reference than the ${linked.length > 0 ? 'plan, structures and images it belongs to' : 'images of its study'} and no registration joins them; it is not shown with them.`,
        record,
      ),
    );
  }
  return findings;
}

/** Classes whose images are meant to be stacked. */
const STACKED: ReadonlySet<string> = new Set([
  SopClassUid.CtImage,
  SopClassUid.MrImage,
  SopClassUid.PetImage,
]);

function seriesFindings(records: readonly InstanceRecord[]): Finding[] {
  const images = records.filter((r) => r.kind === 'image' && STACKED.has(r.sopClassUid));
  return [...Map.groupBy(images, (r) => r.series.uid).values()].flatMap((series) => {
    const slices = series.map(sliceFactsOfRecord).filter((f) => f !== null);
    if (slices.length < 2) return [];
    return planFindings(planSeries(slices)).filter((f) => f.severity !== 'information');
  });
}
