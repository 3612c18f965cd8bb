// The inference process: one run, one answer, and out. Ending it is how a run is cancelled.
import type { Reply, RunMessage } from './messages.ts';
import { runModel } from './session.ts';

interface UtilityPort {
  on(event: 'message', listener: (message: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

// Electron's utility process talks through process.parentPort, a forked Node process through process.send.
const utility = (process as { parentPort?: UtilityPort }).parentPort;

const answer = (reply: Reply): void => {
  if (utility) utility.postMessage(reply);
  else process.send?.(reply);
};

const take = (message: RunMessage): void => {
  runModel(message).then(answer, (error: unknown) =>
    answer({ kind: 'failed', reason: error instanceof Error ? error.message.split('\n')[0]! : 'unknown' }),
  );
};

if (utility) utility.on('message', ({ data }) => take(data as RunMessage));
else process.on('message', (message) => take(message as RunMessage));
