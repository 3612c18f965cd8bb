import { randomUUID } from 'node:crypto';
import { Failure, isFailure, type FailureCode } from '../../src-shared/model/index.ts';

/** Where lines for the log go: a file, stderr, a test's array. */
export type Log = (line: string) => void;

/** What the system says that a person knows about, or can do something about. */
const OF_THE_SYSTEM: Readonly<Record<string, readonly [FailureCode, string]>> = {
  ENOSPC: ['DISK_FULL', 'The disk is full; make room and try again. Nothing was lost.'],
  EDQUOT: ['DISK_FULL', 'Your share of the disk is used up; make room and try again. Nothing was lost.'],
  ECONNRESET: ['CANCELLED', 'The transfer was broken off; nothing of this file was kept.'],
  EROFS: ['LIBRARY_READ_ONLY', 'The disk is read-only; nothing can be changed on it.'],
};

/** The places in our code of a stack. What stands before them is the message, which may have lines that look like them. */
function placesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  // A message that was changed later cannot be told from the places.
  if (at < 0) return [];
  return stack
    .slice(at + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12);
}

/**
 * Any error as a Failure. Expected ones pass; of others only the kind and the places in our code are logged, never
 * the message, which may hold a patient's data, and the person gets an id to find that line by.
 */
export function describeError(error: unknown, where: string, log: Log): Failure {
  if (isFailure(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = OF_THE_SYSTEM[code];
  if (known !== undefined) return new Failure(known[0], known[1]);
  const id = randomUUID().slice(0, 8);
  const kind = error instanceof Error ? error.name : typeof error;
  const places = error instanceof Error ? placesOf(error) : [];
  log(
    [`${new Date().toISOString()} defect ${id} in ${where}: ${kind}${code && ` ${code}`}`, ...places].join(
      '\n',
    ),
  );
  return new Failure(
    'DEFECT',
    `Something went wrong inside Fluence (defect ${id}); your data are as they were. Try again, and report the number if it stays.`,
    { id },
  );
}

/**
 * An error that nobody caught ends the program, as it may have left anything behind; Node would print its message, and
 * with it what a file or a patient is called.
 */
export function endOnDefect(
  program: Pick<NodeJS.Process, 'on'>,
  log: Log,
  end: (code: number) => void,
): void {
  program.on('uncaughtException', (error) => {
    describeError(error, 'the host, uncaught', log);
    end(70);
  });
}
