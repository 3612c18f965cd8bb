import { contextBridge, ipcRenderer } from 'electron';
import type { CallMessage, WindowMessage } from './wire.ts';

/** The page's own MessagePort: preload scripts run in a page, the rest of the host does not. */
interface Line {
  postMessage(message: CallMessage): void;
  onmessage: ((event: { data: WindowMessage }) => void) | null;
}

// The page gets three functions and nothing else of Electron: it never sees a port, a channel or a path.
const answers = new Map<number, (answer: unknown) => void>();
const listeners = new Set<(event: unknown) => void>();
const waiting: CallMessage[] = [];
let line: Line | null = null;
let last = 0;

ipcRenderer.on('line', (event) => {
  const port = event.ports[0] as unknown as Line | undefined;
  if (!port) return;
  line = port;
  port.onmessage = ({ data }) => {
    if ('event' in data) {
      for (const listener of listeners) listener(data.event);
      return;
    }
    answers.get(data.id)?.(data.answer);
    answers.delete(data.id);
  };
  for (const call of waiting.splice(0)) port.postMessage(call);
});

contextBridge.exposeInMainWorld('fluenceDoor', {
  call: (domain: string, method: string, request: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      const call: CallMessage = { id: ++last, domain, method, request };
      answers.set(call.id, resolve);
      if (line) line.postMessage(call);
      else waiting.push(call);
    }),
  onEvent: (listener: (event: unknown) => void): void => void listeners.add(listener),
});
