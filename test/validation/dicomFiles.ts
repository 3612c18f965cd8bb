import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codecAssets } from '../../src-main/services/codecAssets.ts';
import {
  assembleVolume,
  decodeFrames,
  interpretedSamples,
  parseDicomFile,
  planSeries,
  readDose,
  sliceFactsOfFile,
  soleVolume,
  valueScalingsOfFile,
  type DicomFile,
  type SliceFacts,
  type ValueScaling,
} from '../../src-shared/formats/dicom/index.ts';
import {
  isFailure,
  type Dose,
  type Finding,
  type Volume,
  type VoxelArray,
} from '../../src-shared/model/index.ts';

/** Unpacked validation data. */
export const cache = (...parts: string[]): string =>
  join(process.env['FLUENCE_VALIDATION_CACHE'] ?? '.cache/data', ...parts);

/** The caller says what it knows the file to hold. */
export const readJson = (...parts: string[]): unknown => JSON.parse(readFileSync(cache(...parts), 'utf8'));

export const filesIn = (directory: string): string[] =>
  readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      return statSync(path).isDirectory() ? filesIn(path) : [path];
    });

export const readDicom = (...parts: string[]): DicomFile =>
  parseDicomFile(new Uint8Array(readFileSync(cache(...parts))));

/** The DICOM files of a folder; others are passed over. */
export function dicomIn(...parts: string[]): DicomFile[] {
  return filesIn(cache(...parts)).flatMap((path) => {
    try {
      return [parseDicomFile(new Uint8Array(readFileSync(path)))];
    } catch (error) {
      if (isFailure(error)) return [];
      throw error;
    }
  });
}

export async function framesOf(file: DicomFile): Promise<VoxelArray[]> {
  const decoded = await decodeFrames(file, codecAssets);
  const samples = interpretedSamples(decoded),
    [frames, rows, columns] = decoded.shape;
  return Array.from({ length: frames }, (_, n) =>
    samples.subarray(n * rows * columns, (n + 1) * rows * columns),
  );
}

export const doseOf = async (file: DicomFile): Promise<Dose> => readDose(file, await framesOf(file));

/** The one volume of the images of a series. */
export async function volumeOf(
  files: readonly DicomFile[],
): Promise<{ volume: Volume; findings: readonly Finding[] }> {
  const facts: SliceFacts[] = [],
    scalings: ValueScaling[] = [],
    stored: VoxelArray[] = [];
  for (const file of files) {
    facts.push(...sliceFactsOfFile(file));
    scalings.push(...valueScalingsOfFile(file));
    stored.push(...(await framesOf(file)));
  }
  return assembleVolume(soleVolume(planSeries(facts)), scalings, stored);
}
