import { serveTasks, type TaskMessage } from '../../../src-shared/compute/pool/index.ts';
import { windowTasks } from './tasks.ts';

/** `self` of a module worker; the page's library of types knows only the page's own. */
interface WorkerScope {
  addEventListener(type: 'message', listener: (event: MessageEvent<TaskMessage>) => void): void;
  postMessage(message: unknown, transfer: Transferable[]): void;
}
const scope = globalThis as unknown as WorkerScope;

serveTasks(
  {
    onMessage: (listener) => scope.addEventListener('message', ({ data }) => listener(data)),
    post: (answer, transfer) => scope.postMessage(answer, [...transfer]),
  },
  windowTasks,
);
