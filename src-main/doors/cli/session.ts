import { availableParallelism } from 'node:os';
import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import type { Library } from '../../library/types.ts';
import type { ParsedArguments } from './arguments.ts';
import type { Console } from './run.ts';
import type { InputEntry, VerbContext } from './verb.ts';

export interface Session {
  readonly context: VerbContext;
  readonly inputs: readonly InputEntry[];
  readonly warnings: readonly string[];
  /** Closes the library, then the workers; once, however often it is called. */
  close(): Promise<void>;
}

export interface OpenPool {
  readonly runner: TaskRunner;
  close(): Promise<void>;
}

/** Starts so many workers; asked at most once, with the first task. */
export type PoolOpener = (workers: number) => Promise<OpenPool>;

/** The host's worker threads, loaded when they are needed. */
export const openThreads: PoolOpener = async (workers) => (await import('./pool.ts')).openPool(workers);

/** Between two lines of progress. */
const PROGRESS_MS = 100;

/** What one command opens on its way: nothing until it is asked for. */
export function openSession(
  args: ParsedArguments,
  console: Console,
  signal: AbortSignal,
  start: PoolOpener,
): Session {
  const inputs: InputEntry[] = [],
    warnings: string[] = [];
  const quiet = args.flag('quiet'),
    json = args.flag('json');
  let pool: Promise<OpenPool> | null = null;
  let library: Promise<Library> | null = null;
  let closed: Promise<void> | null = null;
  let shown = '',
    shownAt = -Infinity;

  const clear = (): void => {
    if (shown) void console.err(`\r${' '.repeat(shown.length)}\r`);
    shown = '';
  };
  const workers = args.number('threads') ?? availableParallelism();
  // Workers start with the first task: a pool that is given none costs nothing but this file.
  const runner: TaskRunner = {
    workers,
    run: async (task, input, options) => (await (pool ??= start(workers))).runner.run(task, input, options),
  };
  const warn = (sentence: string): void => {
    if (warnings.includes(sentence)) return;
    warnings.push(sentence);
    clear();
    // In the document they are anyway: under --quiet a script has its stderr to itself.
    if (!(json && quiet)) void console.err(`${sentence}\n`);
  };

  const context: VerbContext = {
    arguments: args,
    signal,
    runner,
    library: (options) =>
      (library ??= (async () => {
        const { openCommandLibrary } = await import('./library.ts');
        const open = await openCommandLibrary(args.text('library'), runner, options?.create ?? false);
        open.notices.forEach(warn);
        return open;
      })()),
    note: (input) => inputs.push(input),
    warn,
    progress: (line) => {
      const now = performance.now();
      if (quiet || !console.errIsTerminal || line === shown || now - shownAt < PROGRESS_MS) return;
      clear();
      void console.err(line);
      shown = line;
      shownAt = now;
    },
  };
  return {
    context,
    inputs,
    warnings,
    close: () =>
      (closed ??= (async () => {
        clear();
        if (library)
          await library.then(
            (open) => open.close(),
            () => undefined,
          );
        if (pool)
          await pool.then(
            (open) => open.close(),
            () => undefined,
          );
      })()),
  };
}
