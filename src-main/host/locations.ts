import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** Where the app keeps its library: `FLUENCE_LIBRARY`, else the system's folder for a person's application data. */
export function defaultLibraryDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['FLUENCE_LIBRARY'];
  if (named) return named;
  const home = homedir();
  const data: Partial<Record<NodeJS.Platform, string>> = {
    win32: env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'),
    darwin: join(home, 'Library', 'Application Support'),
  };
  const folder = data[platform()] ?? env['XDG_DATA_HOME'] ?? join(home, '.local', 'share');
  return join(folder, 'Fluence', 'library');
}
