import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';

/** Seconds for people: '12 s', '3 min'. */
export const duration = (seconds: number): string =>
  seconds >= 90 ? `${Math.round(seconds / 60)} min` : `${Math.ceil(seconds)} s`;

/** Rates and remaining times of less work than this are noise. */
const SETTLED_SECONDS = 0.5;

/**
 * Lines as '42 %  84 of 200 files read, 35 files/s, 4 s left'.
 * @param total how many there are, where the share alone is not what a person wants to know
 */
export function meter(
  show: (line: string) => void,
  what: { readonly total: number; readonly unit: string; readonly done: string },
): (share: number) => void {
  const begun = performance.now();
  return (share) => {
    const seconds = (performance.now() - begun) / 1000,
      count = Math.round(share * what.total);
    const line = `${Math.floor(share * 100)} %  ${count} of ${what.total} ${what.unit} ${what.done}`;
    if (seconds < SETTLED_SECONDS || !(share > 0)) show(line);
    else
      show(
        `${line}, ${(count / seconds).toFixed(count < 10 * seconds ? 1 : 0)} ${what.unit}/s, ${duration((seconds * (1 - share)) / share)} left`,
      );
  };
}

/** The same runner; `onProgress` is told the share that is done of what it was given so far. */
export function watched(runner: TaskRunner, onProgress: (share: number) => void): TaskRunner {
  let given = 0,
    done = 0;
  return {
    workers: runner.workers,
    async run(task, input, options) {
      given++;
      const output = await runner.run(task, input, options);
      onProgress(++done / given);
      return output;
    },
  };
}
