import { Failure } from '../../../src-shared/model/index.ts';
import { EXIT } from './output.ts';
import { runCommand, type Console } from './run.ts';

/** npm and a shell may each pass on the same Ctrl C: what comes this soon after the first is no second one. */
const SAME_SIGNAL_MS = 500;

/**
 * Writes and waits until it is out, as the process ends right after. A reader that has gone ('| head') is no fault: the
 * rest is dropped.
 */
const writer =
  (stream: NodeJS.WriteStream) =>
  (text: string): Promise<void> =>
    new Promise((resolve) => {
      if (stream.destroyed) resolve();
      else stream.write(text, () => resolve());
    });

const streams: Console = {
  out: writer(process.stdout),
  err: writer(process.stderr),
  errIsTerminal: process.stderr.isTTY,
};
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(EXIT.input);
  });
}

const cancel = new AbortController();
let first = 0;
const stop = (): void => {
  if (!cancel.signal.aborted) {
    first = performance.now();
    cancel.abort(new Failure('CANCELLED', 'Cancelled; nothing was left half-written.'));
  } else if (performance.now() - first > SAME_SIGNAL_MS) process.exit(EXIT.cancelled);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

// Workers and servers of a verb may still be open: the result is out, so the process ends here.
process.exit(await runCommand(process.argv.slice(2), streams, cancel.signal));
