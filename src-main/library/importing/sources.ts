import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingCode } from '../../../src-shared/model/index.ts';
import { errorCode } from '../failures.ts';

/** One file that an import offers; `name` is the path as the user gave it. */
export interface OfferedFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly followLinks: boolean;
}

/** What is turned down before it is read. */
export interface Refusal {
  readonly name: string;
  readonly code: FindingCode;
  readonly reason: string;
  readonly tag?: string | null;
}

export interface Sources {
  readonly files: readonly OfferedFile[];
  readonly archives: readonly OfferedFile[];
  readonly refusals: readonly Refusal[];
}

const ARCHIVE = /\.zip$/i;
const DEEPEST = 100;

/** Everything under the given paths, in the order of names. Links inside folders are told and not followed. */
export function gatherSources(paths: readonly string[]): Sources {
  const files: OfferedFile[] = [];
  const archives: OfferedFile[] = [];
  const refusals: Refusal[] = [];
  const seen = new Set<string>();

  const offer = (file: OfferedFile): void => {
    // The same path given twice is one file.
    if (seen.has(file.path)) return;
    seen.add(file.path);
    (ARCHIVE.test(file.path) ? archives : files).push(file);
  };

  const walk = (folder: string, depth: number): void => {
    let names: string[];
    try {
      names = readdirSync(folder).sort();
    } catch (error) {
      refusals.push(cannotRead(folder, error));
      return;
    }
    for (const name of names) {
      const path = join(folder, name);
      try {
        const facts = lstatSync(path);
        if (facts.isSymbolicLink())
          refusals.push({
            name: path,
            code: 'LINK_NOT_FOLLOWED',
            reason: 'This is a link; links in folders are not followed.',
          });
        else if (facts.isDirectory() && depth >= DEEPEST)
          refusals.push({
            name: path,
            code: 'FILE_UNREADABLE',
            reason: `The folder lies more than ${DEEPEST} folders deep.`,
          });
        else if (facts.isDirectory()) walk(path, depth + 1);
        else if (facts.isFile()) offer({ path, name: path, bytes: facts.size, followLinks: false });
        else
          refusals.push({
            name: path,
            code: 'FILE_UNREADABLE',
            reason: 'This is not a file but a pipe, a socket or a device.',
          });
      } catch (error) {
        refusals.push(cannotRead(path, error));
      }
    }
  };

  for (const path of paths) {
    try {
      const facts = statSync(path);
      if (facts.isDirectory()) walk(path, 0);
      else if (facts.isFile()) offer({ path, name: path, bytes: facts.size, followLinks: true });
      else
        refusals.push({
          name: path,
          code: 'FILE_UNREADABLE',
          reason: 'This is not a file but a pipe, a socket or a device.',
        });
    } catch (error) {
      refusals.push(cannotRead(path, error));
    }
  }
  return { files, archives, refusals };
}

function cannotRead(name: string, error: unknown): Refusal {
  const code = errorCode(error);
  const why =
    code === 'ENOENT'
      ? 'there is no such file or folder'
      : code === 'EACCES' || code === 'EPERM'
        ? 'it may not be read'
        : `the system says ${code}`;
  return { name, code: 'FILE_UNREADABLE', reason: `Could not be read: ${why}.` };
}
