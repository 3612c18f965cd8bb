import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { dvhChunk } from '../../src-shared/compute/dvh/index.ts';
import { inlineRunner, type Task } from '../../src-shared/compute/tasks/index.ts';
import type { Pool } from '../../src-shared/compute/pool/index.ts';
import { rangeTask } from '../services/review/tasks.ts';
import { createThreadPool } from './index.ts';
import { hostTasks } from './tasks.ts';

const pools: Pool[] = [];
const open = (workers: number): Pool => {
  const pool = createThreadPool({ workers });
  pools.push(pool);
  return pool;
};
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

/** Values that any change of order or rounding would show. */
const values = (length: number): Float32Array => {
  const data = new Float32Array(new SharedArrayBuffer(4 * length));
  for (let i = 0; i < length; i++) data[i] = Math.sin(i * 12.9898) * 43758.5453;
  return data;
};

describe('worker threads', () => {
  it('have a task of each name once', () => {
    expect(new Set(hostTasks.map(({ name }) => name)).size).toBe(hostTasks.length);
    expect(hostTasks).toContain(dvhChunk);
  });

  it('P1: give the same bits with one and with three threads as on the calling thread', async () => {
    const data = values(50_000),
      padding = { from: 100, to: 200 };
    const parts = Array.from({ length: 10 }, (_, n) => ({
      data: data.subarray(n * 5000, (n + 1) * 5000),
      padding,
    }));
    const runs = await Promise.all(
      [open(1), open(3), inlineRunner].map((runner) =>
        Promise.all(parts.map((part) => runner.run(rangeTask, part))),
      ),
    );
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
    expect(runs[0]?.every(({ minimum }) => minimum !== null)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('J10: yield to the window where it asks for it', async () => {
    const priorities = (): number[] =>
      readdirSync('/proc/self/task').map((thread) =>
        // The 19th field; the second is a name in brackets, which may hold blanks.
        Number(readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ')[16]),
      );
    const own = getPriority();
    const yielding = (): number => priorities().filter((nice) => nice > own).length;
    await open(1).run(rangeTask, { data: values(1), padding: null });
    const before = yielding();
    const pool = createThreadPool({ workers: 1, yields: true });
    pools.push(pool);
    await pool.run(rangeTask, { data: values(1), padding: null });
    expect(yielding()).toBe(before + 1);
    expect(getPriority()).toBe(own);
  });

  it('P7: a thread that cannot start fails its task, not the host', async () => {
    const pool = createThreadPool({ workers: 1, file: new URL('./no-such-worker.ts', import.meta.url) });
    pools.push(pool);
    await expect(pool.run(rangeTask, { data: values(1), padding: null })).rejects.toThrow(
      'the worker of review.range ended',
    );
  });

  it('P9: refuse what they were not built with', async () => {
    const foreign: Task<null, null> = { name: 'foreign', run: () => null };
    await expect(open(1).run(foreign, null)).rejects.toThrow('this worker has no task foreign');
  });
});
