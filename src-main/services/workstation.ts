import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { Service, workstationDomain } from '../../src-shared/api/index.ts';
import type { Library } from '../library/index.ts';

export interface WorkstationParts {
  readonly library: Library;
  readonly version: string;
  readonly door: 'electron' | 'browser';
  readonly canAskForFiles: boolean;
}

export function workstationService({
  library,
  version,
  door,
  canAskForFiles,
}: WorkstationParts): Service<typeof workstationDomain> {
  return {
    about: () => ({
      version,
      door,
      libraryName: basename(library.directory),
      processors: availableParallelism(),
      canAskForFiles,
      notices: [...library.notices],
    }),
    memory: () => ({ hostBytes: process.memoryUsage.rss() }),
    getSetting: ({ key }) => ({ value: library.getSetting(key) ?? null }),
    setSetting({ key, value }) {
      // What people look at is theirs to change even where nothing can be written: it lasts as long as the window.
      if (!library.readOnly) library.setSetting(key, value);
      return {};
    },
  };
}
