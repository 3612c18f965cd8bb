import type { Task } from '../../../src-shared/compute/tasks/index.ts';
import {
  decodeFrames,
  interpretedSamples,
  parseDicomFile,
  sliceFactsOfFile,
  Tag,
  valueScalingsOfFile,
  type SliceFacts,
  type ValueScaling,
} from '../../../src-shared/formats/dicom/index.ts';
import { Failure, type Finding, type VoxelArray } from '../../../src-shared/model/index.ts';
import { codecAssets } from '../codecAssets.ts';
import { readBytes } from './bytes.ts';

/** What one image file says about its slices, read without its pixels. */
export interface HeaderFacts {
  readonly file: string;
  readonly seriesUid: string;
  readonly modality: string;
  readonly description: string;
  readonly patientPosition: string;
  readonly slices: readonly SliceFacts[];
  readonly scalings: readonly ValueScaling[];
  readonly repairs: readonly Finding[];
}

/** A file that is no readable image keeps its place with its reason. */
export type HeaderAnswer = HeaderFacts | { readonly file: string; readonly refusal: string };

async function headerOf(file: string): Promise<HeaderAnswer> {
  try {
    const parsed = parseDicomFile(await readBytes(file), { stopAtPixelData: true });
    const { dataSet } = parsed;
    return {
      file,
      seriesUid: dataSet.text(Tag.SeriesInstanceUID) ?? '',
      modality: dataSet.text(Tag.Modality) ?? '',
      description: dataSet.text(Tag.SeriesDescription) ?? '',
      patientPosition: dataSet.text(Tag.PatientPosition) ?? '',
      slices: sliceFactsOfFile(parsed),
      scalings: valueScalingsOfFile(parsed),
      repairs: parsed.repairs,
    };
  } catch (error) {
    if (error instanceof Failure) return { file, refusal: error.message };
    throw error;
  }
}

export const headersTask: Task<{ readonly files: readonly string[] }, readonly HeaderAnswer[]> = {
  name: 'objects.headers',
  run: ({ files }) => Promise.all(files.map(headerOf)),
};

export interface DecodedFile {
  readonly file: string;
  /** Stored values of the wanted frames, in the order asked for. */
  readonly frames: readonly VoxelArray[];
}

/** Decodes whole files; a frame's values are a copy of their own so that they can be moved. */
export const decodeTask: Task<{ readonly files: readonly { readonly file: string; readonly frames: readonly number[] }[] }, readonly DecodedFile[]> = {
  name: 'objects.decode',
  async run({ files }) {
    const decoded: DecodedFile[] = [];
    for (const { file, frames } of files) {
      const pixels = await decodeFrames(parseDicomFile(await readBytes(file)), codecAssets);
      const samples = interpretedSamples(pixels), { shape } = pixels;
      const area = shape[1] * shape[2] * shape[3];
      decoded.push({ file, frames: frames.map((frame) => samples.slice(frame * area, (frame + 1) * area)) });
    }
    return decoded;
  },
  transfer: (output) => output.flatMap(({ frames }) => frames.map((frame) => frame.buffer as ArrayBuffer)),
};

export const objectTasks: readonly Task[] = [headersTask as Task, decodeTask as Task];
