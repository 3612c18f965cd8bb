import type { ImportReport, PatientSummary } from '../../src-shared/api/index.ts';
import type { InstanceRecord, ObjectKind } from '../../src-shared/model/index.ts';
import type { TaskRunner } from '../../src-shared/compute/tasks/index.ts';

/** One stored object: its record, and where its bytes lie. */
export interface StoredObject extends InstanceRecord {
  /** SHA-256 of the file as it came, hex; also its name in the object store. */
  readonly sha256: string;
  readonly bytes: number;
  readonly importedAt: string;
}

/** A file that a person knows by another name than the one under which it lies. */
export interface NamedFile {
  readonly path: string;
  readonly name: string;
}

export interface ImportProgress {
  readonly report: ImportReport;
  /** 0 to 1. */
  readonly progress: number;
  readonly filesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly remainingSeconds: number | null;
}

export interface ListFilter {
  readonly patient?: string;
  readonly modality?: string;
  readonly search?: string;
}

/** The study library on disk. Window and command line may hold one each on the same folder. */
export interface Library {
  readonly directory: string;
  readonly readOnly: boolean;
  /** What opening had to do, one sentence each ('The index was damaged and was rebuilt …'); mostly empty. */
  readonly notices: readonly string[];

  /** Files, folders and zip archives, streamed. Transactional per series-sized batch; stop it by the signal. */
  importPaths(
    paths: readonly (string | NamedFile)[],
    options: {
      title: string;
      who: string;
      signal?: AbortSignal;
      onProgress?: (progress: ImportProgress) => void;
      /** The files were staged in the library's folder for this import: each may become the object itself, and goes. */
      owned?: boolean;
    },
  ): Promise<ImportReport>;
  reports(): readonly ImportReport[];
  /** Files that imports refused and that name this study, the latest first. */
  refusedOf(studyUid: string): readonly ImportReport['refused'][number][];
  report(id: string): ImportReport;

  tree(search: string): readonly PatientSummary[];
  list(
    what: 'patients' | 'studies' | 'series' | 'objects',
    filter: ListFilter,
  ): readonly Record<string, unknown>[];
  status(): Holds & { readonly freeBytes: number | null };
  markOpened(patientKey: string): void;

  /** Objects of a patient key, study, series or SOP Instance UID, in a stable order; empty where none. */
  objects(uid: string): readonly StoredObject[];
  /** All objects of the study that this study, series or instance belongs to. */
  studyObjects(uid: string): readonly StoredObject[];
  objectsOfKind(studyUid: string, kind: ObjectKind): readonly StoredObject[];
  /** Absolute path of an object's bytes. Never leaves the host. */
  pathOf(sha256: string): string;

  /** Answers the number of the change; likewise `restore`. Throws NOT_FOUND where there is nothing to move. */
  toTrash(what: 'patient' | 'study', key: string, who: string): number;
  trash(): readonly { what: 'patient' | 'study'; key: string; title: string; at: string; objects: number }[];
  restore(what: 'patient' | 'study', key: string, who: string): number;
  emptyTrash(who?: string): { objects: number; bytes: number };

  changes(limit: number): {
    changes: readonly { id: number; at: string; who: string; what: string; undone: boolean }[];
    canUndo: boolean;
    canRedo: boolean;
  };
  undo(who: string): string | null;
  redo(who: string): string | null;

  getSetting(key: string): unknown;
  setSetting(key: string, value: unknown): void;
  /** Unfinished work on a patient, small JSON values by key; the last one saved stays. Throws USAGE beyond 1 MiB. */
  saveDraft(patientKey: string, key: string, value: unknown): void;
  draft(patientKey: string, key: string): Draft | null;
  drafts(patientKey: string): readonly Draft[];
  removeDraft(patientKey: string, key: string): void;
  /** Jobs as the scheduler leaves them, so that their outcome survives a restart. */
  saveJob(job: { id: string } & Record<string, unknown>): void;
  jobs(): readonly Record<string, unknown>[];
  forgetJob(id: string): void;

  verify(options: { signal?: AbortSignal; onProgress?: (progress: number) => void }): Promise<VerifyResult>;
  /** Makes index.sqlite anew from the objects alone. */
  rebuildIndex(options: {
    signal?: AbortSignal;
    onProgress?: (progress: number) => void;
  }): Promise<{ objects: number }>;
  /** The whole library in one file, which appears under its name, and replaces what had it, only when it is complete. */
  backup(file: string, options: BackupOptions): Promise<BackupResult>;
  /** Whether another program has changed something since this was last asked; the first time it only looks. */
  changedElsewhere(): boolean;
  close(): void;
}

export interface Draft {
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
  readonly value: unknown;
}

/** What a library holds: patients, studies, series and objects without those in the trash. */
export interface Holds {
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly objects: number;
  /** Of all objects, the trash included. */
  readonly usedBytes: number;
  /** Objects. */
  readonly inTrash: number;
  /** Of what is held, ISO 8601, UTC; null where nothing ever was. */
  readonly lastChange: string | null;
}

export interface BackupOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: number) => void;
  /** Of the product, for whoever restores it. */
  readonly version?: string;
}

/** What a backup holds. */
export interface BackupResult {
  readonly objects: number;
  /** Of the objects; the file is a little larger. */
  readonly bytes: number;
}

export interface VerifyResult {
  readonly objects: number;
  readonly bad: readonly { uid: string; sha256: string; reason: string }[];
  readonly index: 'sound' | 'damaged' | 'rebuilt';
  readonly auditTrail: 'sound' | 'damaged';
}

export interface RestoreOptions {
  /** Reads objects where the index of the backup has to be made anew. */
  readonly runner: TaskRunner;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RestoreProgress) => void;
}

export interface RestoreProgress {
  /** 0 to 1. */
  readonly progress: number;
  readonly objects: number;
  /** As the backup says of itself; null where it does not. */
  readonly ofObjects: number | null;
  readonly bytes: number;
  /** When the backup was made, ISO 8601, UTC; null where it does not say. */
  readonly made: string | null;
}

/** A library that was made from a backup. */
export interface RestoreResult {
  /** When and by which version of Fluence the backup was made; null where it does not say. */
  readonly made: string | null;
  readonly version: string | null;
  readonly holds: Holds;
  /** 'damaged': the change log was already when the backup was made. */
  readonly auditTrail: 'sound' | 'damaged';
}

export interface OpenLibraryOptions {
  /** Reads and describes files off the main thread. */
  readonly runner: TaskRunner;
  readonly create?: boolean;
  readonly readOnly?: boolean;
}
