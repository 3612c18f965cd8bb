import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../../src-shared/model/index.ts';

/**
 * Makes a file under a name of its own beside its place, then moves it there: a stop or a full disk leaves no half file.
 * @param make writes the file it is given
 * @throws Failure DISK_FULL, or INPUT_NOT_USABLE where it cannot be written.
 */
export async function placeWhole(file: string, make: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = join(
    dirname(file),
    `.${basename(file).slice(0, 200)}.${randomBytes(4).toString('hex')}.unfinished`,
  );
  // A second Ctrl C ends the process at once.
  const sweep = (): void => rmSync(unfinished, { force: true });
  process.on('exit', sweep);
  try {
    await make(unfinished);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new Failure('DISK_FULL', `The disk is full; ${basename(file)} was not written.`);
    throw new Failure('INPUT_NOT_USABLE', `${file} cannot be written (${code}).`);
  } finally {
    process.off('exit', sweep);
  }
}

/** Writes bytes as a whole file, or none. */
export const writeWhole = (file: string, bytes: Uint8Array): Promise<void> =>
  placeWhole(file, (unfinished) => writeFile(unfinished, bytes));
