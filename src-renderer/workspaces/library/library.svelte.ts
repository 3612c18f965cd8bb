import { SvelteSet } from 'svelte/reactivity';
import type { ImportReport, Job, PatientSummary } from '../../../src-shared/api/index.ts';
import type { Shell } from '../../app/shell.svelte.ts';
import { isFailure } from '../../../src-shared/model/index.ts';
import { libraryNodes, type Entry } from './entries.ts';
import { FILTERS } from './filters.ts';
import type { UploadFile } from '../../client/index.ts';
import { offerTitle } from './gather.ts';

export interface UploadState {
  readonly title: string;
  readonly files: number;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly sentFiles: number;
  readonly abort: AbortController;
}

export interface TrashItem {
  readonly what: 'patient' | 'study';
  readonly key: string;
  readonly title: string;
  readonly at: string;
  readonly objects: number;
}

/** What the Library workspace knows and does. */
export class LibraryState {
  readonly #shell: Shell;
  #demoJob = $state<string | null>(null);
  search = $state('');
  filter = $state('all');
  patients = $state.raw<readonly PatientSummary[] | null>(null);
  reports = $state.raw<readonly ImportReport[]>([]);
  reportId = $state<string | null>(null);
  trash = $state.raw<readonly TrashItem[]>([]);
  selectedId = $state<string | null>(null);
  upload = $state.raw<UploadState | null>(null);
  /** The report shown below the tree follows the import that was begun last, until another is chosen. */
  dockOpen = $state(false);
  /** The dialog that is open. */
  asking = $state<'restore' | 'libraries' | 'empty-trash' | null>(null);
  readonly expanded = new SvelteSet<string>();

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  readonly shown = $derived.by(() => {
    const filter = FILTERS.find((one) => one.id === this.filter) ?? FILTERS[0];
    const now = Date.now();
    return (this.patients ?? []).filter((patient) => filter?.takes(patient, now) ?? true);
  });
  readonly nodes = $derived(libraryNodes(this.shown));
  readonly selected = $derived.by((): Entry | null => {
    for (const node of this.nodes) {
      if (node.id === this.selectedId) return node.item;
      for (const child of node.children) {
        if (child.id === this.selectedId) return child.item;
        for (const grandchild of child.children)
          if (grandchild.id === this.selectedId) return grandchild.item;
      }
    }
    return null;
  });
  readonly report = $derived(this.reports.find((one) => one.id === this.reportId) ?? null);
  /** The job of the import that is shown, while it runs. */
  readonly importJob = $derived.by(
    (): Job | null => this.#shell.running.find((job) => job.kind === 'import') ?? null,
  );

  async refresh(): Promise<void> {
    await this.#shell.attempt('The library could not be read', async () => {
      const { library } = this.#shell.host;
      const [tree, reports, trash] = await Promise.all([
        library.tree({ search: this.search }),
        library.reports({}),
        library.trash({}),
      ]);
      this.patients = tree.patients;
      this.reports = reports.reports.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
      this.trash = trash.items;
      const first = this.nodes[0];
      if (this.selected === null && first) {
        this.selectedId = first.id;
        if (this.nodes.length === 1) this.expanded.add(first.id);
      }
    });
  }

  /** A running import tells how far it is: its report so far. */
  takeProgress(report: ImportReport): void {
    const known = this.reports.some((one) => one.id === report.id);
    this.reports = known
      ? this.reports.map((one) => (one.id === report.id ? report : one))
      : [report, ...this.reports];
    this.show(report.id);
  }

  show(id: string): void {
    this.reportId = id;
    this.dockOpen = true;
  }

  async importFromDialogue(what: 'folder' | 'files'): Promise<void> {
    await this.#shell.attempt('The import did not start', () =>
      this.#shell.host.library.importFromDialogue({ what }),
    );
  }

  /** Makes the demo patient; Review opens on it when its job is done. */
  async importDemo(): Promise<void> {
    const started = await this.#shell.attempt('The demo patient could not be made', () =>
      this.#shell.host.library.importDemo({}),
    );
    this.#demoJob = started?.job ?? null;
  }

  async followDemo(): Promise<void> {
    const job = this.#shell.jobs.find((one) => one.id === this.#demoJob);
    if (!job || job.state === 'running' || job.state === 'waiting') return;
    this.#demoJob = null;
    if (job.state !== 'done') return;
    const found = await this.#shell.attempt('The demo patient could not be opened', () =>
      this.#shell.host.library.tree({ search: 'DEMO' }),
    );
    const study = found?.patients[0]?.studies[0];
    if (study) this.#shell.goTo('review', study.uid);
  }

  async importOffered(offered: readonly UploadFile[]): Promise<void> {
    if (offered.length === 0 || this.upload !== null) return;
    const abort = new AbortController();
    const title = offerTitle(offered);
    this.upload = { title, files: offered.length, bytes: 0, sentBytes: 0, sentFiles: 0, abort };
    this.dockOpen = true;
    this.reportId = null;
    try {
      await this.#shell.host.upload({
        title,
        files: offered,
        signal: abort.signal,
        onProgress: ({ files: sentFiles, bytes: sentBytes, ofBytes: bytes }) => {
          if (this.upload) this.upload = { ...this.upload, bytes, sentFiles, sentBytes };
        },
      });
    } catch (error) {
      if (!abort.signal.aborted && !(isFailure(error) && error.code === 'CANCELLED'))
        this.#shell.fail(error, `${title} could not be imported`);
    } finally {
      this.upload = null;
    }
  }

  async toTrash(what: 'patient' | 'study', key: string): Promise<void> {
    await this.#shell.attempt('It could not be put into the trash', () =>
      this.#shell.host.library.toTrash({ what, key }),
    );
    await this.#shell.refreshLibrary();
  }

  async restore(item: TrashItem): Promise<void> {
    await this.#shell.attempt(`${item.title} could not be restored`, () =>
      this.#shell.host.library.restore({ what: item.what, key: item.key }),
    );
    await this.#shell.refreshLibrary();
  }

  askToEmptyTrash(): void {
    this.filter = 'trash';
    this.asking = 'empty-trash';
  }

  async emptyTrash(): Promise<void> {
    await this.#shell.attempt('The trash could not be emptied', () =>
      this.#shell.host.library.emptyTrash({}),
    );
    await this.#shell.refreshLibrary();
  }

  async open(entry: Entry): Promise<void> {
    const uid = entry.uid ?? entry.study?.uid ?? null;
    if (uid === null) return;
    void this.#shell.host.library
      .markOpened({ patient: entry.patient.key })
      .catch((error: unknown) => this.#shell.fail(error, 'The visit could not be noted'));
    this.#shell.goTo('review', uid);
  }
}
