/**
 * A backup is one tar archive: `fluence-library.json` first, the objects under the names that they have in the store,
 * both databases, and `contents.json` last, which a backup that was cut off lacks.
 */
export const FORMAT = 1;
export const FIRST = 'fluence-library.json';
export const LAST = 'contents.json';
export const OBJECT_NAME = /^objects\/([0-9a-f]{2})\/(\1[0-9a-f]{62})$/;
export const DATABASES = ['index.sqlite', 'workspace.sqlite'] as const;

export interface Contents {
  readonly objects: number;
  readonly bytes: number;
  /** SHA-256 of the databases, by name. */
  readonly databases: Readonly<Record<string, string>>;
}

export const objectName = (sha256: string): string => `objects/${sha256.slice(0, 2)}/${sha256}`;
