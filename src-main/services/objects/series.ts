import { basename } from 'node:path';
import {
  beginVolume,
  planSeries,
  shownVolume,
  soleVolume,
  type SliceSource,
} from '../../../src-shared/formats/dicom/index.ts';
import { Failure, type Finding } from '../../../src-shared/model/index.ts';
import { fillTask, headersTask, type HeaderFacts } from './tasks.ts';
import type { OpenSeries, PreparedSeries, ReadOptions } from './types.ts';

/** Files a worker takes at once: enough to keep it busy, few enough that the first plane comes soon. */
const HEADERS_PER_TASK = 32,
  FILES_PER_TASK = 4;

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += size) result.push(items.slice(at, at + size));
  return result;
}

/** From the middle outwards: the plane that is shown first comes first. */
function middleFirst<T>(items: readonly T[]): T[] {
  const result: T[] = [];
  for (let low = (items.length - 1) >> 1, high = low + 1; low >= 0 || high < items.length; low--, high++) {
    if (low >= 0) result.push(items[low]!);
    if (high < items.length) result.push(items[high]!);
  }
  return result;
}

/**
 * What the files of one series say about their slices, without the pixels.
 * @throws Failure INPUT_NOT_USABLE where there is no image, or there are several series.
 */
export async function readHeaders(
  files: readonly string[],
  { runner, signal }: ReadOptions,
): Promise<{ images: HeaderFacts[]; findings: Finding[] }> {
  const pass = signal ? { signal } : {};
  const answers = (
    await Promise.all(
      chunks(files, HEADERS_PER_TASK).map((part) => runner.run(headersTask, { files: part }, pass)),
    )
  ).flat();
  const findings: Finding[] = [];
  const images: HeaderFacts[] = [];
  for (const answer of answers) {
    if ('refusal' in answer)
      findings.push({
        code: 'FILE_UNREADABLE',
        severity: 'warning',
        message: `${basename(answer.file)} was left out: ${answer.refusal}`,
        files: [answer.file],
      });
    else images.push(answer);
  }
  const refused = answers.find((answer) => 'refusal' in answer);
  if (images.length === 0)
    throw new Failure(
      'INPUT_NOT_USABLE',
      refused && 'refusal' in refused ? refused.refusal : 'There is no image among the files.',
    );
  const seriesUids = new Set(images.map((image) => image.seriesUid));
  if (seriesUids.size > 1)
    throw new Failure(
      'INPUT_NOT_USABLE',
      `The files belong to ${seriesUids.size} series; name the files of one, or import them and name its UID.`,
    );
  for (const image of images) findings.push(...image.repairs);
  return { images, findings };
}

/** Workers fill the volume in place, and the window's bulk data and the engines read it there. */
const allocate = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);

/** Which slices the planes k in [from, to) are made of. */
const slicesOf = (sources: readonly SliceSource[]): number[] =>
  sources.flatMap((source) =>
    source.kind === 'slice' ? [source.slice] : source.kind === 'between' ? [source.below, source.above] : [],
  );

/**
 * Reads the headers of one series (or one multi-frame file). Files that are no images of the series are told.
 * @throws Failure INPUT_NOT_USABLE where they make no volume.
 */
export async function prepareSeries(files: readonly string[], options: ReadOptions): Promise<PreparedSeries> {
  const { runner, signal, purpose = 'work', choice } = options;
  const pass = signal ? { signal } : {};
  const { images, findings } = await readHeaders(files, options);
  const planned = planSeries(images.flatMap((image) => image.slices));
  const plan = purpose === 'view' ? shownVolume(planned, choice) : soleVolume(planned, choice);
  const assembly = beginVolume(
    plan,
    images.flatMap((image) => image.scalings),
    { allocate },
  );
  const sources = images.flatMap((image) =>
    image.slices.map((slice) => ({ file: image.file, frame: slice.frame })),
  );

  // Each file is decoded once, whatever the number of its frames; only those that the plan uses are asked for.
  const wanted = new Map<string, { frame: number; slice: number }[]>();
  for (const slice of new Set(slicesOf(plan.slices))) {
    const { file, frame } = sources[slice]!;
    const known = wanted.get(file);
    if (known) known.push({ frame, slice });
    else wanted.set(file, [{ frame, slice }]);
  }
  const reading = new Map<string, Promise<void>>();
  /** Of the pixels of the files, each sentence once. */
  const doubts = new Map<string, Finding>();
  let arrived = 0;

  async function fill(part: readonly string[]): Promise<void> {
    try {
      const frames = part.map((file) => wanted.get(file) ?? []);
      const places = frames.map((own) =>
        own.map(({ frame, slice }) => ({ frame, ...assembly.place(slice)! })),
      );
      const done = await runner.run(
        fillTask,
        { files: part.map((file, n) => ({ file, frames: places[n]! })) },
        pass,
      );
      done.forEach(({ rescaled, doubts: own }, f) => {
        rescaled.forEach((one, n) => assembly.arrived(frames[f]![n]!.slice, one));
        for (const doubt of own) doubts.set(doubt.message, doubt);
      });
      arrived += part.length;
      options.onProgress?.(arrived / wanted.size);
    } catch (error) {
      for (const file of part) reading.delete(file);
      throw error;
    }
  }

  /** Begins what has not begun, in this order, and waits for all. */
  async function readSlices(slices: readonly number[]): Promise<void> {
    const needed = [...new Set(slices.map((slice) => sources[slice]!.file))];
    for (const part of chunks(
      needed.filter((file) => !reading.has(file)),
      FILES_PER_TASK,
    )) {
      const filled = fill(part);
      for (const file of part) reading.set(file, filled);
    }
    await Promise.all(needed.flatMap((file) => reading.get(file) ?? []));
  }

  const lead = images[0]!;
  return {
    seriesUid: lead.seriesUid,
    modality: lead.modality,
    description: lead.description,
    patientPosition: lead.patientPosition,
    volumes: planned.volumes.map(({ label, refusal }, n) => ({
      number: n + 1,
      label,
      refusal: refusal?.message ?? null,
    })),
    // Labels and slices are those of the planned one, of which `plan` is a copy with the findings of the series.
    number: planned.volumes.findIndex(({ slices }) => slices === plan.slices) + 1,
    volume: assembly.volume,
    read: (from, to) => readSlices(slicesOf(plan.slices.slice(from, to))),
    async readAll() {
      await readSlices(slicesOf(middleFirst(plan.slices)));
      const finished = assembly.finish();
      return { volume: finished.volume, findings: [...findings, ...doubts.values(), ...finished.findings] };
    },
  };
}

/**
 * As {@link prepareSeries}, and begins at once to read all of it.
 * @throws Failure INPUT_NOT_USABLE where the files make no volume.
 */
export async function openSeries(files: readonly string[], options: ReadOptions): Promise<OpenSeries> {
  const { read: _read, readAll, ...series } = await prepareSeries(files, options);
  return { ...series, done: readAll() };
}
