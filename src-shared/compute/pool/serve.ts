import type { Task } from '../tasks/index.ts';
import { packError, type TaskAnswer, type TaskMessage } from './messages.ts';

/** A worker's own side of its port. */
export interface WorkerSide {
  onMessage(listener: (message: TaskMessage) => void): void;
  post(answer: TaskAnswer, transfer: readonly ArrayBuffer[]): void;
}

/**
 * Answers a pool's tasks in a worker, by name. Only tasks named here run, so a message can never choose code.
 * @throws RangeError where two tasks have one name: that would make results depend on the order of the list.
 */
export function serveTasks(side: WorkerSide, tasks: readonly Task[]): void {
  const byName = new Map<string, Task>();
  for (const task of tasks) {
    if (byName.has(task.name)) throw new RangeError(`two tasks are named ${task.name}`);
    byName.set(task.name, task);
  }
  side.onMessage((message) => {
    void answer(side, byName.get(message.task), message);
  });
}

async function answer(
  side: WorkerSide,
  task: Task | undefined,
  { id, task: name, input }: TaskMessage,
): Promise<void> {
  try {
    if (task === undefined) throw new RangeError(`this worker has no task ${name}`);
    const output = await task.run(input);
    side.post({ id, output }, task.transfer?.(output) ?? []);
  } catch (error) {
    side.post({ id, error: packError(error) }, []);
  }
}
