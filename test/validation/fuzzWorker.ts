// Reads the files that fuzz.ts names, one line each, and says what came of each. Runs in a process of its own.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { codecAssets } from '../../src-main/services/codecAssets.ts';
import { decodeFrames, parseDicomFile, readRecord } from '../../src-shared/formats/dicom/index.ts';
import { isFailure } from '../../src-shared/model/index.ts';

async function attempt(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'read';
  } catch (error) {
    if (isFailure(error) && error.code === 'INPUT_NOT_USABLE' && error.detail.finding) return 'refused';
    return `crash ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

for await (const file of createInterface({ input: process.stdin })) {
  const bytes = new Uint8Array(readFileSync(file));
  const before = performance.now();
  const outcomes = [
    await attempt(() => readRecord(bytes, file)),
    await attempt(() => {
      const parsed = parseDicomFile(bytes);
      for (const tag of parsed.dataSet.tags()) {
        parsed.dataSet.texts(tag);
        parsed.dataSet.numbers(tag);
      }
    }),
    await attempt(async () => decodeFrames(parseDicomFile(bytes), codecAssets)),
  ];
  const crash = outcomes.find((outcome) => outcome.startsWith('crash'));
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  process.stdout.write(
    `${JSON.stringify({ file, crash: crash ?? null, outcomes: outcomes.map((o) => o.slice(0, 7)), ms: Math.round(performance.now() - before), memory })}\n`,
  );
}
