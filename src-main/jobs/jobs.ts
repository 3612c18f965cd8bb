import { randomUUID } from 'node:crypto';
import { job as jobSchema, type Job } from '../../src-shared/api/index.ts';
import { Failure, isFailure } from '../../src-shared/model/index.ts';

export interface JobReport {
  /** 0 to 1. */
  readonly progress?: number;
  readonly step?: string;
  readonly rate?: string;
  /** Left out: estimated from the progress so far. */
  readonly remainingSeconds?: number | null;
}

export interface JobContext {
  readonly id: string;
  readonly signal: AbortSignal;
  report(report: JobReport): void;
}

export interface JobRequest {
  readonly title: string;
  readonly kind: string;
  /** What it resolves to is the job's `result`, and goes through JSON. */
  run(context: JobContext): Promise<unknown>;
}

export interface JobManager {
  start(request: JobRequest): Job;
  /** Oldest first; outcomes of earlier runs of the host included. */
  list(): readonly Job[];
  get(id: string): Job;
  cancel(id: string): void;
  dismiss(id: string): void;
  /** Resolves with the ended job, however it ended. */
  ended(id: string): Promise<Job>;
  onChange(listener: (job: Job) => void): () => void;
  /** Cancels what runs, and resolves when all of it has stopped. */
  close(): Promise<void>;
}

/** Where outcomes are kept over a restart. */
export interface JobStore {
  saveJob(job: { id: string } & Record<string, unknown>): void;
  jobs(): readonly Record<string, unknown>[];
  forgetJob(id: string): void;
}

export interface JobManagerOptions {
  readonly store: JobStore;
  /** What an error that nobody expected becomes: see `describeError` of the host. */
  describe(error: unknown, where: string): Failure;
  /** Monotonic, milliseconds. */
  readonly now?: () => number;
}

interface Running {
  job: Job;
  readonly controller: AbortController;
  readonly begunAt: number;
  toldAt: number;
  timer: NodeJS.Timeout | null;
}

/** Progress is told at most this often; beginnings and ends at once. */
const TELL_EVERY = 100;
/** A cancelled job that has not wound down by then is shown as cancelled all the same (J4). */
const CANCEL_ANSWER = 150;

/** Long work of the host, by SPEC.md J1 to J8. */
export function createJobManager({
  store,
  describe,
  now = () => performance.now(),
}: JobManagerOptions): JobManager {
  const ended = new Map<string, Job>();
  const running = new Map<string, Running>();
  const listeners = new Set<(job: Job) => void>();
  const waiters = new Map<string, ((job: Job) => void)[]>();
  /** Work that has not stopped, that of jobs too which are shown as cancelled already. */
  const working = new Set<Promise<void>>();

  for (const kept of store.jobs()) {
    const parsed = jobSchema.safeParse(kept);
    if (parsed.success) ended.set(parsed.data.id, parsed.data);
  }

  const tell = (job: Job): void => listeners.forEach((listener) => listener(job));

  function tellSoon(entry: Running): void {
    if (entry.timer !== null) return;
    const wait = Math.max(0, entry.toldAt + TELL_EVERY - now());
    entry.timer = setTimeout(() => {
      entry.timer = null;
      entry.toldAt = now();
      tell(entry.job);
    }, wait);
  }

  function update(entry: Running, report: JobReport): void {
    const progress = Math.min(1, Math.max(0, report.progress ?? entry.job.progress));
    const seconds = (now() - entry.begunAt) / 1000;
    // Under a second or a hundredth of the work an estimate is noise.
    const estimate = progress > 0.01 && seconds > 1 ? (seconds * (1 - progress)) / progress : null;
    entry.job = {
      ...entry.job,
      progress,
      step: report.step ?? entry.job.step,
      rate: report.rate ?? entry.job.rate,
      remainingSeconds: report.remainingSeconds === undefined ? estimate : report.remainingSeconds,
    };
    tellSoon(entry);
  }

  function end(id: string, outcome: Pick<Job, 'state' | 'result' | 'error'>): void {
    const entry = running.get(id);
    if (entry === undefined) return;
    running.delete(id);
    if (entry.timer !== null) clearTimeout(entry.timer);
    const job: Job = {
      ...entry.job,
      ...outcome,
      progress: outcome.state === 'done' ? 1 : entry.job.progress,
      remainingSeconds: null,
      endedAt: new Date().toISOString(),
    };
    ended.set(id, job);
    try {
      store.saveJob(job);
    } catch (error) {
      // A full or read-only disk must not take the outcome from the person who waits for it.
      describe(error, 'jobs.save');
    }
    tell(job);
    for (const waiter of waiters.get(id) ?? []) waiter(job);
    waiters.delete(id);
  }

  function failed(error: unknown, kind: string, cancelled: boolean): Pick<Job, 'state' | 'result' | 'error'> {
    if (cancelled || (isFailure(error) && error.code === 'CANCELLED'))
      return { state: 'cancelled', result: null, error: null };
    const { code, message, detail } = describe(error, `jobs.${kind}`);
    return { state: 'failed', result: null, error: { code, message, detail } };
  }

  const get = (id: string): Job => {
    const job = running.get(id)?.job ?? ended.get(id);
    if (job === undefined)
      throw new Failure('NOT_FOUND', 'This job is no longer known; ask for the list of jobs again.');
    return job;
  };

  return {
    start({ title, kind, run }) {
      const id = randomUUID();
      const controller = new AbortController();
      const job: Job = {
        id,
        title,
        kind,
        state: 'running',
        progress: 0,
        step: '',
        rate: '',
        remainingSeconds: null,
        startedAt: new Date().toISOString(),
        endedAt: null,
        result: null,
        error: null,
      };
      let entry: Running | null = null;
      const stopped = Promise.resolve()
        .then(() => controller.signal.throwIfAborted())
        .then(() =>
          run({ id, signal: controller.signal, report: (report) => entry !== null && update(entry, report) }),
        )
        .then(
          (result) => end(id, { state: 'done', result: result ?? null, error: null }),
          (error: unknown) => end(id, failed(error, kind, controller.signal.aborted)),
        );
      working.add(stopped);
      void stopped.then(() => working.delete(stopped));
      entry = { job, controller, begunAt: now(), toldAt: now(), timer: null };
      running.set(id, entry);
      tell(job);
      return job;
    },
    list: () =>
      [...ended.values(), ...[...running.values()].map((entry) => entry.job)].sort((a, b) =>
        a.startedAt.localeCompare(b.startedAt),
      ),
    get,
    cancel(id) {
      const entry = running.get(id);
      if (entry === undefined) return void get(id);
      entry.controller.abort(new Failure('CANCELLED', 'Cancelled.'));
      setTimeout(() => end(id, { state: 'cancelled', result: null, error: null }), CANCEL_ANSWER);
    },
    dismiss(id) {
      if (running.has(id)) throw new Failure('NOT_ALLOWED', 'This job is still running; cancel it first.');
      get(id);
      ended.delete(id);
      store.forgetJob(id);
    },
    ended(id) {
      const job = get(id);
      if (!running.has(id)) return Promise.resolve(job);
      return new Promise((resolve) => waiters.set(id, [...(waiters.get(id) ?? []), resolve]));
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      for (const { controller } of running.values()) controller.abort(new Failure('CANCELLED', 'Cancelled.'));
      await Promise.all(working);
    },
  };
}
