// The DICOM zoo: pixels, outcomes, hostile files and character sets as its catalogue says.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSeries } from '../../src-main/services/objects/index.ts';
import { codecAssets } from '../../src-main/services/codecAssets.ts';
import { inlineRunner } from '../../src-shared/compute/tasks/index.ts';
import {
  decodeFrames,
  parseDicomFile,
  readRecord,
  Tag,
  type DecodedPixels,
} from '../../src-shared/formats/dicom/index.ts';
import { Failure } from '../../src-shared/model/index.ts';

const catalogueFile = join(process.env['FLUENCE_VALIDATION_DATA'] ?? '../shared', 'data/zoo/catalogue.json');
const zoo = join(process.env['FLUENCE_VALIDATION_CACHE'] ?? '.cache/data', 'zoo');

interface Decoded {
  readonly shape: readonly number[];
  readonly sha256?: string;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}
interface Entry {
  readonly file: string;
  readonly samples?: number;
  readonly decoded?: Decoded | null;
  readonly expected: { readonly outcome: string };
}
interface Catalogue {
  readonly collected: readonly Entry[];
  readonly charsets: readonly { readonly file: string; readonly patient_name: string | null }[];
}
interface Hostile {
  readonly files: readonly { readonly file: string; readonly expected: string }[];
}

const isThere = existsSync(catalogueFile) && existsSync(zoo);
const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const catalogue = isThere ? (json(catalogueFile) as Catalogue) : { collected: [], charsets: [] };
const hostile = isThere ? (json(join(zoo, 'generated/hostile/expected.json')) as Hostile).files : [];
const load = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(zoo, ...path)));
const decode = (file: string): Promise<DecodedPixels> =>
  decodeFrames(parseDicomFile(load('collected', file)), codecAssets);
const hashOf = ({ samples }: DecodedPixels): string =>
  createHash('sha256')
    .update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    .digest('hex');

/** Entries whose catalogued pixels are not those of the file: the equal image of another file is the reference. */
const SIBLING: Readonly<Record<string, string>> = {
  // 8-bit samples in big-endian words: the catalogue's reader did not turn the words
  'pydicom/SC_rgb_small_odd_big_endian.dcm': 'pydicom/SC_rgb_small_odd.dcm',
  // Near lossless: the catalogue's decoder gave zeros only
  'dicomparser/CT0012.fragmented_no_bot_jpeg_ls.81.dcm':
    'dicomparser/CT0012.not_fragmented_no_bot_jpeg_ls.80.dcm',
};

function statisticsOf({ samples }: DecodedPixels): { min: number; max: number; mean: number } {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of samples) {
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  return { min, max, mean: sum / samples.length };
}

async function outcomeOf(bytes: Uint8Array, file: string): Promise<'taken' | 'warned' | 'refused'> {
  try {
    const record = await Promise.resolve(readRecord(bytes, file));
    return record.findings.length > 0 ? 'warned' : 'taken';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.detail.finding).toBeDefined();
    expect(error.message).toMatch(/\.$/);
    return 'refused';
  }
}

describe.runIf(isThere)('zoo', () => {
  const images = catalogue.collected.filter((entry) => entry.decoded && entry.expected.outcome === 'imports');

  it.each(images.map((entry) => [entry.file, entry] as const))(
    'pixels of %s',
    async (file, { decoded: wanted, samples = 1 }) => {
      if (!wanted) throw new Error('no pixels in the catalogue');
      const found = await decode(file);
      expect(found.samples).toHaveLength(wanted.shape.reduce((a, b) => a * b, 1));
      const sibling = SIBLING[file];
      if (sibling !== undefined) {
        const other = await decode(sibling);
        let largest = 0;
        for (let i = 0; i < found.samples.length; i++)
          largest = Math.max(largest, Math.abs((found.samples[i] ?? 0) - (other.samples[i] ?? 0)));
        expect(largest).toBeLessThanOrEqual(file.includes('.81.') ? 3 : 0);
      } else if (wanted.sha256 !== undefined) expect(hashOf(found)).toBe(wanted.sha256);
      else if (samples === 1) {
        const { min, max, mean } = statisticsOf(found);
        const range = wanted.max - wanted.min;
        expect(Math.abs(min - wanted.min)).toBeLessThanOrEqual(Math.max(4, 0.005 * range));
        expect(Math.abs(max - wanted.max)).toBeLessThanOrEqual(Math.max(4, 0.005 * range));
        expect(Math.abs(mean - wanted.mean)).toBeLessThanOrEqual(Math.max(1, 0.0005 * range));
      }
    },
  );

  it.each(catalogue.collected.map((entry) => [entry.file, entry.expected.outcome] as const))(
    'outcome of %s: %s',
    async (file, wanted) => {
      const outcome = await outcomeOf(load('collected', file), file);
      if (wanted === 'refused' || wanted === 'imports_as_directory') expect(outcome).toBe('refused');
      else if (wanted === 'refused_or_warned') expect(outcome).not.toBe('taken');
      else if (wanted !== 'imports_or_refused') expect(outcome).not.toBe('refused');
    },
  );

  it.each(hostile.map((entry) => [entry.file, entry.expected] as const))(
    'hostile %s: %s',
    async (file, wanted) => {
      const before = process.memoryUsage().rss;
      const outcome = await outcomeOf(load('generated/hostile', file), file);
      expect(outcome === 'refused').toBe(wanted === 'refused');
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
    },
  );

  it.each(hostile.map((entry) => entry.file))(
    'hostile %s by its path: opened, or one sentence',
    async (file) => {
      const before = process.memoryUsage().rss;
      const opened = openSeries([join(zoo, 'generated/hostile', file)], { runner: inlineRunner }).then(
        async ({ done }) => (await done).volume.dimensions.length,
      );
      const outcome = await opened.catch((error: unknown) => error);
      if (outcome !== 3) expect(outcome).toBeInstanceOf(Failure);
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
    },
  );

  it.each(
    catalogue.charsets
      .filter((entry) => entry.patient_name !== null)
      .map((entry) => [entry.file, entry.patient_name] as const),
  )('name in %s', (file, name) => {
    expect(parseDicomFile(load('charsets', file)).dataSet.text(Tag.PatientName)).toBe(name);
  });
});
