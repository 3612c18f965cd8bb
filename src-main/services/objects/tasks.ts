import { basename } from 'node:path';
import type { Task } from '../../../src-shared/compute/tasks/index.ts';
import {
  decodeFrames,
  type DecodedPixels,
  interpretedSamples,
  parseDicomFile,
  parseDicomHead,
  rescaleInto,
  sliceFactsOfFile,
  Tag,
  validatePixels,
  valueScalingsOfFile,
  type DicomFile,
  type Rescaled,
  type RescaleTarget,
  type SliceFacts,
  type Scaling,
  type ValueScaling,
} from '../../../src-shared/formats/dicom/index.ts';
import { Failure, type Finding, type VoxelArray } from '../../../src-shared/model/index.ts';
import { codecAssets } from '../codecAssets.ts';
import { createFileBuffer, readBytes, type FileBuffer } from './bytes.ts';

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

/** The headers of most images end within the first of these; of others more is read, in the end all. */
const HEAD_BYTES = [16 * 1024, 256 * 1024];

function readHeader(file: string, buffer: FileBuffer): DicomFile {
  for (const most of HEAD_BYTES) {
    const { bytes, isWhole } = buffer.read(file, most);
    const parsed = isWhole ? null : parseDicomHead(bytes);
    if (parsed) return parsed;
    if (isWhole) break;
  }
  return parseDicomFile(buffer.read(file).bytes, { stopAtPixelData: true, fileName: basename(file) });
}

/** More frames than this are believed only of a file that holds them: each takes memory before any pixel is read. */
const BELIEVED_FRAMES = 1024;

function headerOf(file: string, buffer: FileBuffer): HeaderAnswer {
  try {
    const parsed = readHeader(file, buffer);
    const { dataSet } = parsed;
    if ((dataSet.number(Tag.NumberOfFrames) ?? 1) > BELIEVED_FRAMES) {
      const fileName = basename(file);
      validatePixels(parseDicomFile(buffer.read(file).bytes, { fileName }), fileName);
    }
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
  run({ files }) {
    const buffer = createFileBuffer();
    return files.map((file) => headerOf(file, buffer));
  },
};

export interface DecodedFile {
  readonly file: string;
  /** Stored values of the wanted frames, in the order asked for. */
  readonly frames: readonly VoxelArray[];
  /** What is to be known before trusting them. */
  readonly doubts: readonly Finding[];
}

type Values = Pick<DecodedPixels, 'shape' | 'doubts'> & { readonly samples: VoxelArray };

/** What a file's samples stand for, padding kept as it is. */
async function valuesOf(bytes: Uint8Array): Promise<Values> {
  const parsed = parseDicomFile(bytes),
    pixels = await decodeFrames(parsed, codecAssets);
  const scaling = valueScalingsOfFile(parsed)[0];
  const padding = scaling?.table === undefined ? scaling?.padding : scaling.table.padding;
  const samples = interpretedSamples(pixels, padding ?? null);
  return { samples, shape: pixels.shape, doubts: pixels.doubts };
}

/** Decodes whole files; a frame's values are a copy of their own so that they can be moved. */
export const decodeTask: Task<
  { readonly files: readonly { readonly file: string; readonly frames: readonly number[] }[] },
  readonly DecodedFile[]
> = {
  name: 'objects.decode',
  async run({ files }) {
    const decoded: DecodedFile[] = [];
    for (const { file, frames } of files) {
      const { samples, shape, doubts } = await valuesOf(await readBytes(file));
      const area = shape[1] * shape[2] * shape[3];
      decoded.push({
        file,
        frames: frames.map((frame) => samples.slice(frame * area, (frame + 1) * area)),
        doubts,
      });
    }
    return decoded;
  },
  transfer: (output) => output.flatMap(({ frames }) => frames.map((frame) => frame.buffer as ArrayBuffer)),
};

export interface FillInput {
  readonly files: readonly {
    readonly file: string;
    readonly frames: readonly {
      readonly frame: number;
      readonly scaling: Scaling;
      /** In shared memory: where the values of this frame go. */
      readonly target: RescaleTarget;
    }[];
  }[];
}

export interface FilledFile {
  /** What was done to the values of each frame. */
  readonly rescaled: readonly Rescaled[];
  readonly doubts: readonly Finding[];
}

/** Decodes and rescales frames straight to where they belong, file by file. */
export const fillTask: Task<FillInput, readonly FilledFile[]> = {
  name: 'objects.fill',
  async run({ files }) {
    const buffer = createFileBuffer();
    const done: FilledFile[] = [];
    for (const { file, frames } of files) {
      const { samples, shape, doubts } = await valuesOf(buffer.read(file).bytes);
      const area = shape[1] * shape[2] * shape[3];
      const rescaled = frames.map(({ frame, scaling, target }) =>
        rescaleInto(samples.subarray(frame * area, (frame + 1) * area), scaling, target),
      );
      done.push({ rescaled, doubts });
    }
    return done;
  },
};

export const objectTasks: readonly Task[] = [headersTask, decodeTask, fillTask];
