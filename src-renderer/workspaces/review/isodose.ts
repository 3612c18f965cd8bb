import type { IsodoseLevel } from '../../viewport/types.ts';

export interface LevelRow {
  readonly id: number;
  readonly value: number;
  /** Of the reference dose, or Gy. */
  readonly unit: '%' | 'Gy';
  readonly colour: string;
  readonly visible: boolean;
}

export type LevelPalette = 'standard' | 'colour-blind';

/** Per cent of prescription with the colours of the design tokens; the second set rises in lightness with dose. */
const DEFAULTS: readonly (readonly [percent: number, standard: string, colourBlind: string])[] = [
  [110, '#ff453a', '#fff3b0'],
  [107, '#ff8c1a', '#ffd166'],
  [100, '#ffd60a', '#f5a623'],
  [95, '#34c759', '#e0703a'],
  [90, '#32cfe0', '#b8517f'],
  [80, '#4a86ff', '#7a56b8'],
  [50, '#8a7bff', '#4a6fd0'],
];

export const defaultLevels = (palette: LevelPalette): readonly LevelRow[] =>
  DEFAULTS.map(([value, standard, colourBlind], id) => ({
    id,
    value,
    unit: '%',
    colour: palette === 'standard' ? standard : colourBlind,
    visible: true,
  }));

/** The rows with another set's colours, highest first, as many as there are; edited values stay. */
export function recolour(rows: readonly LevelRow[], palette: LevelPalette): readonly LevelRow[] {
  const colours = DEFAULTS.map((one) => one[palette === 'standard' ? 1 : 2]);
  return rows.map((row, index) => ({
    ...row,
    colour:
      colours[Math.min(colours.length - 1, Math.floor((index * colours.length) / rows.length))] ?? row.colour,
  }));
}

/** Gy (or per cent of a relative dose) of a level; null where per cent has nothing to refer to. */
export const levelDose = (row: LevelRow, reference: number | null): number | null =>
  row.unit === 'Gy' ? row.value : reference === null ? null : (row.value * reference) / 100;

export const sortLevels = (rows: readonly LevelRow[], reference: number | null): readonly LevelRow[] =>
  rows.toSorted((a, b) => (levelDose(b, reference) ?? b.value) - (levelDose(a, reference) ?? a.value));

/** The same levels in the other unit, to what a person can read. */
export function convertLevels(
  rows: readonly LevelRow[],
  unit: '%' | 'Gy',
  reference: number | null,
): readonly LevelRow[] {
  if (reference === null || !(reference > 0)) return rows;
  return rows.map((row) => {
    if (row.unit === unit) return row;
    const value = unit === 'Gy' ? (row.value * reference) / 100 : (row.value / reference) * 100;
    return { ...row, unit, value: Number(value.toFixed(2)) };
  });
}

export const isodoses = (rows: readonly LevelRow[], reference: number | null): readonly IsodoseLevel[] =>
  sortLevels(rows, reference).flatMap((row) => {
    const dose = levelDose(row, reference);
    return dose === null || !(dose > 0) ? [] : [{ dose, colour: row.colour, visible: row.visible }];
  });
