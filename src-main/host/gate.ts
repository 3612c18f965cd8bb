import { Failure } from '../../src-shared/model/index.ts';

export interface Gate {
  /** Goes in as soon as the gate is open, and is counted until it has come out. */
  through<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Shuts the gate, waits until all that went in is out, works, and opens again: who comes meanwhile waits.
   * @throws Failure NOT_ALLOWED where something does not come out in time, or the gate is shut already
   */
  shutFor<T>(work: () => Promise<T>): Promise<T>;
}

/** Between requests and what they work on, so that it can be exchanged while nothing uses it. */
export function createGate(patience = 5000): Gate {
  let inside = 0;
  let shut: PromiseWithResolvers<undefined> | null = null;
  let emptied: (() => void) | null = null;

  async function empty(): Promise<void> {
    if (inside === 0) return;
    const waited = Promise.withResolvers<undefined>();
    emptied = () => waited.resolve(undefined);
    const timer = setTimeout(
      () =>
        waited.reject(
          new Failure('NOT_ALLOWED', 'The library is still being read; wait a moment and try again.'),
        ),
      patience,
    );
    try {
      await waited.promise;
    } finally {
      clearTimeout(timer);
      emptied = null;
    }
  }

  return {
    async through(work) {
      while (shut !== null) await shut.promise;
      inside += 1;
      try {
        return await work();
      } finally {
        inside -= 1;
        if (inside === 0) emptied?.();
      }
    },
    async shutFor(work) {
      if (shut !== null)
        throw new Failure('NOT_ALLOWED', 'Another library is being opened just now; wait for it.');
      const opens = Promise.withResolvers<undefined>();
      shut = opens;
      try {
        await empty();
        return await work();
      } finally {
        shut = null;
        opens.resolve(undefined);
      }
    },
  };
}
