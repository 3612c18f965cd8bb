/** The study library: what is kept of patients on this workstation. See SPEC.md. */
export { openLibrary } from './openLibrary.ts';
export { restoreBackup } from './backup/restore.ts';
export { libraryTasks } from './tasks.ts';
export type {
  BackupResult,
  Draft,
  ImportProgress,
  Library,
  ListFilter,
  OpenLibraryOptions,
  StoredObject,
  VerifyResult,
} from './types.ts';
