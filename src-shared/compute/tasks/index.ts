/**
 * Work that a pool of workers can take: a name, and a pure function over plain data. Both pools (the host's for jobs,
 * the window's for what must follow the hand) run the same functions, so that they give the same bits.
 */
export interface Task<Input = unknown, Output = unknown> {
  readonly name: string;
  /** Must not keep state that changes results; may cache what is derived from its input. */
  run(input: Input): Output | Promise<Output>;
  /** Buffers of the output that may be moved instead of copied. */
  transfer?(output: Output): readonly ArrayBuffer[];
}

export interface TaskOptions {
  /** Interactive work goes before batch work. */
  readonly priority?: 'interactive' | 'batch';
  readonly signal?: AbortSignal;
  /** Buffers of the input that may be moved instead of copied. */
  readonly transfer?: readonly ArrayBuffer[];
  /** Estimate of what the task holds while it runs; the scheduler keeps the sum under its budget. */
  readonly bytes?: number;
}

/** What engines' drivers and services are given to spread work. Results must not depend on `workers`. */
export interface TaskRunner {
  readonly workers: number;
  run<Input, Output>(task: Task<Input, Output>, input: Input, options?: TaskOptions): Promise<Output>;
}

/** Runs tasks at once on the calling thread: for tests, and for work too small to send away. */
export const inlineRunner: TaskRunner = {
  workers: 1,
  async run(task, input, options) {
    options?.signal?.throwIfAborted();
    return task.run(input);
  },
};
