import type { Transport } from './transport.ts';

/** What Electron's preload script puts into the page; absent at every other door. */
interface ElectronBridge {
  call(domain: string, method: string, request: unknown): Promise<unknown>;
  onEvent(listener: (message: unknown) => void): void;
}

const bridgeOf = (scope: object): ElectronBridge | null =>
  'fluenceDoor' in scope ? (scope.fluenceDoor as ElectronBridge) : null;

/** The transport over Electron's message port, where the page runs there; else null. */
export function electronTransport(scope: object = globalThis): Transport | null {
  const bridge = bridgeOf(scope);
  if (!bridge) return null;
  const listeners = new Set<(message: unknown) => void>();
  bridge.onEvent((message) => {
    for (const listener of listeners) listener(message);
  });
  return {
    call: (domain, method, request) => bridge.call(domain, method, request),
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    // The line lives as long as the host process, and the app ends with that.
    onConnection(listener) {
      listener(true);
      return () => undefined;
    },
    close: () => listeners.clear(),
  };
}
