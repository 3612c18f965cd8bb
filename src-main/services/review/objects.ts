import { createHash } from 'node:crypto';
import type { PlaneStack } from '../../../src-shared/compute/contours/index.ts';
import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import {
  Failure,
  type Dose,
  type Finding,
  type ObjectKind,
  type Plan,
  type Volume,
} from '../../../src-shared/model/index.ts';
import type { Library, StoredObject } from '../../library/index.ts';
import { imageDistance, openDose, openPlan, prepareSeries, type SeriesVolume } from '../objects/index.ts';
import type { PreparedCache, Sized } from '../prepared.ts';
import { rangeTask, structuresTask, type ReadStructures, type ValueRange } from './tasks.ts';

export interface PreparedVolume extends Sized {
  readonly seriesUid: string;
  readonly modality: string;
  readonly description: string;
  readonly patientPosition: string;
  /** All volumes of the series, and the number of this one. */
  readonly volumes: readonly SeriesVolume[];
  readonly number: number;
  /** In shared memory, as the window's textures want it; planes hold their values when they have been read. */
  readonly volume: Volume<Int16Array | Float32Array>;
  /** Resolves when planes k in [from, to) hold their values. Rejects with a Failure; asking again tries again. */
  read(from: number, to: number): Promise<void>;
  /** Waits for the whole volume. Rejects with a Failure. */
  figures(): Promise<VolumeFigures>;
}

/** What only all the voxels tell. */
export interface VolumeFigures {
  /** Of what is no padding; null where there is nothing else. */
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly findings: readonly Finding[];
}
export type PreparedStructures = ReadStructures & Sized;
/** Its voxels in shared memory. */
export type PreparedDose = Dose & Sized & { readonly maximum: number | null };
export type PreparedPlan = Plan & Sized;

/** Objects of the library, opened by UID and kept for the next question. */
export interface ReviewObjects {
  /**
   * Of all images of a series, as {@link images} gives them.
   * @param choice which of several volumes, from 1; null for the one to look at first.
   */
  volume(images: readonly StoredObject[], choice: number | null): Promise<PreparedVolume>;
  structures(uid: string): Promise<PreparedStructures>;
  dose(uid: string): Promise<PreparedDose>;
  plan(uid: string): Promise<PreparedPlan>;
  /** The stored object of a UID. @throws Failure NOT_FOUND, or INPUT_NOT_USABLE where it is of another kind. */
  find(uid: string, kind: ObjectKind): StoredObject;
  /** Names what an object was prepared from, fully: the kind and the hashes of its files. */
  keyOf(kind: string, objects: readonly StoredObject[]): string;
  images(uid: string): readonly StoredObject[];
}

const WHAT: Partial<Record<ObjectKind, string>> = {
  image: 'image series',
  structures: 'structure set',
  dose: 'dose',
  plan: 'plan',
};
/** For {@link ReviewObjects.keyOf}: the volumes of one series differ by nothing else. */
export const volumeKind = (choice: number | null): string =>
  choice === null ? 'volume' : `volume ${choice}`;
const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);

/** 16 bits signed or 32 bits float, in shared memory: what a texture takes. */
function asTextureValues(
  { data, ...rest }: Volume<Uint16Array>,
  maximum: number | null,
): Volume<Int16Array | Float32Array> {
  // Values of both types are the same numbers where they fit, so the same memory serves.
  if ((maximum ?? 0) <= 32767 && (rest.padding?.to ?? 0) <= 32767)
    return { ...rest, data: new Int16Array(data.buffer, data.byteOffset, data.length) };
  const wide = new Float32Array(shared(data.length * 4));
  wide.set(data);
  return { ...rest, data: wide };
}

const edgeBytes = (stacks: readonly PlaneStack[]): number =>
  stacks.reduce((sum, { sections }) => sections.reduce((own, { edges }) => own + edges.byteLength, sum), 0);

export function createReviewObjects(
  library: Library,
  runner: TaskRunner,
  cache: PreparedCache,
): ReviewObjects {
  const keyOf = (kind: string, objects: readonly StoredObject[]): string =>
    `${kind}:${createHash('sha256')
      .update(objects.map((object) => object.sha256).join())
      .digest('hex')}`;
  const path = (object: StoredObject): string => library.pathOf(object.sha256);

  function find(uid: string, kind: ObjectKind): StoredObject {
    const found = library.objects(uid);
    const object = found.find((candidate) => candidate.kind === kind);
    if (object !== undefined) return object;
    if (found.length === 0)
      throw new Failure(
        'NOT_FOUND',
        'The library holds nothing of this UID any more; choose another object.',
      );
    throw new Failure('INPUT_NOT_USABLE', `This object is no ${WHAT[kind] ?? kind}; choose another one.`);
  }

  function images(uid: string): readonly StoredObject[] {
    const first = find(uid, 'image');
    return library
      .objects(uid)
      .filter((object) => object.kind === 'image' && object.series.uid === first.series.uid);
  }

  async function prepareVolume(
    objects: readonly StoredObject[],
    choice: number | null,
  ): Promise<PreparedVolume> {
    const series = await prepareSeries(objects.map(path), {
      runner,
      purpose: 'view',
      ...(choice === null ? {} : { choice }),
    });
    const range = (volume: Volume): Promise<ValueRange> =>
      runner.run(rangeTask, { data: volume.data, padding: volume.padding });
    const { data, ...rest } = series.volume;
    // Unsigned values fit a texture of 16 bits or do not: only all of them tell.
    const volume =
      data instanceof Uint16Array
        ? asTextureValues({ ...rest, data }, (await range((await series.readAll()).volume)).maximum)
        : { ...rest, data };
    const { seriesUid, modality, description, patientPosition, volumes, number } = series;
    return {
      seriesUid,
      modality,
      description,
      patientPosition,
      volumes,
      number,
      volume,
      bytes: volume.data.byteLength,
      read: series.read,
      async figures() {
        const { findings } = await series.readAll();
        // Hashes stand where file names would: of no use to a person, and of none to the window.
        const told = findings.map(({ files: _files, ...finding }) => finding);
        return { ...(await range(volume)), findings: told };
      },
    };
  }

  async function readDose(object: StoredObject): Promise<PreparedDose> {
    const dose = await openDose(path(object), { runner });
    const data = new Float32Array(shared(dose.volume.data.byteLength));
    data.set(dose.volume.data);
    const { maximum } = await runner.run(rangeTask, { data, padding: null });
    return { ...dose, volume: { ...dose.volume, data }, maximum, bytes: data.byteLength };
  }

  return {
    find,
    images,
    keyOf,
    volume: (objects, choice) =>
      cache.get(keyOf(volumeKind(choice), objects), () => prepareVolume(objects, choice)),
    structures(uid) {
      const object = find(uid, 'structures'),
        distance = imageDistance(object, library);
      return cache.get(`${keyOf('structures', [object])}:${distance ?? ''}`, async () => {
        const read = await runner.run(structuresTask, { file: path(object), imageDistance: distance });
        return { ...read, bytes: read.points.byteLength + edgeBytes(read.stacks) };
      });
    },
    dose(uid) {
      const object = find(uid, 'dose');
      return cache.get(keyOf('dose', [object]), () => readDose(object));
    },
    plan(uid) {
      const object = find(uid, 'plan');
      return cache.get(keyOf('plan', [object]), async () => ({
        ...(await openPlan(path(object))),
        bytes: object.bytes,
      }));
    },
  };
}
