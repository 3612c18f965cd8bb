import { createHash } from 'node:crypto';
import type { InstanceRecord } from '../../src-shared/model/index.ts';
import { errorCode } from './failures.ts';
import type { FileSystem } from './fileSystem.ts';
import type { Describe } from './importing/readFile.ts';
import { objectPath } from './layout.ts';

export interface ObjectsInput {
  readonly objects: string;
  readonly sha256s: readonly string[];
}

export interface CheckedObject {
  readonly sha256: string;
  readonly state: 'intact' | 'changed' | 'missing' | 'unreadable';
}

export type DescribedObject =
  | { readonly sha256: string; readonly bytes: number; readonly record: InstanceRecord }
  | { readonly sha256: string; readonly record: null };

/** Whether each object still is what its name says. */
export function checkObjects({ objects, sha256s }: ObjectsInput, files: FileSystem): CheckedObject[] {
  return sha256s.map((sha256) => {
    try {
      return {
        sha256,
        state: digest(files.read(objectPath(objects, sha256))) === sha256 ? 'intact' : 'changed',
      };
    } catch (error) {
      return { sha256, state: errorCode(error) === 'ENOENT' ? 'missing' : 'unreadable' };
    }
  });
}

/** Each object's record from its bytes; null where it is not what its name says or cannot be read. */
export function describeObjects(
  { objects, sha256s }: ObjectsInput,
  files: FileSystem,
  describe: Describe,
): DescribedObject[] {
  return sha256s.map((sha256) => {
    try {
      const bytes = files.read(objectPath(objects, sha256));
      if (digest(bytes) === sha256) return { sha256, bytes: bytes.length, record: describe(bytes, sha256) };
    } catch {
      // Told by verify, which looks at every object; an index is built from those that can be read.
    }
    return { sha256, record: null };
  });
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
