import { basename } from 'node:path';
import {
  beginVolume,
  planSeries,
  soleVolume,
  type ValueScaling,
} from '../../../src-shared/formats/dicom/index.ts';
import { Failure, type Finding } from '../../../src-shared/model/index.ts';
import { decodeTask, headersTask, type HeaderFacts } from './tasks.ts';
import type { OpenSeries, ReadOptions } from './types.ts';

/** Files a worker takes at once: enough to keep it busy, few enough that the first plane comes soon. */
const HEADERS_PER_TASK = 32, FILES_PER_TASK = 4;

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
export async function readHeaders(files: readonly string[], { runner, signal }: ReadOptions): Promise<{ images: HeaderFacts[]; findings: Finding[] }> {
  const pass = signal ? { signal } : {};
  const answers = (await Promise.all(chunks(files, HEADERS_PER_TASK).map((part) => runner.run(headersTask, { files: part }, pass)))).flat();
  const findings: Finding[] = [];
  const images: HeaderFacts[] = [];
  for (const answer of answers) {
    if ('refusal' in answer) findings.push({ code: 'FILE_UNREADABLE', severity: 'warning', message: `${basename(answer.file)} was left out: ${answer.refusal}`, files: [answer.file] });
    else images.push(answer);
  }
  const refused = answers.find((answer) => 'refusal' in answer);
  if (images.length === 0) throw new Failure('INPUT_NOT_USABLE', refused && 'refusal' in refused ? refused.refusal : 'There is no image among the files.');
  const seriesUids = new Set(images.map((image) => image.seriesUid));
  if (seriesUids.size > 1) throw new Failure('INPUT_NOT_USABLE', `The files belong to ${seriesUids.size} series; name the files of one, or import them and name its UID.`);
  for (const image of images) findings.push(...image.repairs);
  return { images, findings };
}

/**
 * Reads the images of one series (or one multi-frame file). Files that are no images of the series are told.
 * @throws Failure INPUT_NOT_USABLE where they make no volume.
 */
export async function openSeries(files: readonly string[], options: ReadOptions & { readonly allocate?: (bytes: number) => ArrayBufferLike }): Promise<OpenSeries> {
  const { runner, signal } = options;
  const pass = signal ? { signal } : {};
  const { images, findings } = await readHeaders(files, options);

  const facts = images.flatMap((image) => image.slices);
  const scalings: ValueScaling[] = images.flatMap((image) => image.scalings);
  const sources = images.flatMap((image) => image.slices.map((slice) => ({ file: image.file, frame: slice.frame })));
  const plan = soleVolume(planSeries(facts));
  const assembly = beginVolume(plan, scalings, options.allocate ? { allocate: options.allocate } : {});

  // Each file is decoded once, whatever the number of its frames; only those that the plan uses are asked for.
  const wanted = new Map<string, { frame: number; slice: number }[]>();
  const order: number[] = plan.slices.flatMap((source) => (source.kind === 'slice' ? [source.slice] : source.kind === 'between' ? [source.below, source.above] : []));
  for (const slice of new Set(middleFirst(order))) {
    const { file, frame } = sources[slice]!;
    wanted.set(file, [...(wanted.get(file) ?? []), { frame, slice }]);
  }

  async function decode(): Promise<{ volume: OpenSeries['volume']; findings: readonly Finding[] }> {
    let arrived = 0;
    const work = chunks([...wanted], FILES_PER_TASK).map(async (part) => {
      const decoded = await runner.run(decodeTask, { files: part.map(([file, frames]) => ({ file, frames: frames.map(({ frame }) => frame) })) }, pass);
      decoded.forEach(({ frames }, f) => frames.forEach((values, n) => assembly.put(part[f]![1][n]!.slice, values)));
      arrived += part.length;
      options.onProgress?.(arrived / wanted.size);
    });
    await Promise.all(work);
    const finished = assembly.finish();
    return { volume: finished.volume, findings: [...findings, ...finished.findings] };
  }

  const lead = images[0]!;
  return {
    seriesUid: lead.seriesUid,
    modality: lead.modality,
    description: lead.description,
    patientPosition: lead.patientPosition,
    volume: assembly.volume,
    done: decode(),
  };
}
