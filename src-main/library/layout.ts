import { join } from 'node:path';

/** Where things lie in a library's folder. No name of a patient ever becomes part of a path. */
export interface Layout {
  readonly directory: string;
  /** Content-addressed: `objects/` + first two hex digits + '/' + the whole SHA-256. */
  readonly objects: string;
  /** Files on their way in; one folder per running import. */
  readonly incoming: string;
  readonly index: string;
  readonly workspace: string;
}

export const layoutOf = (directory: string): Layout => ({
  directory,
  objects: join(directory, 'objects'),
  incoming: join(directory, 'incoming'),
  index: join(directory, 'index.sqlite'),
  workspace: join(directory, 'workspace.sqlite'),
});

export const fanOutOf = (objects: string, sha256: string): string => join(objects, sha256.slice(0, 2));

export const objectPath = (objects: string, sha256: string): string =>
  join(fanOutOf(objects, sha256), sha256);
