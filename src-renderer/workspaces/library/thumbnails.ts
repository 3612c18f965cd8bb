import type { Bulk, VolumeInfo } from '../../../src-shared/api/index.ts';
import type { Host } from '../../app/host.ts';
import { bulkValues } from '../../client/index.ts';

/** A grey picture of one axial plane, as tall as it is wide in millimetres. */
export interface Thumb {
  readonly width: number;
  readonly height: number;
  readonly aspect: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

const CT_WINDOW = { centre: 40, width: 400 };

/** Window of a plane without a convention: from its 1st to its 99th percentile. */
function percentileWindow(values: ArrayLike<number>): { centre: number; width: number } {
  const sample: number[] = [];
  const step = Math.max(1, Math.floor(values.length / 4096));
  for (let index = 0; index < values.length; index += step) sample.push(values[index] ?? 0);
  sample.sort((a, b) => a - b);
  const low = sample[Math.floor(sample.length * 0.01)] ?? 0;
  const high = sample[Math.floor(sample.length * 0.99)] ?? 1;
  return { centre: (low + high) / 2, width: Math.max(1e-6, high - low) };
}

export function paintPlane(
  values: ArrayLike<number>,
  columns: number,
  rows: number,
  window: { centre: number; width: number },
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(columns * rows * 4);
  const low = window.centre - window.width / 2;
  for (let index = 0; index < columns * rows; index += 1) {
    const grey = (((values[index] ?? 0) - low) / window.width) * 255;
    pixels.set([grey, grey, grey, 255], index * 4);
  }
  return pixels;
}

/** The plane nearest to the middle that shows something: one that is missing from the series is all one value. */
export function fullPlane<T extends ArrayLike<number> & { subarray(from: number, to: number): T }>(
  values: T,
  area: number,
  middle: number,
): T {
  const planes = Math.floor(values.length / area);
  const plane = (index: number): T => values.subarray(index * area, (index + 1) * area);
  const isFull = (index: number): boolean => {
    if (index < 0 || index >= planes) return false;
    const one = plane(index);
    for (let n = 1; n < area; n += 1) if (one[n] !== one[0]) return true;
    return false;
  };
  for (let away = 0; away < planes; away += 1) {
    if (isFull(middle + away)) return plane(middle + away);
    if (isFull(middle - away)) return plane(middle - away);
  }
  return plane(middle);
}

async function middlePlane(host: Host, info: VolumeInfo): Promise<Thumb> {
  const [columns, rows, slices] = info.dimensions;
  const planeBytes = info.data.bytes / Math.max(1, slices);
  const offset = Math.floor(slices / 2) * planeBytes;
  const slab =
    info.data.slabs.find((one) => one.offset <= offset && offset + planeBytes <= one.offset + one.bytes) ??
    info.data.slabs[0];
  if (!slab) throw new RangeError('the volume has no slabs');
  // Only the slab that holds the middle plane travels, into a buffer of its own size.
  const part: Bulk = { ...info.data, bytes: slab.bytes, slabs: [{ ...slab, offset: 0 }] };
  const all = bulkValues(part, await host.fetchBulk(part));
  const middle = Math.round(
    Math.max(0, Math.min(offset - slab.offset, slab.bytes - planeBytes)) / planeBytes,
  );
  const values = fullPlane(all, columns * rows, middle);
  const window = info.unit === 'HU' ? CT_WINDOW : percentileWindow(values);
  const [xx, xy, xz] = [info.affine[0] ?? 1, info.affine[4] ?? 0, info.affine[8] ?? 0];
  const [yx, yy, yz] = [info.affine[1] ?? 0, info.affine[5] ?? 1, info.affine[9] ?? 0];
  return {
    width: columns,
    height: rows,
    aspect: (Math.hypot(xx, xy, xz) * columns) / (Math.hypot(yx, yy, yz) * rows),
    pixels: paintPlane(values, columns, rows, window),
  };
}

const known = new Map<string, Promise<Thumb>>();
let queue: Promise<unknown> = Promise.resolve();

/** One at a time and kept for the window's life: a picture must not get in the way of work. */
export function thumbnail(host: Host, uid: string): Promise<Thumb> {
  let picture = known.get(uid);
  if (!picture) {
    const work = queue.then(async () => middlePlane(host, await host.review.volume({ uid, choice: null })));
    picture = work;
    queue = work.catch(() => undefined);
    known.set(uid, work);
  }
  return picture;
}
