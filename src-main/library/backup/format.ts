/**
 * A backup is one tar archive: `fluence-library.json` first, the objects under the names that they have in the store,
 * both databases, and `contents.json` last, which a backup that was cut off lacks.
 */
export const FORMAT = 1;
export const FIRST = 'fluence-library.json';
export const LAST = 'contents.json';
export const OBJECT_NAME = /^objects\/([0-9a-f]{2})\/(\1[0-9a-f]{62})$/;
export const DATABASES = ['index.sqlite', 'workspace.sqlite'] as const;

/** The first entry: what a backup says of itself before any of it was looked at. */
export interface Heading {
  readonly format: number;
  /** ISO 8601, UTC; null where it does not say. */
  readonly made: string | null;
  /** Of the Fluence that made it; null in backups that are older than this entry. */
  readonly version: string | null;
  /** That it was to hold: fewer where some were deleted while it was made; null as `version`. */
  readonly objects: number | null;
}

/** The last entry. */
export interface Contents {
  readonly objects: number;
  readonly bytes: number;
  /** SHA-256 of the databases, by name. */
  readonly databases: Readonly<Record<string, string>>;
}

export const objectName = (sha256: string): string => `objects/${sha256.slice(0, 2)}/${sha256}`;

const fieldsOf = (text: string): Readonly<Record<string, unknown>> | null => {
  const value = JSON.parse(text) as unknown;
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
};
const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

/** null where the text is no heading. Throws SyntaxError where it is no JSON. */
export function readHeading(text: string): Heading | null {
  const fields = fieldsOf(text);
  const format = count(fields?.['format']);
  if (fields === null || format === null) return null;
  const { made, version, objects } = fields;
  return {
    format,
    made: typeof made === 'string' && !Number.isNaN(Date.parse(made)) ? new Date(made).toISOString() : null,
    // Shown to people: what it is to look like, and nothing else.
    version: typeof version === 'string' && /^[\w.+-]{1,40}$/.test(version) ? version : null,
    objects: count(objects),
  };
}

/** null where the text is no list of contents. Throws SyntaxError where it is no JSON. */
export function readContents(text: string): Contents | null {
  const fields = fieldsOf(text);
  const [objects, bytes] = [count(fields?.['objects']), count(fields?.['bytes'])];
  const databases = fields?.['databases'];
  if (objects === null || bytes === null || typeof databases !== 'object' || databases === null) return null;
  return {
    objects,
    bytes,
    databases: Object.fromEntries(
      Object.entries(databases).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  };
}
