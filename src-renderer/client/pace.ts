/** A function that is called as often as one likes and acts at most once per time: at once, and once more at the end. */
export interface Paced {
  (): void;
  /** Acts now where it still owes a call. */
  flush(): void;
}

/** Acts at most every `interval` ms; a call that comes too early is made up for when the time is over. */
export function atMostEvery(interval: number, act: () => void): Paced {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let owed = false;
  const run = (): void => {
    owed = false;
    timer = setTimeout(() => {
      timer = null;
      if (owed) run();
    }, interval);
    act();
  };
  const paced = (): void => {
    if (timer === null) run();
    else owed = true;
  };
  return Object.assign(paced, {
    flush(): void {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (owed) {
        owed = false;
        act();
      }
    },
  });
}
