import type { ReadableDatabase } from './database/handles.ts';
import type { Holds } from './types.ts';

/** Counts what a library holds. */
export function holdsOf(index: ReadableDatabase, workspace: ReadableDatabase): Holds {
  const live = index.first<{ patients: number; studies: number; series: number; objects: number }>(
    `SELECT count(DISTINCT studies.patient) AS patients, count(DISTINCT studies.id) AS studies, count(DISTINCT series.id) AS series, count(*) AS objects
     FROM instances JOIN series ON series.id = instances.series JOIN studies ON studies.id = series.study WHERE instances.trash IS NULL`,
  )[0];
  const all = workspace.first<{ bytes: number; trashed: number }>(
    'SELECT coalesce(sum(bytes), 0) AS bytes, count(trash) AS trashed FROM holdings',
  )[0];
  return {
    ...(live ?? { patients: 0, studies: 0, series: 0, objects: 0 }),
    usedBytes: all?.bytes ?? 0,
    inTrash: all?.trashed ?? 0,
    lastChange:
      workspace.first<{ at: string }>('SELECT at FROM changes ORDER BY id DESC LIMIT 1')[0]?.at ?? null,
  };
}
