import type { Emit, LibraryEntry, librariesDomain, Service } from '../../src-shared/api/index.ts';
import { isFailure } from '../../src-shared/model/index.ts';
import { discard, librariesAt, lookInto, type Library, type Neighbour } from '../library/index.ts';
import type { Restores } from './restores.ts';

export interface LibrariesServiceParts {
  readonly place: string;
  /** The one that is open now. */
  readonly library: () => Library;
  readonly restores: () => Restores;
  /** Opens another one in its stead. */
  readonly change: (name: string) => Promise<void>;
  readonly emit: Emit<typeof librariesDomain>;
}

/** The libraries of a place: restored ones, and going from one to another. */
export function librariesService({
  place,
  library,
  restores,
  change,
  emit,
}: LibrariesServiceParts): Service<typeof librariesDomain> {
  function entryOf({ name, directory, origin }: Neighbour): LibraryEntry {
    const inUse = directory === library().directory;
    const seen = inUse ? library().status() : lookInto(directory);
    return {
      name,
      folder: directory,
      inUse,
      restored: origin === null ? null : { made: origin.made, at: origin.restoredAt },
      holds: isFailure(seen) ? null : seen,
      problem: isFailure(seen) ? seen.message : null,
      discardable: !inUse && origin?.usedAt === null,
    };
  }
  return {
    list: () => ({ libraries: librariesAt(place).map(entryOf) }),
    restoreFromDialogue: async () => ({ job: await restores().fromDialogue() }),
    beginRestore: ({ bytes }) => restores().begin(bytes),
    async use({ name }) {
      await change(name);
      emit('replaced', { name });
      return {};
    },
    async discard({ name }) {
      await discard(place, name);
      return {};
    },
  };
}
