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

/** The folder that holds dist, resources and models: the project's, or the packaged app's resources folder. */
function productDirectory(): string {
  // From source this file is src-main/host/locations.ts, built it is a chunk in dist/host: two levels up in both.
  const root = join(import.meta.dirname, '..', '..');
  return root.endsWith('app.asar.unpacked') || root.endsWith('app.asar') ? join(root, '..') : root;
}

/** Machines, templates and the demo patient's definition. */
export const resourcesDirectory = (): string => join(productDirectory(), 'resources');

/** Network weights with their manifests and cards. */
export const modelsDirectory = (): string => join(productDirectory(), 'models');
