import { gridSpacing } from '../../../src-shared/geometry/index.ts';
import { planSeries, sliceFactsOfRecord, type SliceFacts } from '../../../src-shared/formats/dicom/index.ts';
import type { InstanceRecord } from '../../../src-shared/model/index.ts';

/** Where images are looked up: the library, mostly. */
export interface Holdings {
  objects(uid: string): readonly InstanceRecord[];
}

/** mm between the slices of a series; null where it has no two. */
export function sliceDistance(slices: readonly SliceFacts[]): number | null {
  const volume = planSeries(slices).volumes[0];
  return volume === undefined || volume.slices.length < 2 ? null : gridSpacing(volume)[2];
}

/** mm between the images that a structure set was drawn on; null where they are not there. */
export function imageDistance(structures: InstanceRecord, holdings: Holdings): number | null {
  const image = structures.references.find(
    (reference) => reference.seriesUid !== undefined || reference.kind === 'image',
  );
  if (image === undefined) return null;
  const drawnOn = holdings.objects(image.seriesUid ?? image.uid).find((object) => object.kind === 'image');
  if (drawnOn === undefined) return null;
  const series = holdings
    .objects(drawnOn.series.uid)
    .filter((object) => object.kind === 'image' && object.series.uid === drawnOn.series.uid);
  return sliceDistance(series.map(sliceFactsOfRecord).filter((slice) => slice !== null));
}
