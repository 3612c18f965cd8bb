import type { EventMessage } from '../../src-shared/api/index.ts';

/**
 * All that the client needs of a door, and nothing it trusts: answers and events are validated by the client. The
 * browser door is `httpTransport`; another door hands its own to `connect`. Bulk data and uploads are plain fetches
 * of relative URLs at every door.
 */
export interface Transport {
  /** The door's answer, an AnswerMessage if the host is sound. Rejects where the host cannot be reached. */
  call(domain: string, method: string, request: unknown): Promise<unknown>;
  onEvent(listener: (message: unknown) => void): () => void;
  /** Told when the line to the host breaks (false) and when it stands (true): what was missed must be asked for again. */
  onConnection(listener: (connected: boolean) => void): () => void;
  close(): void;
}

const RECONNECT_AFTER = 1500;

/** Calls by POST, events by Server-Sent Events that connect again by themselves. */
export function httpTransport(): Transport {
  const onEvent = new Set<(message: unknown) => void>();
  const onConnection = new Set<(connected: boolean) => void>();
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let connected: boolean | null = null;

  // What is sent while the page goes away outlives it; else such requests only share a small room.
  let leaving = false;
  const onLeave = ({ type }: Event): void => void (leaving = type === 'pagehide');
  window.addEventListener('pagehide', onLeave);
  window.addEventListener('pageshow', onLeave);

  function tell(now: boolean): void {
    if (connected === now) return;
    connected = now;
    for (const listener of onConnection) listener(now);
  }

  function listen(): void {
    const stream = new EventSource('/events');
    source = stream;
    stream.onopen = () => tell(true);
    stream.onmessage = ({ data }: MessageEvent<string>) => {
      const message = JSON.parse(data) as EventMessage;
      for (const listener of onEvent) listener(message);
    };
    stream.onerror = () => {
      tell(false);
      // A stream that was refused, not only cut, is not tried again by the browser.
      if (stream.readyState !== EventSource.CLOSED) return;
      stream.close();
      retry = setTimeout(listen, RECONNECT_AFTER);
    };
  }
  listen();

  return {
    async call(domain, method, request) {
      const answer = await fetch(`/api/${domain}/${method}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(request),
        keepalive: leaving,
      });
      if (!answer.ok) throw new TypeError(`the door answered ${answer.status}`);
      return answer.json() as Promise<unknown>;
    },
    onEvent(listener) {
      onEvent.add(listener);
      return () => void onEvent.delete(listener);
    },
    onConnection(listener) {
      onConnection.add(listener);
      if (connected !== null) listener(connected);
      return () => void onConnection.delete(listener);
    },
    close() {
      clearTimeout(retry);
      source?.close();
      window.removeEventListener('pagehide', onLeave);
      window.removeEventListener('pageshow', onLeave);
    },
  };
}
