import { Failure, isFailure, type FailureCode } from '../../src-shared/model/index.ts';

const SENTENCES: Partial<Record<FailureCode, string>> = {
  DISK_FULL:
    'The disk of the study library is full; free some space and try again, nothing half-written was kept.',
  LIBRARY_READ_ONLY:
    'The study library cannot be written to; make its folder writable or choose another one.',
  LIBRARY_BUSY: 'Another program is writing to the study library; wait for it to finish and try again.',
  LIBRARY_DAMAGED:
    'The study library is damaged; run verify, and restore it from a backup where that does not help.',
  CANCELLED: 'Cancelled.',
};

const BY_ERROR_CODE: Record<string, FailureCode> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EFBIG: 'DISK_FULL',
  SQLITE_FULL: 'DISK_FULL',
  EROFS: 'LIBRARY_READ_ONLY',
  EACCES: 'LIBRARY_READ_ONLY',
  EPERM: 'LIBRARY_READ_ONLY',
  SQLITE_READONLY: 'LIBRARY_READ_ONLY',
  SQLITE_BUSY: 'LIBRARY_BUSY',
  SQLITE_LOCKED: 'LIBRARY_BUSY',
  SQLITE_CORRUPT: 'LIBRARY_DAMAGED',
  SQLITE_NOTADB: 'LIBRARY_DAMAGED',
};

/** 'ENOSPC', 'SQLITE_BUSY_SNAPSHOT' …; '' where the error carries none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function failureCodeOf(error: unknown): FailureCode | undefined {
  if (isFailure(error)) return error.code;
  if (error instanceof Error && error.name === 'AbortError') return 'CANCELLED';
  const code = errorCode(error);
  // SQLite's extended codes ('SQLITE_IOERR_WRITE') begin with the primary one.
  return BY_ERROR_CODE[code] ?? BY_ERROR_CODE[code.split('_').slice(0, 2).join('_')];
}

/** Disk, lock and damage as the closed set of failures; what is none of them stays as it is, a defect. */
export function asFailure(error: unknown): unknown {
  if (isFailure(error)) return error;
  const code = failureCodeOf(error);
  if (code === undefined) return error;
  return new Failure(code, SENTENCES[code] ?? code, { cause: errorCode(error) });
}

/** Runs `work`; what it throws comes out as a Failure where it is one of the library's own troubles. */
export function withFailures<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFailure(error);
  }
}

export const isDamage = (error: unknown): boolean => failureCodeOf(error) === 'LIBRARY_DAMAGED';
