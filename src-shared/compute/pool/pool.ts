import type { Task, TaskOptions, TaskRunner } from '../tasks/index.ts';
import { Failure } from '../../model/index.ts';
import { unpackError, type TaskAnswer, type TaskMessage } from './messages.ts';

/** The pool's side of one worker, whatever it is: a worker thread, a window's worker, a test's stand-in. */
export interface WorkerPort {
  post(message: TaskMessage, transfer: readonly ArrayBuffer[]): void;
  onMessage(listener: (answer: TaskAnswer) => void): void;
  /** The worker is no more, by its own fault or ours. `reason` is for a log, not for a person. */
  onDeath(listener: (reason: string) => void): void;
  /** Resolves when the worker is no more. */
  terminate(): Promise<unknown>;
}

export interface PoolOptions {
  readonly workers: number;
  spawn(): WorkerPort;
  /** Sum of `TaskOptions.bytes` of what runs at once. One task always runs, however big. */
  readonly byteBudget?: number;
  /** How long a cancelled task may go on in its worker before the worker is ended and replaced. */
  readonly graceMilliseconds?: number;
}

export interface Pool extends TaskRunner {
  /** Tasks that wait, and that run: for status lines and tests. */
  load(): { readonly waiting: number; readonly running: number; readonly bytes: number };
  /**
   * Ends every worker; what waits or runs is rejected at once. Resolves when the workers are no more: a process that ends
   * while its threads are still being torn down may be killed by them, whatever it had to say.
   */
  close(): Promise<void>;
}

interface Entry {
  readonly task: Task;
  readonly input: unknown;
  readonly transfer: readonly ArrayBuffer[];
  readonly bytes: number;
  readonly settle: (outcome: { output: unknown } | { error: unknown }) => void;
}

interface Slot {
  readonly port: WorkerPort;
  running: { id: number; entry: Entry; grace?: ReturnType<typeof setTimeout> } | null;
  dead: boolean;
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** No mistake of anyone's: whoever closed the pool did not want the answer any more. */
const closedFailure = (): Failure => new Failure('CANCELLED', 'The work was broken off: the pool is closed.');

const DEFAULT_BUDGET = 1 << 30;
const DEFAULT_GRACE = 200;

/** The same runner for work that a person waits for: its tasks go before batch work unless they say otherwise. */
export const interactively = (runner: TaskRunner): TaskRunner => ({
  workers: runner.workers,
  run: (task, input, options) => runner.run(task, input, { priority: 'interactive', ...options }),
});

/**
 * The one scheduler (SPEC.md, P1 to P10). Results must not depend on `workers`: callers cut their work into chunks of
 * a fixed size and put the answers together in the order of the chunks.
 */
export function createPool(options: PoolOptions): Pool {
  const size = Math.max(1, Math.floor(options.workers));
  const budget = options.byteBudget ?? DEFAULT_BUDGET;
  const grace = options.graceMilliseconds ?? DEFAULT_GRACE;
  const waiting: { interactive: Entry[]; batch: Entry[] } = { interactive: [], batch: [] };
  let slots: Slot[] = [];
  let bytesRunning = 0;
  let lastId = 0;
  let closed = false;

  const runningCount = (): number => slots.filter((slot) => slot.running !== null).length;

  function addSlot(): Slot {
    const slot: Slot = { port: options.spawn(), running: null, dead: false };
    slot.port.onMessage((answer) => {
      const running = slot.running;
      if (running === null || running.id !== answer.id) return;
      release(slot);
      running.entry.settle(
        'error' in answer ? { error: unpackError(answer.error) } : { output: answer.output },
      );
      advance();
    });
    slot.port.onDeath((reason) => retire(slot, reason));
    slots.push(slot);
    return slot;
  }

  function release(slot: Slot): void {
    if (slot.running === null) return;
    clearTimeout(slot.running.grace);
    bytesRunning -= slot.running.entry.bytes;
    slot.running = null;
  }

  /** Takes a worker out; its task fails, and the next task that needs a worker gets a new one. */
  function retire(slot: Slot, reason: string): void {
    if (slot.dead) return;
    slot.dead = true;
    slots = slots.filter((other) => other !== slot);
    const entry = slot.running?.entry;
    release(slot);
    entry?.settle({ error: new Error(`the worker of ${entry.task.name} ended: ${reason}`) });
    advance();
  }

  function next(): Entry | undefined {
    const queue = waiting.interactive.length > 0 ? waiting.interactive : waiting.batch;
    const head = queue[0];
    // Nothing overtakes a head that is too big for now, else a big task could wait for ever.
    if (head === undefined || (runningCount() > 0 && bytesRunning + head.bytes > budget)) return undefined;
    return queue.shift();
  }

  function advance(): void {
    while (!closed) {
      const idle = slots.find((slot) => slot.running === null);
      if (idle === undefined && slots.length >= size) return;
      const entry = next();
      if (entry === undefined) return;
      start(idle ?? addSlot(), entry);
    }
  }

  function start(slot: Slot, entry: Entry): void {
    const id = ++lastId;
    slot.running = { id, entry };
    bytesRunning += entry.bytes;
    try {
      slot.port.post({ id, task: entry.task.name, input: entry.input }, entry.transfer);
    } catch (error) {
      release(slot);
      entry.settle({ error });
    }
  }

  function cancel(entry: Entry): void {
    for (const queue of [waiting.interactive, waiting.batch]) {
      const index = queue.indexOf(entry);
      if (index >= 0) queue.splice(index, 1);
    }
    const slot = slots.find((candidate) => candidate.running?.entry === entry);
    if (slot?.running) {
      slot.running.grace = setTimeout(() => {
        void slot.port.terminate();
        retire(slot, 'it was cancelled');
      }, grace);
    }
    advance();
  }

  return {
    workers: size,
    run<Input, Output>(
      task: Task<Input, Output>,
      input: Input,
      taskOptions: TaskOptions = {},
    ): Promise<Output> {
      const { signal, priority = 'batch', transfer = [], bytes = 0 } = taskOptions;
      return new Promise<Output>((resolve, reject) => {
        if (closed) {
          reject(closedFailure());
          return;
        }
        if (signal?.aborted) {
          reject(asError(signal.reason));
          return;
        }
        const onAbort = (): void => {
          entry.settle({ error: signal?.reason });
          cancel(entry);
        };
        const entry: Entry = {
          task: task,
          input,
          transfer,
          bytes,
          settle(outcome) {
            signal?.removeEventListener('abort', onAbort);
            if ('error' in outcome) reject(asError(outcome.error));
            // The worker ran this very task, by name: its output is what `run` of the task returned.
            else resolve(outcome.output as Output);
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        waiting[priority].push(entry);
        advance();
      });
    },
    load: () => ({
      waiting: waiting.interactive.length + waiting.batch.length,
      running: runningCount(),
      bytes: bytesRunning,
    }),
    async close() {
      closed = true;
      const gone = closedFailure();
      for (const entry of [...waiting.interactive.splice(0), ...waiting.batch.splice(0)])
        entry.settle({ error: gone });
      const ends = [...slots].map((slot) => {
        const entry = slot.running?.entry,
          end = slot.port.terminate();
        release(slot);
        entry?.settle({ error: gone });
        retire(slot, 'the pool is closed');
        return end;
      });
      await Promise.all(ends);
    },
  };
}
