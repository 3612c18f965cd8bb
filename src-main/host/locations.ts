import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the app keeps its library unless told otherwise: the system's place for an application's data. */
export function defaultLibraryDirectory(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (environment.FLUENCE_LIBRARY) return environment.FLUENCE_LIBRARY;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Fluence', 'library');
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Fluence', 'library');
  return join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'fluence', 'library');
}
