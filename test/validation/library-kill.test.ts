import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeCtFolder } from '../../src-main/library/testing/ctFiles.ts';
import { killImports, killRestores } from '../../src-main/library/testing/killing.ts';

/** A fixed sequence (mulberry32), so that a find can be had again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

it(
  'L54: 100 kills at random moments: no lost commit, no library that does not open, import again completes',
  { timeout: 3_600_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fluence-kill-'));
    try {
      writeCtFolder(join(folder, 'ct'), { name: 'A', slices: 40, size: 16 });
      const outcome = await killImports(folder, join(folder, 'ct'), 40, 100, randomOf(20260105));
      console.log(
        `${outcome.kills} kills, ${outcome.midway} of them before the end of an import, ${outcome.wrong.length} wrong`,
      );
      expect(outcome.wrong).toEqual([]);
      expect(outcome.midway).toBeGreaterThan(50);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

it(
  'L85, L90: 100 kills of a restore and of the change to its library: the one before or the one after opens, whole',
  { timeout: 3_600_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fluence-kill-'));
    try {
      const outcome = await killRestores(folder, 100, randomOf(20260106));
      console.log(
        `${outcome.kills} kills, ${outcome.midway} of them before the end, ${outcome.wrong.length} wrong`,
      );
      expect(outcome.wrong).toEqual([]);
      expect(outcome.midway).toBeGreaterThan(50);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
