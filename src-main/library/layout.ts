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
  /** There while a restore fills the folder, naming its process: until it is gone this is no library. */
  readonly restoring: string;
  /** Of a restored library: which backup it came from. */
  readonly origin: string;
}

export const layoutOf = (directory: string): Layout => ({
  directory,
  objects: join(directory, 'objects'),
  incoming: join(directory, 'incoming'),
  index: join(directory, 'index.sqlite'),
  workspace: join(directory, 'workspace.sqlite'),
  restoring: join(directory, 'restoring'),
  origin: join(directory, 'restored.json'),
});

export const fanOutOf = (objects: string, sha256: string): string => join(objects, sha256.slice(0, 2));

/** @throws RangeError for what is no digest: nothing else may become part of a path */
export function objectPath(objects: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('An object is named by its SHA-256 alone');
  return join(fanOutOf(objects, sha256), sha256);
}
