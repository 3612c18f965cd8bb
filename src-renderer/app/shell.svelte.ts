import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Job } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import { atMostEvery } from '../client/index.ts';
import { followDownload } from '../ui/index.ts';
import { Commands } from './commands.svelte.ts';
import type { Host } from './host.ts';
import { outcomeOf } from './jobOutcome.ts';
import { problemOf, type Problem } from './problem.ts';
import { Settings } from './settings.svelte.ts';
import type { WorkspaceId } from './workspaces.ts';

/** The patient banner: whose data is on screen, and in what state. */
export interface Banner {
  readonly name: string;
  readonly id: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly plan: { readonly label: string; readonly approval: string; readonly intent: string } | null;
}

/** What lies under the cursor. */
export interface Reading {
  readonly position: readonly [number, number, number] | null;
  readonly value: { readonly text: string; readonly unit: string } | null;
  readonly dose: { readonly text: string; readonly unit: string; readonly percent: string | null } | null;
  readonly structures: readonly { readonly name: string; readonly colour: string }[];
}

export const NO_READING: Reading = { position: null, value: null, dose: null, structures: [] };

export interface LibraryStatus {
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly objects: number;
  readonly usedBytes: number;
  readonly freeBytes: number | null;
  readonly readOnly: boolean;
  readonly inTrash: number;
}

export interface About {
  readonly version: string;
  readonly door: 'electron' | 'browser';
  readonly libraryName: string;
  readonly processors: number;
  readonly canAskForFiles: boolean;
  readonly notices: readonly string[];
}

/** The Library workspace with its list of libraries open. */
export const LIBRARIES_SHOWN = '#/library/libraries';
const MEMORY_EVERY_MS = 5000;
/** However often the library changes: each reading brings the whole tree. */
const READ_LIBRARY_EVERY_MS = 1000;

/** What the whole window shares: the host, the commands, the patient, the jobs. One per window, made by main.ts. */
export class Shell {
  readonly host: Host;
  readonly commands: Commands;
  readonly settings: Settings;
  workspace = $state<WorkspaceId | 'design'>('library');
  /** Study (or object of it) that Review shows. */
  openedUid = $state<string | null>(null);
  banner = $state.raw<Banner | null>(null);
  reading = $state.raw<Reading>(NO_READING);
  problems = $state.raw<readonly Problem[]>([]);
  jobs = $state.raw<readonly Job[]>([]);
  /** A job that this window began and that has something to show, until it is closed. */
  endedJob = $state.raw<Job | null>(null);
  /** What opening the library had to do, until it is closed. */
  notices = $state.raw<readonly string[]>([]);
  readonly #awaited = new SvelteSet<string>();
  readonly #libraryChanged = atMostEvery(READ_LIBRARY_EVERY_MS, () => void this.refreshLibrary());
  connected = $state(true);
  about = $state.raw<About | null>(null);
  library = $state.raw<LibraryStatus | null>(null);
  memoryBytes = $state<number | null>(null);
  history = $state.raw<{ canUndo: boolean; canRedo: boolean; undo: string; redo: string }>({
    canUndo: false,
    canRedo: false,
    undo: '',
    redo: '',
  });
  /** Counts changes of the library: whoever shows part of it asks again. */
  libraryVersion = $state(0);
  floating = $state<'palette' | 'keys' | 'jobs' | null>(null);

  constructor(host: Host) {
    const failed = (error: unknown, title: string): void => this.fail(error, title);
    this.host = host;
    this.commands = new Commands(failed);
    this.settings = new Settings(host, failed);
  }

  /** Shows what went wrong until the person closes it. A cancelled action is none. */
  fail(error: unknown, title: string): void {
    const problem = problemOf(error, title);
    if (problem.code === 'CANCELLED') return;
    this.problems = [...this.problems, problem];
  }

  /** Waits for a piece of work; what fails is told. */
  async attempt<T>(title: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      this.fail(error, title);
      return null;
    }
  }

  goTo(workspace: WorkspaceId | 'design', uid: string | null = null): void {
    const open = workspace === 'review' ? (uid ?? this.openedUid) : null;
    window.location.hash = open ? `#/${workspace}/${encodeURIComponent(open)}` : `#/${workspace}`;
  }

  async start(): Promise<void> {
    await this.settings.load();
    const bindings = await this.settings.get('keys');
    if (typeof bindings === 'object' && bindings !== null)
      this.commands.bindings = Object.fromEntries(
        Object.entries(bindings).filter(([, key]) => typeof key === 'string' || key === null),
      );
    this.about = await this.host.workstation.about({});
    this.notices = this.about.notices;
    this.jobs = (await this.host.jobs.list({})).jobs;
    // What was missed while the line was down is asked for again.
    this.host.onConnection((connected) => {
      const back = connected && !this.connected;
      this.connected = connected;
      if (back) void this.#catchUp();
    });
    this.host.on('jobs', 'changed', (job) => this.#takeJob(job));
    this.host.on('libraries', 'replaced', () => {
      // Nothing that is shown is of the library that is open now: the window begins anew, with what it may go back to.
      window.location.hash = LIBRARIES_SHOWN;
      window.location.reload();
    });
    this.host.on('library', 'changed', () => this.#libraryChanged());
    await this.refreshLibrary();
    const measure = async (): Promise<void> => {
      if (!this.connected) return;
      const heap =
        (performance as Performance & { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
      this.memoryBytes = (await this.host.workstation.memory({})).hostBytes + heap;
    };
    const quietly = (): void => void measure().catch(() => (this.memoryBytes = null));
    quietly();
    setInterval(quietly, MEMORY_EVERY_MS);
  }

  async #catchUp(): Promise<void> {
    await this.attempt(
      'The jobs could not be read',
      async () => (this.jobs = (await this.host.jobs.list({})).jobs),
    );
    await this.refreshLibrary();
  }

  #takeJob(job: Job): void {
    const known = this.jobs.some((one) => one.id === job.id);
    this.jobs = known ? this.jobs.map((one) => (one.id === job.id ? job : one)) : [job, ...this.jobs];
    if (job.state === 'done' || job.state === 'cancelled' || job.state === 'failed') this.#libraryChanged();
    this.#showEnd(job);
  }

  async refreshLibrary(): Promise<void> {
    await this.attempt('The library could not be read', async () => {
      this.library = await this.host.library.status({});
      const { changes, canUndo, canRedo } = await this.host.library.changes({ limit: 50 });
      this.history = {
        canUndo,
        canRedo,
        undo: changes.find((change) => !change.undone)?.what ?? '',
        redo: changes.findLast((change) => change.undone)?.what ?? '',
      };
      this.libraryVersion += 1;
    });
  }

  async undo(): Promise<void> {
    await this.host.library.undo({});
    await this.refreshLibrary();
  }

  async redo(): Promise<void> {
    await this.host.library.redo({});
    await this.refreshLibrary();
  }

  /** Shows what comes of a job when it has ended; it may have by the time that its id is known. */
  awaitJob(id: string): void {
    this.#awaited.add(id);
    const job = this.jobs.find((one) => one.id === id);
    if (job) this.#showEnd(job);
  }

  #showEnd(job: Job): void {
    if (job.endedAt === null || !this.#awaited.delete(job.id)) return;
    if (job.error) {
      const { code, message, detail } = job.error;
      this.fail(new Failure(code, message, detail), job.title);
      return;
    }
    const outcome = outcomeOf(job);
    if (outcome === null) return;
    this.endedJob = job;
    if (outcome.toFetch) void this.fetchBackup(job.id);
  }

  /** Once more what came of a job. */
  showOutcome(job: Job): void {
    this.floating = null;
    this.endedJob = job;
  }

  /** The check of the library, as a job. */
  async verifyLibrary(): Promise<void> {
    const begun = await this.attempt('The check did not start', () => this.host.library.verify({}));
    if (begun) this.awaitJob(begun.job);
  }

  /** The whole library in one file: where the door has a save dialogue, there; else as a download. */
  async backupLibrary(): Promise<void> {
    const begun = await this.attempt('The backup did not start', () => this.host.library.backup({}));
    if (begun?.job) this.awaitJob(begun.job);
  }

  /** The restore of a backup: a job, null where the dialogue was closed or nothing came of it. */
  async restoreBackup(file: File | null): Promise<string | null> {
    return this.attempt('The restore did not start', async () => {
      if (file === null) {
        const { job } = await this.host.libraries.restoreFromDialogue({});
        if (job !== null) this.awaitJob(job);
        return job;
      }
      const { job, sent } = await this.host.restore(file);
      this.awaitJob(job);
      sent.catch((error: unknown) => this.fail(error, 'The backup could not be sent'));
      return job;
    });
  }

  async fetchBackup(job: string): Promise<void> {
    const offer = await this.attempt('The file could not be fetched', () =>
      this.host.library.fetchBackup({ job }),
    );
    if (offer) followDownload(offer.url);
  }

  async cancelJob(id: string): Promise<void> {
    await this.attempt('The job could not be cancelled', () => this.host.jobs.cancel({ id }));
  }

  async dismissJob(id: string): Promise<void> {
    this.jobs = this.jobs.filter((job) => job.id !== id);
    await this.attempt('The job could not be removed from the list', () => this.host.jobs.dismiss({ id }));
  }

  /** What runs or waits, newest first. */
  get running(): readonly Job[] {
    return this.jobs.filter((job) => job.state === 'running' || job.state === 'waiting');
  }
}

export const [getShell, setShell] = createContext<Shell>();
