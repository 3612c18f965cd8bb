import type { LibraryEntry, LibraryHolds } from '../../src-shared/api/index.ts';
import { bytesText, count, moment, plural } from './format.ts';

/** '12 patients, 14 studies, 3,027 objects, 1.2 GB; last change today 15:20'. */
export function holdsText(holds: LibraryHolds): string {
  const parts = [
    plural(holds.patients, 'patient'),
    plural(holds.studies, 'study', 'studies'),
    plural(holds.objects, 'object'),
    bytesText(holds.usedBytes),
    ...(holds.inTrash > 0 ? [`${count(holds.inTrash)} in the trash`] : []),
  ];
  const last = holds.lastChange === null ? '' : `; last change ${moment(holds.lastChange)}`;
  return `${parts.join(', ')}${last}`;
}

/** Where a library came from, in a few words. */
export function originText({ restored }: LibraryEntry): string {
  if (restored === null) return '';
  const when = restored.made === null ? '' : ` of ${moment(restored.made)}`;
  return `restored ${moment(restored.at)} from the backup${when}`;
}

export interface HoldsRow {
  readonly name: string;
  readonly restored: string;
  /** null where the library that is open is not known. */
  readonly open: string | null;
}

/** What a backup holds beside what is open now, line by line. */
export function compareHolds(restored: LibraryHolds, open: LibraryHolds | null): HoldsRow[] {
  const row = (name: string, of: (holds: LibraryHolds) => string): HoldsRow => ({
    name,
    restored: of(restored),
    open: open === null ? null : of(open),
  });
  return [
    row('Patients', (holds) => count(holds.patients)),
    row('Studies', (holds) => count(holds.studies)),
    row('Series', (holds) => count(holds.series)),
    row('Objects', (holds) => count(holds.objects)),
    row('In the trash', (holds) => count(holds.inTrash)),
    row('Size', (holds) => bytesText(holds.usedBytes)),
    row('Last change', (holds) => (holds.lastChange === null ? '—' : moment(holds.lastChange))),
  ];
}
