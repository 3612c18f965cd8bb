/** The study library: what is kept of patients on this workstation. See SPEC.md. */
export { openLibrary } from './openLibrary.ts';
export { openPlace, libraryAt } from './place/openPlace.ts';
export {
  discard,
  librariesAt,
  lookInto,
  restoreBeside,
  sweepRestores,
  use,
  type Neighbour,
} from './place/neighbours.ts';
export { restoreBackup } from './backup/restore.ts';
export { backupFile } from './backup/source.ts';
export type { ByteSource } from './backup/tar.ts';
export { libraryTasks } from './tasks.ts';
export type {
  BackupOptions,
  BackupResult,
  Draft,
  Holds,
  ImportProgress,
  Library,
  ListFilter,
  NamedFile,
  OpenLibraryOptions,
  RestoreOptions,
  RestoreProgress,
  RestoreResult,
  StoredObject,
  VerifyResult,
} from './types.ts';
