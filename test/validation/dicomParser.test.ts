import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import dicomParser, { type DataSet as OtherDataSet } from 'dicom-parser';
import { describe, expect, it } from 'vitest';
import { parseDicomFile, type DataSet, type TagKey } from '../../src-shared/formats/dicom/index.ts';
import { isFailure } from '../../src-shared/model/index.ts';

const shared = process.env.FLUENCE_VALIDATION_DATA ?? '../shared';
const data = process.env.FLUENCE_VALIDATION_CACHE ?? '.cache/data';

interface Catalogue {
  collected: { file: string }[];
}
const { collected } = JSON.parse(readFileSync(join(shared, 'data/zoo/catalogue.json'), 'utf8')) as Catalogue;

const PIXELS: TagKey = 'x7fe00010';

/** Every element outside the pixels that both read, at every depth, has the same bytes. Counts them. */
function compare(ours: DataSet, others: OtherDataSet, path: string): number {
  let equal = 0;
  for (const [key, element] of Object.entries(others.elements)) {
    const tag = key as TagKey;
    if (tag === PIXELS || tag.startsWith('x0002') || tag.startsWith('xfffe')) continue;
    if (element.items) {
      const items = ours.items(tag);
      expect(items.length, `${path}/${tag}`).toBe(element.items.length);
      element.items.forEach((item, n) => {
        if (item.dataSet) equal += compare(items[n]!, item.dataSet, `${path}/${tag}[${n}]`);
      });
      continue;
    }
    // A sequence that the other left unparsed (UN) has no bytes to hold against ours.
    if (ours.items(tag).length > 0) continue;
    const bytes = others.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
    expect(Buffer.compare(ours.bytes(tag) ?? new Uint8Array(0), bytes), `${path}/${tag}`).toBe(0);
    equal++;
  }
  return equal;
}

function readByOther(bytes: Uint8Array): OtherDataSet | null {
  try {
    return dicomParser.parseDicom(bytes);
  } catch {
    return null;
  }
}

describe('the reader against dicom-parser', () => {
  it('gives the same bytes for every element of the zoo that both read', () => {
    let files = 0,
      elements = 0;
    for (const { file } of collected) {
      const bytes = Uint8Array.from(readFileSync(join(data, 'zoo/collected', file)));
      const others = readByOther(bytes);
      if (!others || others.string('x00020010') === '1.2.840.10008.1.2.1.99') continue;
      try {
        const ours = parseDicomFile(bytes, { fileName: file });
        // A file that had to be repaired is one on which readers may differ.
        if (ours.repairs.some(({ code }) => code === 'VALUE_REPAIRED')) continue;
        elements += compare(ours.dataSet, others, file);
        files++;
      } catch (error) {
        if (!isFailure(error)) throw error;
      }
    }
    expect(files).toBeGreaterThan(150);
    expect(elements).toBeGreaterThan(10_000);
  });
});
