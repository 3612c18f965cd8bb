import type { VolumeUnit } from '../../model/index.ts';

/** Units that files can name, as they are written. */
const NAMES: readonly (readonly [VolumeUnit, string])[] = [
  ['HU', 'HU'],
  ['Gy', 'Gy'],
  ['percent', '%'],
  ['Bq/ml', 'Bq/ml'],
  ['g/ml', 'g/ml'],
  ['counts', 'counts'],
  ['mg/ml', 'mg/ml'],
  ['10^23/ml', '10^23/ml'],
  ['relative to water', 'relative to water'],
  ['Zeff', 'Zeff'],
];

/** Other ways of writing them, in lower case. */
const ALIASES: ReadonlyMap<string, VolumeUnit> = new Map([
  ['hounsfield', 'HU'],
  ['hounsfield unit', 'HU'],
  ['hounsfield units', 'HU'],
  ['gray', 'Gy'],
  ['grays', 'Gy'],
  ['percent', 'percent'],
  ['per cent', 'percent'],
  ['bqml', 'Bq/ml'],
]);

/** How files name a unit; null of values whose meaning is not known, and of labels. */
export const unitName = (unit: VolumeUnit): string | null =>
  NAMES.find(([known]) => known === unit)?.[1] ?? null;

/** The unit that a file names; 'stored' where it names none, or one that volumes are not kept in. */
export function unitNamed(text: string | null): VolumeUnit {
  const name = (text ?? '').toLowerCase();
  return NAMES.find(([, known]) => known.toLowerCase() === name)?.[0] ?? ALIASES.get(name) ?? 'stored';
}

/** What a header says of the unit, without quotes; null where that says nothing. */
export function statedUnit(text: string | undefined): string | null {
  const name = (text ?? '').replaceAll('"', '').trim();
  return /^(|\?+|none|unknown|unspecified|n\/a)$/i.test(name) ? null : name;
}
