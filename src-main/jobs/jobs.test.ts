import { describe, expect, it, vi } from 'vitest';
import type { Job } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import { createJobManager, type JobContext } from './index.ts';

function memoryStore() {
  const kept = new Map<string, Record<string, unknown>>();
  return {
    saveJob: (job: { id: string } & Record<string, unknown>) => void kept.set(job.id, job),
    jobs: () => [...kept.values()],
    forgetJob: (id: string) => void kept.delete(id),
  };
}
const describeError = (error: unknown): Failure =>
  error instanceof Failure ? error : new Failure('DEFECT', 'A defect, number 1.');
const manager = (store = memoryStore()) => createJobManager({ store, describe: describeError });
const untilAborted = ({ signal }: JobContext): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('jobs', () => {
  it('J1: runs to done with its result', async () => {
    const jobs = manager();
    const states: string[] = [];
    jobs.onChange((job) => states.push(job.state));
    const { id } = jobs.start({
      title: 'Import of 2 files',
      kind: 'import',
      run: async () => ({ report: 'r1' }),
    });
    const job = await jobs.ended(id);
    expect(job).toMatchObject({
      state: 'done',
      progress: 1,
      result: { report: 'r1' },
      error: null,
      title: 'Import of 2 files',
    });
    expect(job.endedAt).not.toBeNull();
    expect(states).toEqual(['running', 'done']);
  });

  it('J2, J3: estimates the remaining time and tells progress sparingly', async () => {
    vi.useFakeTimers();
    try {
      let clock = 0;
      const jobs = createJobManager({ store: memoryStore(), describe: describeError, now: () => clock });
      const told: Job[] = [];
      jobs.onChange((job) => told.push(job));
      const contexts: JobContext[] = [];
      jobs.start({
        title: 't',
        kind: 'k',
        run(context) {
          contexts.push(context);
          return untilAborted(context);
        },
      });
      await vi.advanceTimersByTimeAsync(0);
      const report = (progress: number, step: string): void => contexts[0]?.report({ progress, step });
      report(0.001, 'first');
      clock = 10_000;
      for (let i = 1; i <= 50; i++) report(i / 200, `${i} of 200`);
      await vi.advanceTimersByTimeAsync(200);
      expect(told.map((job) => job.step)).toEqual(['', '50 of 200']);
      expect(told[1]?.remainingSeconds).toBeCloseTo(30, 6);
      contexts[0]?.report({ progress: 2, remainingSeconds: 5 });
      await vi.advanceTimersByTimeAsync(200);
      expect(told[2]).toMatchObject({ progress: 1, remainingSeconds: 5, step: '50 of 200' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('J4: shows a job as cancelled that does not wind down, and what it does later changes nothing', async () => {
    const jobs = manager();
    let finish: (value: string) => void = () => undefined;
    const { id } = jobs.start({
      title: 't',
      kind: 'k',
      run: () => new Promise((resolve) => (finish = resolve)),
    });
    jobs.cancel(id);
    expect(await jobs.ended(id)).toMatchObject({ state: 'cancelled', result: null, error: null });
    finish('late');
    await Promise.resolve();
    expect(jobs.get(id).state).toBe('cancelled');
    jobs.cancel(id);
  });

  it('J5: shows expected failures by code, others as DEFECT', async () => {
    const jobs = manager();
    const full = jobs.start({
      title: 't',
      kind: 'k',
      run: () => Promise.reject(new Failure('DISK_FULL', 'The disk is full; make room.')),
    });
    const defect = jobs.start({
      title: 't',
      kind: 'k',
      run: () => Promise.reject(new TypeError('Doe^Jane is undefined')),
    });
    expect(await jobs.ended(full.id)).toMatchObject({
      state: 'failed',
      error: { code: 'DISK_FULL', message: 'The disk is full; make room.' },
    });
    expect(await jobs.ended(defect.id)).toMatchObject({
      state: 'failed',
      error: { code: 'DEFECT', message: 'A defect, number 1.' },
    });
  });

  it('J6, J7: keeps outcomes over a restart until they are dismissed', async () => {
    const store = memoryStore();
    const before = manager(store);
    const { id } = before.start({ title: 'Verify', kind: 'verify', run: async () => 7 });
    const running = before.start({ title: 'Import', kind: 'import', run: untilAborted });
    await before.ended(id);
    expect(() => before.dismiss(running.id)).toThrow('still running');
    const after = manager(store);
    expect(after.list()).toMatchObject([{ id, state: 'done', result: 7 }]);
    after.dismiss(id);
    expect(manager(store).list()).toEqual([]);
    expect(() => after.get(id)).toThrow(Failure);
    expect(() => after.cancel('unknown')).toThrow('no longer known');
    await before.close();
  });

  it('J6: leaves out what an older or damaged library kept', () => {
    const store = memoryStore();
    store.saveJob({ id: 'x', title: 3 });
    expect(manager(store).list()).toEqual([]);
  });

  it('J8: closing stops what runs', async () => {
    const jobs = manager();
    const { id } = jobs.start({ title: 't', kind: 'k', run: untilAborted });
    await jobs.close();
    expect(jobs.get(id).state).toBe('cancelled');
  });

  it('J8: closing waits for a job too that is shown as cancelled and still winds down', async () => {
    const jobs = manager();
    const winding = Promise.withResolvers<undefined>();
    const { id } = jobs.start({ title: 't', kind: 'k', run: () => winding.promise });
    await new Promise((resolve) => setTimeout(resolve));
    jobs.cancel(id);
    await jobs.ended(id);
    let closed = false;
    const closing = jobs.close().then(() => (closed = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(closed).toBe(false);
    winding.resolve(undefined);
    await closing;
  });
});
