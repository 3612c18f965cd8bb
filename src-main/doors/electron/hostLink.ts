import type { MessagePortMain, UtilityProcess } from 'electron';
import type { Choice, HostMessage, MainMessage } from './wire.ts';

type MainWithoutId<K extends MainMessage['kind']> = Omit<Extract<MainMessage, { kind: K }>, 'kind' | 'id'>;

/** The main process's end of the line to the host process: questions by number, answers as promises. */
export interface HostLink {
  /** Resolves when the host is ready; rejects with its sentence. */
  readonly ready: Promise<void>;
  joinWindow(port: MessagePortMain): void;
  bulk(request: MainWithoutId<'bulk'>): Promise<Uint8Array | null>;
  /** Sends files, chunk by chunk as the host takes them; the host's refusal, or null. */
  upload(
    request: MainWithoutId<'upload'>,
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<{ code: string; sentence: string } | null>;
  stop(): Promise<void>;
}

export interface HostLinkOptions {
  readonly process: UtilityProcess;
  readonly start: Omit<Extract<MainMessage, { kind: 'start' }>, 'kind'>;
  /** `name` is proposed where something is saved. The chosen paths, none where the dialogue was closed. */
  choose(what: Choice, name: string): Promise<readonly string[]>;
  /** The host process ended without having been asked to. */
  onDeath(code: number): void;
}

export function createHostLink({ process: child, start, choose, onDeath }: HostLinkOptions): HostLink {
  const post = (message: MainMessage, ports: MessagePortMain[] = []): void =>
    child.postMessage(message, ports);
  const bulks = new Map<number, (bytes: Uint8Array | null) => void>();
  const uploads = new Map<
    number,
    { taken: () => void; done: (refusal: { code: string; sentence: string } | null) => void }
  >();
  const ready = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<undefined>();
  let last = 0,
    stopping = false;
  // It may fail before anyone waits for it; whoever does is told all the same.
  ready.promise.catch(() => undefined);

  child.on('message', (raw: HostMessage) => {
    switch (raw.kind) {
      case 'ready':
        ready.resolve(undefined);
        return;
      case 'failed':
        ready.reject(new Error(raw.sentence));
        return;
      case 'bulk':
        bulks.get(raw.id)?.(raw.bytes);
        bulks.delete(raw.id);
        return;
      case 'taken':
        uploads.get(raw.id)?.taken();
        return;
      case 'uploaded':
        uploads.get(raw.id)?.done(raw.refusal);
        return;
      case 'choose':
        void choose(raw.what, raw.name).then((paths) => post({ kind: 'chosen', id: raw.id, paths }));
    }
  });
  child.once('exit', (code) => {
    for (const answer of bulks.values()) answer(null);
    for (const { done } of uploads.values())
      done({ code: 'DEFECT', sentence: 'Fluence lost its host; start it again.' });
    ready.reject(new Error('The host of Fluence ended before it was ready.'));
    ended.resolve(undefined);
    if (!stopping) onDeath(code);
  });
  post({ kind: 'start', ...start });

  return {
    ready: ready.promise,
    joinWindow: (port) => post({ kind: 'window' }, [port]),
    bulk: (request) =>
      new Promise((resolve) => {
        const id = ++last;
        bulks.set(id, resolve);
        post({ kind: 'bulk', id, ...request });
      }),
    async upload(request, chunks) {
      const id = ++last;
      const done = Promise.withResolvers<{ code: string; sentence: string } | null>();
      const state = { refused: false };
      let taken: (() => void) | null = null;
      uploads.set(id, {
        taken: () => taken?.(),
        done: (refusal) => {
          state.refused = true;
          taken?.();
          done.resolve(refusal);
        },
      });
      post({ kind: 'upload', id, ...request });
      try {
        for await (const bytes of chunks) {
          if (state.refused) break;
          const next = new Promise<void>((resolve) => (taken = resolve));
          post({ kind: 'chunk', id, bytes });
          await next;
        }
        post({ kind: 'chunk', id, bytes: null });
      } catch {
        // The window went, or could not read its file: whoever waits for the rest of it is told, and lets go of it.
        post({ kind: 'broken', id });
      }
      const refusal = await done.promise;
      uploads.delete(id);
      return refusal;
    },
    async stop() {
      stopping = true;
      post({ kind: 'stop' });
      await ended.promise;
    },
  };
}
