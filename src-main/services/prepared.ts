export interface Sized {
  /** What it holds in memory. */
  readonly bytes: number;
}

export interface PreparedCache {
  /** What is held under the key, or being made for it, or made now. A failure is not kept. */
  get<T extends Sized>(key: string, make: () => Promise<T>): Promise<T>;
  /** Sum of what is held. */
  readonly bytes: number;
}

/** Keeps what was prepared within a byte budget, least recently used out first; the newest always stays. */
export function createPreparedCache(budget: number): PreparedCache {
  const held = new Map<string, { readonly made: Promise<Sized>; bytes: number }>();
  let total = 0;

  function trim(): void {
    for (const [key, entry] of held) {
      if (total <= budget || held.size === 1) return;
      // What is still being made counts nothing yet, and someone waits for it.
      if (entry.bytes === 0) continue;
      held.delete(key);
      total -= entry.bytes;
    }
  }

  return {
    get bytes() {
      return total;
    },
    async get<T extends Sized>(key: string, make: () => Promise<T>): Promise<T> {
      let entry = held.get(key);
      if (entry === undefined) {
        const added = { made: make() as Promise<Sized>, bytes: 0 };
        entry = added;
        added.made.then(
          ({ bytes }) => {
            if (held.get(key) !== added) return;
            added.bytes = bytes;
            total += bytes;
            trim();
          },
          () => held.get(key) === added && held.delete(key),
        );
      }
      // To the end of the map: its order is that of use.
      held.delete(key);
      held.set(key, entry);
      // A key names what it was made from, so that what lies under it has the type it was made with.
      return entry.made as Promise<T>;
    },
  };
}
