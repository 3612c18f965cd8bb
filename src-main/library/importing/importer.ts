import type { ImportReport } from '../../../src-shared/api/index.ts';
import { Failure, type Finding, type InstanceRecord } from '../../../src-shared/model/index.ts';
import type { Context } from '../context.ts';
import { asFailure } from '../failures.ts';
import { describeNext, studyFindings } from '../index/describeStudies.ts';
import { ownFindings } from '../index/findings.ts';
import { readFileTask } from '../tasks.ts';
import type { ImportProgress, NamedFile } from '../types.ts';
import { saveReport } from '../workspace/notes.ts';
import { ARCHIVE_LIMITS, extractedPath, openArchive, type ArchiveLimits } from './archive.ts';
import { Batches, type Arrived } from './batch.ts';
import type { ReadFileOutput } from './readFile.ts';
import { ReportBuilder } from './reportBuilder.ts';
import { gatherSources, type OfferedFile, type Sources } from './sources.ts';

export interface ImportOptions {
  readonly title: string;
  readonly who: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** The files are the library's own, staged in its folder for this import: each may become the object itself, and goes. */
  readonly owned?: boolean;
  readonly limits?: ArchiveLimits;
  readonly batch?: BatchLimits;
}

/** A batch is committed when it has so many files or bytes, or has waited so long: what a kill can cost. */
export interface BatchLimits {
  readonly files: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

interface Offer {
  readonly file: OfferedFile;
  readonly owned: boolean;
}

const BATCH: BatchLimits = { files: 512, bytes: 128e6, milliseconds: 1500 };
const PROGRESS_EVERY = 200;
const REPORTED = 200;

/** One import, from paths to a report. Library troubles (disk full, read-only) throw; whatever a file holds does not. */
export class Importer {
  readonly #context: Context;
  readonly #options: ImportOptions;
  readonly #report: ReportBuilder;
  readonly #batches: Batches;
  readonly #incoming: string;
  #batch: Arrived[] = [];
  #batchBytes = 0;
  #batchSince = 0;
  #committing: Promise<void> = Promise.resolve();
  #again: Arrived[] = [];
  #tickets = 0;
  #bytesOffered = 0;
  #bytesDone = 0;
  #filesDone = 0;
  #progressAt = 0;

  constructor(context: Context, options: ImportOptions) {
    this.#context = context;
    this.#options = options;
    this.#report = new ReportBuilder(options.title);
    this.#batches = new Batches(context.databases, context.store, this.#report, options.who);
    this.#incoming = context.store.openIncoming();
  }

  async run(offered: readonly (string | NamedFile)[]): Promise<ImportReport> {
    const { databases, store } = this.#context;
    try {
      saveReport(databases, this.#report.build('running'));
      await this.#readAll(await gatherSources(offered, this.#options.signal));
      const state = this.#options.signal?.aborted === true ? 'cancelled' : 'done';
      const report = this.#report.build(state, await this.#findings());
      saveReport(databases, report);
      this.#tell(true);
      return report;
    } catch (error) {
      await this.#committing.catch(() => undefined);
      // First make room, then keep the report: on a full disk there is none for it before.
      store.closeIncoming(this.#incoming);
      this.#keepFailedReport();
      throw asFailure(error);
    } finally {
      store.closeIncoming(this.#incoming);
    }
  }

  async #readAll(sources: Sources): Promise<void> {
    for (const refusal of sources.refusals) this.#report.refuse(refusal);
    this.#report.offered = sources.files.length + sources.archives.length + sources.refusals.length;
    this.#bytesOffered = [...sources.files, ...sources.archives].reduce((sum, file) => sum + file.bytes, 0);
    const window: Promise<Settled>[] = [];
    const widest = this.#context.runner.workers * 2 + 2;
    try {
      for await (const offer of this.#offers(sources)) {
        window.push(this.#read(offer));
        if (window.length >= widest) await this.#take(await window.shift()!);
        if (this.#stopped) break;
      }
      for (let next = window.shift(); next !== undefined; next = window.shift()) await this.#take(await next);
      await this.#flush();
      await this.#committing;
      while (this.#again.length > 0) await this.#readAgain();
    } finally {
      // What is still being written must have ended before its folder is removed.
      await Promise.all(window);
    }
  }

  get #stopped(): boolean {
    return this.#options.signal?.aborted === true;
  }

  async *#offers(sources: Sources): AsyncGenerator<Offer> {
    for (const file of sources.files) {
      if (this.#stopped) return;
      yield { file, owned: this.#options.owned ?? false };
    }
    for (const file of sources.archives) {
      if (this.#stopped) return;
      yield* this.#unpack(file);
    }
  }

  async *#unpack(file: OfferedFile): AsyncGenerator<Offer> {
    const { files, layout } = this.#context;
    const archive = await openArchive(
      file,
      files.freeBytes(layout.directory),
      this.#options.limits ?? ARCHIVE_LIMITS,
    );
    if ('code' in archive) {
      this.#report.refuse(archive);
      return;
    }
    try {
      // The archive is offered as what is in it.
      this.#report.offered += archive.entries.length + archive.refusals.length - 1;
      this.#bytesOffered += archive.entries.reduce((sum, entry) => sum + entry.bytes, 0) - file.bytes;
      for (const refusal of archive.refusals) this.#report.refuse(refusal);
      for (const entry of archive.entries) {
        if (this.#stopped) return;
        const unpacked = await archive.extract(entry, extractedPath(this.#incoming, this.#ticket()));
        if ('code' in unpacked) this.#report.refuse(unpacked);
        else yield { file: unpacked, owned: true };
      }
    } finally {
      archive.close();
    }
  }

  #ticket(): string {
    return String(this.#tickets++);
  }

  /** Never rejects: several run at once, and only the one at the head is waited for. */
  async #read(offer: Offer): Promise<Settled> {
    const { file, owned } = offer;
    const { runner, layout } = this.#context;
    const input = {
      path: file.path,
      name: file.name,
      followLinks: file.followLinks,
      owned,
      incoming: this.#incoming,
      ticket: this.#ticket(),
      objects: layout.objects,
    };
    try {
      return {
        offer,
        output: await runner.run(readFileTask, input, { priority: 'batch', bytes: file.bytes }),
      };
    } catch (error) {
      return { offer, error };
    }
  }

  async #take(settled: Settled): Promise<void> {
    const { offer } = settled;
    if ('error' in settled) throw settled.error;
    const { output } = settled;
    this.#filesDone++;
    this.#bytesDone += offer.file.bytes;
    if (output.outcome === 'failed')
      throw asFailure(Object.assign(new Error(output.code), { code: output.cause }));
    const keepsFile = output.outcome === 'read' && output.temporary === offer.file.path;
    if (offer.owned && !keepsFile && typeof offer.file.path === 'string')
      this.#context.files.remove(offer.file.path);
    if (output.outcome === 'refused')
      this.#report.refuse({
        name: offer.file.name,
        code: output.code,
        reason: output.reason,
        tag: output.tag,
        ...(output.belongs === undefined ? {} : { belongs: output.belongs }),
      });
    else this.#add({ ...offer, output });
    const { files, bytes, milliseconds } = this.#options.batch ?? BATCH;
    const full = this.#batch.length >= files || this.#batchBytes >= bytes;
    if (full || (this.#batch.length > 0 && performance.now() - this.#batchSince > milliseconds))
      await this.#flush();
    this.#tell(false);
  }

  #add(arrived: Arrived): void {
    if (this.#batch.length === 0) this.#batchSince = performance.now();
    this.#batch.push(arrived);
    this.#batchBytes += arrived.output.bytes;
  }

  /** Hands the batch to be committed while the next one is being read; one is committed at a time. */
  async #flush(): Promise<void> {
    await this.#committing;
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#committing = this.#commit(batch);
    this.#committing.catch(() => undefined);
  }

  async #commit(batch: readonly Arrived[]): Promise<void> {
    await this.#context.store.adopt(
      batch.flatMap(({ output: { temporary, sha256 } }) =>
        temporary === null ? [] : [{ temporary, sha256 }],
      ),
    );
    this.#again.push(...this.#batches.commit(batch));
  }

  /** Objects that another program deleted between our reading and our commit. */
  async #readAgain(): Promise<void> {
    const again = this.#again;
    this.#again = [];
    for (const { file, owned } of again) {
      // What came out of an archive became the object that is gone; there is no file left to read.
      if (owned)
        this.#report.refuse({
          name: file.name,
          code: 'FILE_UNREADABLE',
          reason: 'The object was deleted by another program while it was imported; import again.',
        });
      else await this.#take(await this.#read({ file, owned }));
    }
    await this.#flush();
    await this.#committing;
  }

  /** What is wrong with the objects that came in, and within the studies that they belong to. */
  async #findings(): Promise<Finding[]> {
    const { databases } = this.#context;
    while (databases.writeIndex(describeNext)) await new Promise(setImmediate);
    const uids = JSON.stringify([...this.#report.objects]);
    const studies = databases.index.all<{ study: number }>(
      `SELECT DISTINCT series.study FROM instances JOIN series ON series.id = instances.series
       WHERE trash IS NULL AND sop_instance_uid IN (SELECT value FROM json_each(?)) ORDER BY series.study`,
      uids,
    );
    const records = databases.index.all<{ record: string }>(
      `SELECT record FROM instances WHERE trash IS NULL AND sop_instance_uid IN (SELECT value FROM json_each(?)) AND record -> '$.findings' <> '[]'
       ORDER BY sop_instance_uid`,
      uids,
    );
    return [
      ...ownFindings(records.map((row) => JSON.parse(row.record) as InstanceRecord)),
      ...studies.flatMap(({ study }) => studyFindings(databases.index, study)),
    ];
  }

  #tell(last: boolean): void {
    const now = performance.now();
    if (this.#options.onProgress === undefined || (!last && now - this.#progressAt < PROGRESS_EVERY)) return;
    this.#progressAt = now;
    const seconds = Math.max(this.#report.seconds, 1e-3);
    const share =
      this.#bytesOffered === 0 ? (last ? 1 : 0) : Math.min(1, this.#bytesDone / this.#bytesOffered);
    this.#options.onProgress({
      report: this.#report.build('running', [], REPORTED),
      progress: last ? 1 : share,
      filesPerSecond: this.#filesDone / seconds,
      bytesPerSecond: this.#bytesDone / seconds,
      remainingSeconds: last ? 0 : share > 0 ? (seconds * (1 - share)) / share : null,
    });
  }

  #keepFailedReport(): void {
    try {
      saveReport(this.#context.databases, this.#report.build('failed'));
    } catch (error) {
      // The failure itself is what the caller must see; a report that found no room is the lesser loss.
      if (!(asFailure(error) instanceof Failure)) throw error;
    }
  }
}

type Settled =
  | { readonly offer: Offer; readonly output: ReadFileOutput }
  | { readonly offer: Offer; readonly error: unknown };
