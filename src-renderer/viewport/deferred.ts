interface Job {
  readonly urgent: boolean;
  readonly run: () => void;
}

/** Work that is put off until there is time, so that the picture of a new slice never waits for it. */
export class Deferred {
  #jobs: Job[] = [];

  get waiting(): number {
    return this.#jobs.length;
  }

  put(run: () => void, urgent = false): void {
    this.#jobs.push({ urgent, run });
  }

  /** Forgets what is waiting; each frame asks anew for what it shows. */
  clear(): void {
    this.#jobs = [];
  }

  /** Works off what is waiting, what is urgent first, for about `milliseconds`; at least one piece. */
  work(milliseconds: number): void {
    const until = performance.now() + milliseconds;
    this.#jobs.sort((a, b) => Number(b.urgent) - Number(a.urgent));
    do {
      const job = this.#jobs.shift();
      if (!job) return;
      job.run();
    } while (performance.now() < until);
  }
}
