import type { ImportReport, PatientSummary } from '../../src-shared/api/index.ts';
import { Failure, type ObjectKind } from '../../src-shared/model/index.ts';
import { backupLibrary } from './backup/backup.ts';
import type { Context } from './context.ts';
import { asFailure } from './failures.ts';
import { holdsOf } from './holds.ts';
import { settleDeletions } from './importing/batch.ts';
import { Importer, type ImportOptions } from './importing/importer.ts';
import { listOf } from './index/list.ts';
import { objectsOf, studyObjectsOf } from './index/records.ts';
import { treeOf } from './index/tree.ts';
import { rebuildIndex, type Watch } from './rebuild.ts';
import type {
  BackupOptions,
  BackupResult,
  Draft,
  Library,
  ListFilter,
  NamedFile,
  StoredObject,
  VerifyResult,
} from './types.ts';
import { verify } from './verify.ts';
import { listChanges } from './workspace/changeLog.ts';
import { findDraft, listDrafts, removeDraft, saveDraft } from './workspace/drafts.ts';
import {
  findReport,
  forgetJob,
  getSetting,
  listJobs,
  listReports,
  refusedOf,
  markOpened,
  saveJob,
  setSetting,
} from './workspace/notes.ts';
import { emptyTrash, listTrash, restore, toTrash, travel, type TrashKind } from './workspace/trash.ts';

/** An open library: each method one call into the part that does it. */
export class StudyLibrary implements Library {
  readonly notices: readonly string[];
  readonly #context: Context;

  constructor(context: Context, notices: readonly string[]) {
    this.#context = context;
    this.notices = notices;
  }

  get directory(): string {
    return this.#context.layout.directory;
  }

  get readOnly(): boolean {
    return this.#context.databases.readOnly;
  }

  async importPaths(paths: readonly (string | NamedFile)[], options: ImportOptions): Promise<ImportReport> {
    this.#mustWrite();
    let importer: Importer;
    try {
      importer = new Importer(this.#context, options);
    } catch (error) {
      throw asFailure(error);
    }
    return importer.run(paths);
  }

  reports(): ImportReport[] {
    return listReports(this.#workspace);
  }

  refusedOf(studyUid: string): ImportReport['refused'] {
    return refusedOf(this.#workspace, studyUid);
  }

  report(id: string): ImportReport {
    return findReport(this.#workspace, id);
  }

  tree(search: string): PatientSummary[] {
    return treeOf(this.#index, this.#workspace, search);
  }

  list(what: 'patients' | 'studies' | 'series' | 'objects', filter: ListFilter): Record<string, unknown>[] {
    return listOf(this.#index, what, filter);
  }

  status(): ReturnType<Library['status']> {
    return {
      ...holdsOf(this.#index, this.#workspace),
      freeBytes: this.#context.files.freeBytes(this.directory),
    };
  }

  markOpened(patientKey: string): void {
    if (!this.readOnly) markOpened(this.#context.databases, patientKey);
  }

  objects(uid: string): StoredObject[] {
    return objectsOf(this.#index, uid);
  }

  studyObjects(uid: string): StoredObject[] {
    return studyObjectsOf(this.#index, uid);
  }

  objectsOfKind(studyUid: string, kind: ObjectKind): StoredObject[] {
    return studyObjectsOf(this.#index, studyUid).filter((object) => object.kind === kind);
  }

  pathOf(sha256: string): string {
    return this.#context.store.pathOf(sha256);
  }

  toTrash(what: TrashKind, key: string, who: string): number {
    this.#mustWrite();
    return toTrash(this.#context.databases, what, key, who);
  }

  trash(): ReturnType<Library['trash']> {
    return listTrash(this.#workspace);
  }

  restore(what: TrashKind, key: string, who: string): number {
    this.#mustWrite();
    return restore(this.#context.databases, what, key, who);
  }

  emptyTrash(who = ''): { objects: number; bytes: number } {
    this.#mustWrite();
    const gone = emptyTrash(this.#context.databases, who);
    settleDeletions(this.#context.databases, this.#context.store);
    return gone;
  }

  changes(limit: number): ReturnType<Library['changes']> {
    return listChanges(this.#workspace, limit);
  }

  undo(who: string): string | null {
    this.#mustWrite();
    return travel(this.#context.databases, 'undo', who);
  }

  redo(who: string): string | null {
    this.#mustWrite();
    return travel(this.#context.databases, 'redo', who);
  }

  getSetting(key: string): unknown {
    return getSetting(this.#workspace, key);
  }

  setSetting(key: string, value: unknown): void {
    this.#mustWrite();
    setSetting(this.#context.databases, key, value);
  }

  saveDraft(patientKey: string, key: string, value: unknown): void {
    this.#mustWrite();
    saveDraft(this.#context.databases, patientKey, key, value);
  }

  draft(patientKey: string, key: string): Draft | null {
    return findDraft(this.#workspace, patientKey, key);
  }

  drafts(patientKey: string): Draft[] {
    return listDrafts(this.#workspace, patientKey);
  }

  removeDraft(patientKey: string, key: string): void {
    this.#mustWrite();
    removeDraft(this.#context.databases, patientKey, key);
  }

  saveJob(job: { id: string } & Record<string, unknown>): void {
    if (!this.readOnly) saveJob(this.#context.databases, job);
  }

  jobs(): Record<string, unknown>[] {
    return listJobs(this.#workspace);
  }

  forgetJob(id: string): void {
    if (!this.readOnly) forgetJob(this.#context.databases, id);
  }

  async verify(options: Watch): Promise<VerifyResult> {
    return failing(() => verify(this.#context, options));
  }

  async rebuildIndex(options: Watch): Promise<{ objects: number }> {
    this.#mustWrite();
    return failing(() => rebuildIndex(this.#context, options));
  }

  async backup(file: string, options: BackupOptions): Promise<BackupResult> {
    return failing(() => backupLibrary(this.#context, file, options));
  }

  changedElsewhere(): boolean {
    return this.#context.databases.changedElsewhere();
  }

  close(): void {
    this.#context.databases.close();
  }

  get #index(): Context['databases']['index'] {
    return this.#context.databases.index;
  }

  get #workspace(): Context['databases']['workspace'] {
    return this.#context.databases.workspace;
  }

  #mustWrite(): void {
    if (this.readOnly)
      throw new Failure(
        'LIBRARY_READ_ONLY',
        'The study library was opened for reading only; its folder cannot be written to.',
      );
  }
}

async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFailure(error);
  }
}
