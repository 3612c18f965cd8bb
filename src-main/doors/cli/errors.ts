import { Failure, isFailure, type FailureCode } from '../../../src-shared/model/index.ts';

/** What the system says that a person can do something about. */
const OF_THE_SYSTEM: Readonly<Record<string, readonly [FailureCode, string]>> = {
  ENOSPC: ['DISK_FULL', 'The disk is full; make room and try again.'],
  EDQUOT: ['DISK_FULL', 'Your share of the disk is used up; make room and try again.'],
  ENOENT: ['NOT_FOUND', 'There is no such file or folder'],
  EACCES: ['INPUT_NOT_USABLE', 'You may not read or write there'],
  EPERM: ['INPUT_NOT_USABLE', 'You may not read or write there'],
  EROFS: ['INPUT_NOT_USABLE', 'The disk is read-only'],
  EISDIR: ['INPUT_NOT_USABLE', 'This is a folder, not a file'],
  ENOTDIR: ['INPUT_NOT_USABLE', 'This is a file, not a folder'],
  EMFILE: ['INPUT_NOT_USABLE', 'Too many files are open; close other programs and try again.'],
  ENAMETOOLONG: ['INPUT_NOT_USABLE', 'The name is too long'],
  EIO: ['INPUT_NOT_USABLE', 'The disk could not be read or written'],
  ERR_FS_FILE_TOO_LARGE: ['INPUT_NOT_USABLE', 'A file of more than 2 GiB cannot be read in one piece.'],
};

/** Any error as one that a person can read; what nobody foresaw is a defect of ours, and says so. */
export function asFailure(error: unknown): Failure {
  if (isFailure(error)) return error;
  if (!(error instanceof Error)) return defect('unknown');
  if (error.name === 'AbortError')
    return new Failure('CANCELLED', 'Cancelled; nothing was left half-written.');
  const known = 'code' in error && typeof error.code === 'string' ? OF_THE_SYSTEM[error.code] : undefined;
  if (known) {
    const [code, sentence] = known,
      path = 'path' in error && typeof error.path === 'string' ? `: ${error.path}.` : '.';
    return new Failure(code, sentence.endsWith('.') ? sentence : sentence + path);
  }
  if (error instanceof RangeError && /array buffer|array length|invalid typed array/i.test(error.message)) {
    return new Failure(
      'INPUT_NOT_USABLE',
      'There is not enough memory for this; close other programs, or take smaller objects or a coarser grid.',
    );
  }
  return defect(`${error.name}: ${error.message.split('\n')[0] ?? ''}`);
}

const defect = (what: string): Failure =>
  new Failure(
    'DEFECT',
    `Fluence made a mistake of its own and stopped (${what}); please report it with the command. FLUENCE_DEBUG=1 shows where.`,
  );
