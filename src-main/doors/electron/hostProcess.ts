import { isFailure } from '../../../src-shared/model/index.ts';
import { createHost, type Host, type HostTransport } from '../../host/index.ts';
import type { CallMessage, Choice, HostMessage, MainMessage, WindowMessage } from './wire.ts';

/** A message port as Electron's utility process has them. */
export interface ProcessPort {
  on(
    event: 'message',
    listener: (message: { data: unknown; ports?: readonly WindowPort[] }) => void,
  ): unknown;
  postMessage(message: unknown): void;
}

export interface WindowPort {
  on(event: 'message', listener: (message: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
}

/** Answers one window's calls and passes events on for as long as its port is open. */
export function serveWindow(port: WindowPort, transport: HostTransport): void {
  const post = (message: WindowMessage): void => port.postMessage(message);
  const stop = transport.onEvent((event) => post({ event }));
  port.on('message', ({ data }) => {
    const { id, domain, method, request } = data as CallMessage;
    void transport.call(domain, method, request).then((answer) => post({ id, answer }));
  });
  port.on('close', stop);
  port.start();
}

/** Files that come in from the window through the main process, one chunk at a time. */
class IncomingBody implements AsyncIterable<Uint8Array> {
  private readonly queue: (Uint8Array | Error | null)[] = [];
  private wake: (() => void) | null = null;
  private readonly taken: () => void;

  constructor(taken: () => void) {
    this.taken = taken;
  }

  /** null: the end; an error: it breaks off. */
  push(chunk: Uint8Array | Error | null): void {
    this.queue.push(chunk);
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.queue.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      const chunk = this.queue.shift();
      if (chunk === undefined) continue;
      if (chunk === null) return;
      if (chunk instanceof Error) throw chunk;
      yield chunk;
      // Only now the next is asked for: a fast reader does not fill a slow writer's memory.
      this.taken();
    }
  }
}

async function joined(
  transport: HostTransport,
  hash: string,
  slab: number | null,
): Promise<Uint8Array | null> {
  const found = await transport.bulk(hash, slab);
  if (!found) return null;
  const bytes = new Uint8Array(found.length);
  let at = 0;
  for await (const chunk of found.chunks()) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The host in its own process: everything that Electron's main process asks for comes through `parent`. */
export function runHostProcess(
  parent: ProcessPort,
  end: (code: number) => void,
  start: typeof createHost = createHost,
): void {
  const post = (message: HostMessage): void => parent.postMessage(message);
  const waiting: WindowPort[] = [];
  const questions = new Map<number, (paths: readonly string[]) => void>();
  const uploads = new Map<number, IncomingBody>();
  let host: Host | null = null;
  let asked = 0;

  const ask = (what: Choice, name = ''): Promise<readonly string[]> =>
    new Promise((resolve) => {
      const id = ++asked;
      questions.set(id, resolve);
      post({ kind: 'choose', id, what, name });
    });

  async function begin(message: Extract<MainMessage, { kind: 'start' }>): Promise<void> {
    try {
      const { libraryDirectory, resources, version } = message;
      host = await start({
        libraryDirectory,
        resources,
        version,
        door: 'electron',
        askForFiles: (what) => ask(what),
        askWhereToSave: async (name) => (await ask('save', name))[0] ?? null,
      });
      for (const port of waiting.splice(0)) serveWindow(port, host.transport);
      post({ kind: 'ready' });
    } catch (error) {
      post({
        kind: 'failed',
        sentence: isFailure(error) ? error.message : 'Fluence could not start its host.',
      });
    }
  }

  async function receive(
    { id, upload }: Extract<MainMessage, { kind: 'upload' }>,
    transport: HostTransport,
  ): Promise<void> {
    const body = new IncomingBody(() => post({ kind: 'taken', id }));
    uploads.set(id, body);
    try {
      await transport.receive(upload, body);
      post({ kind: 'uploaded', id, refusal: null });
    } catch (error) {
      post({
        kind: 'uploaded',
        id,
        refusal: isFailure(error)
          ? { code: error.code, sentence: error.message }
          : { code: 'DEFECT', sentence: 'The files could not be taken.' },
      });
    } finally {
      uploads.delete(id);
    }
  }

  parent.on('message', ({ data, ports }) => {
    const message = data as MainMessage;
    switch (message.kind) {
      case 'start':
        void begin(message);
        return;
      case 'window': {
        const port = ports?.[0];
        if (port) {
          if (host) serveWindow(port, host.transport);
          else waiting.push(port);
        }
        return;
      }
      case 'bulk':
        if (!host) {
          post({ kind: 'bulk', id: message.id, bytes: null });
          return;
        }
        void joined(host.transport, message.hash, message.slab).then(
          (bytes) => post({ kind: 'bulk', id: message.id, bytes }),
          () => post({ kind: 'bulk', id: message.id, bytes: null }),
        );
        return;
      case 'upload':
        if (host) void receive(message, host.transport);
        return;
      case 'chunk':
        uploads.get(message.id)?.push(message.bytes);
        return;
      case 'broken':
        uploads.get(message.id)?.push(Object.assign(new Error('broken off'), { code: 'ECONNRESET' }));
        return;
      case 'chosen':
        questions.get(message.id)?.(message.paths);
        questions.delete(message.id);
        return;
      case 'stop':
        void (host ? host.close() : Promise.resolve()).finally(() => end(0));
    }
  });
}
