import type {
  DoseInfo,
  RoiInfo,
  StructuresInfo,
  VolumeFigures,
  VolumeInfo,
} from '../../../src-shared/api/index.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import type { Grid } from '../../../src-shared/geometry/index.ts';
import type { Host } from '../../app/host.ts';
import { bulkValues } from '../../client/index.ts';

export interface LoadedVolume {
  readonly info: VolumeInfo;
  readonly grid: Grid;
  readonly data: Int16Array | Float32Array;
  /** Slices [from, to) that have come. */
  readonly present: readonly [number, number];
  readonly complete: boolean;
  /** What is to be said about it; empty until all of it was read. */
  readonly findings: VolumeFigures['findings'];
}

export interface LoadedRoi {
  readonly info: RoiInfo;
  readonly contours: readonly { readonly type: string; readonly points: Float64Array }[];
}

export interface LoadedStructures {
  readonly info: StructuresInfo;
  readonly rois: readonly LoadedRoi[];
}

export interface LoadedDose {
  readonly info: DoseInfo;
  readonly grid: Grid;
  readonly data: Float32Array;
}

const gridOf = (info: { dimensions: Grid['dimensions']; affine: readonly number[] }): Grid => {
  const [a, b, c, d, e, f, g, h, i, j, k, l] = info.affine;
  if (
    a === undefined ||
    b === undefined ||
    c === undefined ||
    d === undefined ||
    e === undefined ||
    f === undefined
  )
    throw new RangeError('an affine has twelve numbers');
  if (
    g === undefined ||
    h === undefined ||
    i === undefined ||
    j === undefined ||
    k === undefined ||
    l === undefined
  )
    throw new RangeError('an affine has twelve numbers');
  return { dimensions: info.dimensions, affine: [a, b, c, d, e, f, g, h, i, j, k, l] };
};

/** 16-bit integers and floats are shown as they came; other types are widened to one of the two. */
const asPicture = (values: ArrayBufferView): Int16Array | Float32Array => {
  if (values instanceof Int16Array || values instanceof Float32Array) return values;
  if (values instanceof Int8Array || values instanceof Uint8Array) return Int16Array.from(values);
  if (
    values instanceof Uint16Array ||
    values instanceof Int32Array ||
    values instanceof Uint32Array ||
    values instanceof Float64Array
  )
    return Float32Array.from(values);
  throw new Failure('DEFECT', 'The image came in a form that the window does not know. Update Fluence.');
};

/**
 * The run of slices that has come, widened by all waiting runs that touch it; the others stay waiting. Slabs come from
 * the middle outwards on both sides, so what does not touch yet soon will.
 */
export function takeTouching(
  present: readonly [number, number] | null,
  waiting: (readonly [number, number])[],
): readonly [number, number] | null {
  let run = present ?? waiting.shift() ?? null;
  for (let joined = run !== null; joined;) {
    joined = false;
    for (const one of waiting.splice(0)) {
      if (run !== null && one[0] <= run[1] && run[0] <= one[1]) {
        run = [Math.min(run[0], one[0]), Math.max(run[1], one[1])];
        joined = true;
      } else waiting.push(one);
    }
  }
  return run;
}

/**
 * Opens an image; tells each slab as it comes, the middle first, so that there is a picture long before the end.
 * `choice`: which of several volumes of the series, from 1; null for the one to look at first.
 */
export async function loadVolume(
  host: Host,
  { uid, choice }: { readonly uid: string; readonly choice: number | null },
  signal: AbortSignal,
  onPart: (volume: LoadedVolume) => void,
): Promise<LoadedVolume> {
  const info = await host.review.volume({ uid, choice });
  signal.throwIfAborted();
  const grid = gridOf(info);
  const sliceBytes = info.data.bytes / Math.max(1, grid.dimensions[2]);
  const streams = info.data.type === 'int16' || info.data.type === 'float32';
  let present: readonly [number, number] | null = null;
  const arrived: { values?: Int16Array | Float32Array } = {};
  const waiting: (readonly [number, number])[] = [];
  const fetched = host.fetchBulk(info.data, {
    signal,
    onSlab: (slab, arriving) => {
      if (!streams) return;
      const values = (arrived.values ??= asPicture(bulkValues(info.data, arriving)));
      waiting.push([
        Math.ceil(slab.offset / sliceBytes),
        Math.floor((slab.offset + slab.bytes) / sliceBytes),
      ]);
      present = takeTouching(present, waiting);
      if (present && !signal.aborted)
        onPart({ info, grid, data: values, present, complete: false, findings: [] });
    },
  });
  const buffer = await fetched.catch(async (error: unknown) => {
    // A slab that could not be read just does not come; why is told where all of it is asked about.
    if (!signal.aborted) await host.review.volumeFigures({ uid, choice });
    throw error;
  });
  signal.throwIfAborted();
  const whole = {
    info,
    grid,
    data: arrived.values ?? asPicture(bulkValues(info.data, buffer)),
    present: [0, grid.dimensions[2]],
    complete: true,
  } as const;
  onPart({ ...whole, findings: [] });
  const { findings } = await host.review.volumeFigures({ uid, choice });
  signal.throwIfAborted();
  return { ...whole, findings };
}

export async function loadStructures(
  host: Host,
  uid: string,
  signal: AbortSignal,
): Promise<LoadedStructures> {
  const info = await host.review.structures({ uid });
  const points = bulkValues(info.points, await host.fetchBulk(info.points, { signal }));
  if (!(points instanceof Float64Array))
    throw new Failure('DEFECT', 'The contours came in a form that the window does not know. Update Fluence.');
  const rois = info.rois.map((roi) => ({
    info: roi,
    contours: roi.contours.map((contour) => ({
      type: contour.type,
      points: points.subarray(contour.start * 3, (contour.start + contour.count) * 3),
    })),
  }));
  return { info, rois };
}

export async function loadDose(host: Host, uid: string, signal: AbortSignal): Promise<LoadedDose> {
  const info = await host.review.dose({ uid });
  const data = bulkValues(info.data, await host.fetchBulk(info.data, { signal }));
  if (!(data instanceof Float32Array))
    throw new Failure('DEFECT', 'The dose came in a form that the window does not know. Update Fluence.');
  return { info, grid: gridOf(info), data };
}
