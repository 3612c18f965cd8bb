import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../model/index.ts';
import { inlineRunner, type Task } from '../tasks/index.ts';
import {
  createPool,
  interactively,
  serveTasks,
  type TaskAnswer,
  type TaskMessage,
  type WorkerPort,
} from './index.ts';

const sum: Task<{ values: Float64Array }, { sum: number }> = {
  name: 'sum',
  run: ({ values }) => ({ sum: values.reduce((a, b) => a + Math.sin(b), 0) }),
};
const fail: Task<null, null> = {
  name: 'fail',
  run() {
    throw new Failure('INPUT_NOT_USABLE', 'The file is not DICOM.', { finding: 'NOT_DICOM' });
  },
};
const buffer: Task<number, Float32Array> = {
  name: 'buffer',
  run: (count) => new Float32Array(count).fill(1),
  transfer: (output) => [output.buffer as ArrayBuffer],
};

/** A worker of this thread, with messages copied as between threads. */
function inProcess(tasks: readonly Task[]): WorkerPort & { readonly ended: boolean } {
  const port = {
    ended: false,
    toWorker: [] as ((message: TaskMessage) => void)[],
    toPool: [] as ((answer: TaskAnswer) => void)[],
    post(message: TaskMessage) {
      const copy = structuredClone(message);
      setTimeout(() => !port.ended && port.toWorker.forEach((listener) => listener(copy)), 0);
    },
    onMessage: (listener: (answer: TaskAnswer) => void) => void port.toPool.push(listener),
    onDeath: () => undefined,
    terminate: async () => void (port.ended = true),
  };
  serveTasks(
    {
      onMessage: (listener) => void port.toWorker.push(listener),
      post: (answer, transfer) => {
        const copy = structuredClone(answer, { transfer: [...transfer] });
        if (!port.ended) port.toPool.forEach((listener) => listener(copy));
      },
    },
    tasks,
  );
  return port;
}

/** A worker that answers when the test says so. */
function byHand() {
  const started: string[] = [];
  const workers: { answer(): void; die(): void; ended: boolean }[] = [];
  const spawn = (): WorkerPort => {
    let current: TaskMessage | null = null;
    let listener: (answer: TaskAnswer) => void = () => undefined;
    let death: (reason: string) => void = () => undefined;
    const worker = {
      ended: false,
      answer() {
        if (current !== null) listener({ id: current.id, output: current.input });
      },
      die: () => death('exit code 1'),
    };
    workers.push(worker);
    return {
      post(message) {
        current = message;
        started.push(String(message.input));
      },
      onMessage: (to) => void (listener = to),
      onDeath: (to) => void (death = to),
      terminate: async () => void (worker.ended = true),
    };
  };
  return { started, workers, spawn };
}
const echo: Task<string, string> = { name: 'echo', run: (input) => input };

describe('pool', () => {
  it('P1: gives the same bits in pools of one and three workers and on the calling thread', async () => {
    const one = createPool({ workers: 1, spawn: () => inProcess([sum]) });
    const three = createPool({ workers: 3, spawn: () => inProcess([sum]) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float64Array({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 8 }),
        async (chunks) => {
          const inputs = chunks.map((values) => ({ values }));
          const answers = await Promise.all(
            [one, three, inlineRunner].map((runner) =>
              Promise.all(inputs.map((input) => runner.run(sum, input))),
            ),
          );
          expect(answers[1]).toEqual(answers[0]);
          expect(answers[2]).toEqual(answers[0]);
        },
      ),
      { numRuns: 25 },
    );
    await one.close();
    await three.close();
  });

  it('P1: moves the buffers that a task names', async () => {
    const pool = createPool({ workers: 1, spawn: () => inProcess([buffer]) });
    expect(await pool.run(buffer, 4)).toEqual(new Float32Array([1, 1, 1, 1]));
    await pool.close();
  });

  it('P2, P3: starts interactive before batch, never more than there are workers', async () => {
    const { started, workers, spawn } = byHand();
    const pool = createPool({ workers: 1, spawn });
    const runs = [
      pool.run(echo, 'batch 1'),
      pool.run(echo, 'batch 2'),
      pool.run(echo, 'interactive 1', { priority: 'interactive' }),
      interactively(pool).run(echo, 'interactive 2'),
    ];
    expect(pool.load()).toEqual({ waiting: 3, running: 1, bytes: 0 });
    for (let i = 0; i < runs.length; i++) workers[0]?.answer();
    expect(await Promise.all(runs)).toEqual(['batch 1', 'batch 2', 'interactive 1', 'interactive 2']);
    expect(started).toEqual(['batch 1', 'interactive 1', 'interactive 2', 'batch 2']);
    expect(workers).toHaveLength(1);
  });

  it('P4: keeps the bytes of what runs under the budget, and runs what is bigger than all of it alone', async () => {
    const { started, workers, spawn } = byHand();
    const pool = createPool({ workers: 3, spawn, byteBudget: 100 });
    const runs = [
      pool.run(echo, 'a', { bytes: 60 }),
      pool.run(echo, 'b', { bytes: 60 }),
      pool.run(echo, 'c', { bytes: 10 }),
      pool.run(echo, 'd', { bytes: 500 }),
    ];
    expect(started).toEqual(['a']);
    workers[0]?.answer();
    expect(started).toEqual(['a', 'b', 'c']);
    workers[0]?.answer();
    expect(started).toEqual(['a', 'b', 'c']);
    workers[1]?.answer();
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    workers.forEach((worker) => worker.answer());
    await Promise.all(runs);
    expect(pool.load().bytes).toBe(0);
  });

  it('P5: cancelling rejects at once, and what waits never starts', async () => {
    const { started, spawn } = byHand();
    const pool = createPool({ workers: 1, spawn, graceMilliseconds: 1 });
    const controller = new AbortController();
    const stopped = new Error('stopped');
    const running = pool.run(echo, 'running', { signal: controller.signal });
    const waiting = pool.run(echo, 'waiting', { signal: controller.signal });
    controller.abort(stopped);
    await expect(running).rejects.toBe(stopped);
    await expect(waiting).rejects.toBe(stopped);
    await expect(pool.run(echo, 'late', { signal: controller.signal })).rejects.toBe(stopped);
    expect(started).toEqual(['running']);
  });

  it('P6: ends the worker of a cancelled task that does not stop, and goes on with a new one', async () => {
    const { started, workers, spawn } = byHand();
    const pool = createPool({ workers: 1, spawn, graceMilliseconds: 1 });
    const controller = new AbortController();
    const stuck = pool.run(echo, 'stuck', { signal: controller.signal });
    const after = pool.run(echo, 'after');
    controller.abort(new Error('stopped'));
    await expect(stuck).rejects.toThrow('stopped');
    await expect.poll(() => workers.length).toBe(2);
    expect(workers[0]?.ended).toBe(true);
    workers[1]?.answer();
    expect(await after).toBe('after');
    expect(started).toEqual(['stuck', 'after']);
  });

  it('P7: a worker that dies fails its task alone', async () => {
    const { workers, spawn } = byHand();
    const pool = createPool({ workers: 1, spawn });
    const first = pool.run(echo, 'first');
    const second = pool.run(echo, 'second');
    workers[0]?.die();
    await expect(first).rejects.toThrow('the worker of echo ended: exit code 1');
    workers[1]?.answer();
    expect(await second).toBe('second');
  });

  it('P8, P9: failures keep their code; unknown and double names are errors', async () => {
    const pool = createPool({ workers: 1, spawn: () => inProcess([fail]) });
    await expect(pool.run(fail, null)).rejects.toMatchObject({
      code: 'INPUT_NOT_USABLE',
      detail: { finding: 'NOT_DICOM' },
    });
    await expect(pool.run(fail, null)).rejects.toBeInstanceOf(Failure);
    await expect(pool.run(sum, { values: new Float64Array() })).rejects.toThrow(
      'this worker has no task sum',
    );
    expect(() => inProcess([sum, sum])).toThrow('two tasks are named sum');
    await pool.close();
  });

  it('P10: closing rejects what waits and runs, and takes no more', async () => {
    const { workers, spawn } = byHand();
    let end: () => void = () => undefined;
    const torn = new Promise<void>((resolve) => (end = resolve));
    const slow = (): WorkerPort => {
      const port = spawn();
      return { ...port, terminate: () => Promise.all([port.terminate(), torn]) };
    };
    const pool = createPool({ workers: 1, spawn: slow });
    const runs = [pool.run(echo, 'running'), pool.run(echo, 'waiting')].map((run) =>
      expect(run).rejects.toThrow('the pool is closed'),
    );
    let over = false;
    const closing = pool.close().then(() => void (over = true));
    await Promise.all(runs);
    expect(over, 'before the worker is no more').toBe(false);
    end();
    await closing;
    await expect(pool.run(echo, 'late')).rejects.toThrow('the pool is closed');
    expect(workers.every((worker) => worker.ended)).toBe(true);
  });
});
