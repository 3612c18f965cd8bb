import type { reviewDomain, Service } from '../../../src-shared/api/index.ts';
import type { PlaneStack } from '../../../src-shared/compute/contours/index.ts';
import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import { Failure, type Roi } from '../../../src-shared/model/index.ts';
import type { Library } from '../../library/index.ts';
import type { BulkStore, BulkValues } from '../bulkStore.ts';
import { dvhsOf } from '../dvh.ts';
import type { PreparedCache } from '../prepared.ts';
import { reviewCaseOf } from './case.ts';
import {
  createReviewObjects,
  volumeKind,
  type PreparedDose,
  type PreparedStructures,
  type PreparedVolume,
} from './objects.ts';
import {
  controlPointsOf,
  doseInfo,
  dvhInfo,
  figure,
  findingsOf,
  planInfo,
  structuresInfo,
  volumeInfo,
} from './present.ts';

export interface ReviewParts {
  readonly library: Library;
  readonly runner: TaskRunner;
  readonly cache: PreparedCache;
  readonly bulk: BulkStore;
  readonly version: string;
}

function volumeValues({ volume, read }: PreparedVolume): BulkValues {
  const { data, dimensions } = volume;
  const step = dimensions[0] * dimensions[1] * data.BYTES_PER_ELEMENT;
  return {
    type: data instanceof Int16Array ? 'int16' : 'float32',
    values: data,
    step,
    ready: (offset, bytes) => read(Math.floor(offset / step), Math.ceil((offset + bytes) / step)),
  };
}
const doseValues = ({ volume }: PreparedDose) => ({
  type: 'float32' as const,
  values: volume.data,
  step: volume.dimensions[0] * volume.dimensions[1] * 4,
});
const pointValues = ({ points }: PreparedStructures) => ({
  type: 'float64' as const,
  values: points,
  step: 24,
});

export function reviewService({
  library,
  runner,
  cache,
  bulk,
  version,
}: ReviewParts): Service<typeof reviewDomain> {
  const objects = createReviewObjects(library, runner, cache);
  return {
    open: ({ uid }) => reviewCaseOf(library, uid),
    async volume({ uid, choice }) {
      const images = objects.images(uid),
        key = objects.keyOf(volumeKind(choice), images),
        prepared = await objects.volume(images, choice);
      const data = bulk.offer(key, volumeValues(prepared), async () =>
        volumeValues(await objects.volume(images, choice)),
      );
      return volumeInfo(uid, prepared, data);
    },
    async volumeFigures({ uid, choice }) {
      const prepared = await objects.volume(objects.images(uid), choice);
      const { minimum, maximum, findings } = await prepared.figures();
      return { minimum: figure(minimum), maximum: figure(maximum), findings: findingsOf(findings) };
    },
    async structures({ uid }) {
      const key = objects.keyOf('points', [objects.find(uid, 'structures')]),
        prepared = await objects.structures(uid);
      return structuresInfo(
        prepared,
        bulk.offer(key, pointValues(prepared), async () => pointValues(await objects.structures(uid))),
      );
    },
    async dose({ uid }) {
      const object = objects.find(uid, 'dose'),
        prepared = await objects.dose(uid);
      const label = object.label || object.series.description;
      return doseInfo(
        prepared,
        label,
        bulk.offer(objects.keyOf('dose', [object]), doseValues(prepared), async () =>
          doseValues(await objects.dose(uid)),
        ),
      );
    },
    plan: async ({ uid }) => planInfo(await objects.plan(uid)),
    async controlPoints({ uid, beam }) {
      const found = (await objects.plan(uid)).beams.find(({ number }) => number === beam);
      if (found === undefined) throw new Failure('NOT_FOUND', `The plan has no beam ${beam}.`);
      return { controlPoints: controlPointsOf(found) };
    },
    async dvh(request) {
      const [{ set, stacks }, dose] = await Promise.all([
        objects.structures(request.structures),
        objects.dose(request.dose),
      ]);
      const wanted =
        request.rois.length === 0 ? null : set.rois.filter(({ number }) => request.rois.includes(number));
      const begun = performance.now();
      const { endCaps, binGy, prescription, at } = request;
      const stackOf = (roi: Roi): PlaneStack => stacks[set.rois.indexOf(roi)]!;
      const dvhs = await dvhsOf(set, wanted, dose, { endCaps, binGy, prescription, at, stackOf }, runner);
      return {
        endCaps,
        unit: dose.volume.unit === 'percent' ? 'percent' : 'Gy',
        rois: dvhs.map(dvhInfo),
        engine: `Fluence ${version}`,
        seconds: (performance.now() - begun) / 1000,
      };
    },
  };
}
