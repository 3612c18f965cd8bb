import type { InstanceRecord, ObjectKind } from '../../model/index.ts';
import type { DataSet, TagKey } from './dataSet.ts';
import { Tag } from './tags.ts';
import { sopClassOf } from './uids.ts';

type Reference = InstanceRecord['references'][number];

/** Collects references by UID; a later one that knows the series completes an earlier one that does not. */
class References {
  readonly #byUid = new Map<string, Reference>();

  add(item: DataSet, kind?: ObjectKind, seriesUid?: string): void {
    const uid = item.text(Tag.ReferencedSOPInstanceUID);
    if (!uid) return;
    const known = this.#byUid.get(uid);
    if (known?.seriesUid || (known && !seriesUid)) return;
    const found = kind ?? sopClassOf(item.text(Tag.ReferencedSOPClassUID) ?? '')?.kind ?? 'unknown';
    this.#byUid.set(uid, seriesUid ? { uid, kind: found, seriesUid } : { uid, kind: found });
  }

  list(): Reference[] {
    return [...this.#byUid.values()];
  }
}

/** Referenced Series Sequence and its like: series, then instances. */
function addSeries(references: References, owner: DataSet, seriesTag: TagKey, instanceTag: TagKey): void {
  for (const series of owner.items(seriesTag)) {
    const uid = series.text(Tag.SeriesInstanceUID);
    for (const instance of series.items(instanceTag)) references.add(instance, undefined, uid);
  }
}

function addStructureReferences(references: References, dataSet: DataSet): void {
  for (const frame of dataSet.items(Tag.ReferencedFrameOfReferenceSequence)) {
    for (const study of frame.items(Tag.RTReferencedStudySequence)) {
      for (const series of study.items(Tag.RTReferencedSeriesSequence)) {
        const uid = series.text(Tag.SeriesInstanceUID);
        for (const image of series.items(Tag.ContourImageSequence)) references.add(image, 'image', uid);
      }
    }
  }
  for (const roi of dataSet.items(Tag.ROIContourSequence)) {
    for (const contour of roi.items(Tag.ContourSequence)) {
      for (const image of contour.items(Tag.ContourImageSequence)) references.add(image, 'image');
    }
  }
}

/** What an object refers to. Images do not name what they were made from: its absence says nothing about them. */
export function referencesOf(dataSet: DataSet, kind: ObjectKind): Reference[] {
  const references = new References();
  if (kind === 'structures') addStructureReferences(references, dataSet);
  if (kind === 'dose' || kind === 'plan' || kind === 'image' || kind === 'other') {
    for (const item of dataSet.items(Tag.ReferencedRTPlanSequence)) references.add(item, 'plan');
    for (const item of dataSet.items(Tag.ReferencedStructureSetSequence)) references.add(item, 'structures');
  }
  if (kind === 'dose' || kind === 'plan')
    for (const item of dataSet.items(Tag.ReferencedDoseSequence)) references.add(item, 'dose');
  if (kind === 'image') return references.list();
  addSeries(references, dataSet, Tag.ReferencedSeriesSequence, Tag.ReferencedInstanceSequence);
  for (const study of dataSet.items(Tag.StudiesContainingOtherReferencedInstancesSequence)) {
    addSeries(references, study, Tag.ReferencedSeriesSequence, Tag.ReferencedInstanceSequence);
  }
  for (const study of dataSet.items(Tag.CurrentRequestedProcedureEvidenceSequence)) {
    addSeries(references, study, Tag.ReferencedSeriesSequence, Tag.ReferencedSOPSequence);
  }
  for (const registration of [
    ...dataSet.items(Tag.RegistrationSequence),
    ...dataSet.items(Tag.DeformableRegistrationSequence),
  ]) {
    for (const image of registration.items(Tag.ReferencedImageSequence)) references.add(image);
  }
  return references.list();
}

/** All frames of reference an object speaks of, its own first. */
export function frameOfReferenceUidsOf(dataSet: DataSet): string[] {
  const uids = new Set<string>();
  const add = (owner: DataSet, tag: TagKey): void => {
    const uid = owner.text(tag);
    if (uid) uids.add(uid);
  };
  add(dataSet, Tag.FrameOfReferenceUID);
  for (const item of dataSet.items(Tag.ReferencedFrameOfReferenceSequence))
    add(item, Tag.FrameOfReferenceUID);
  for (const item of dataSet.items(Tag.StructureSetROISequence)) add(item, Tag.ReferencedFrameOfReferenceUID);
  for (const item of dataSet.items(Tag.RegistrationSequence)) add(item, Tag.FrameOfReferenceUID);
  for (const item of dataSet.items(Tag.DeformableRegistrationSequence))
    add(item, Tag.SourceFrameOfReferenceUID);
  return [...uids];
}
