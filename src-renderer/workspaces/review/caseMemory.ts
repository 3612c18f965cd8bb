import type { ViewportState } from '../../viewport/index.ts';
import type { LevelPalette, LevelRow } from './isodose.ts';

/** How a person looked at a study: kept with the library, so that it is the same when the study is opened again. */
export interface CaseMemory {
  readonly layout: ViewportState['layout'];
  readonly levels: readonly LevelRow[];
  readonly palette: LevelPalette;
  readonly washOpacity: number;
  readonly showDose: boolean;
  readonly showLines: boolean;
  readonly showStructures: boolean;
  readonly fill: boolean;
  /** Structures that are not shown, of the structure set that they are in. */
  readonly hidden: { readonly of: string; readonly numbers: readonly number[] };
  readonly endCaps: 'half' | 'none';
  readonly extraKeys: readonly string[];
  /** Which of several volumes was chosen, of the image series that it is in. */
  readonly volume: { readonly of: string; readonly number: number } | null;
}

/** More of them than anybody types is no memory of this window. */
const MOST_LEVELS = 50,
  MOST_KEYS = 50;

const LAYOUTS: readonly string[] = [
  'four',
  'one-and-three',
  'axial',
  'coronal',
  'sagittal',
  '3d',
] satisfies ViewportState['layout'][];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isLayout = (value: unknown): value is ViewportState['layout'] =>
  typeof value === 'string' && LAYOUTS.includes(value);
const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): value is number => Number.isInteger(value);

const isLevel = (value: unknown): value is LevelRow =>
  isRecord(value) &&
  isWhole(value['id']) &&
  isPositive(value['value']) &&
  (value['unit'] === '%' || value['unit'] === 'Gy') &&
  isText(value['colour']) &&
  /^#[0-9a-f]{6}$/i.test(value['colour']) &&
  typeof value['visible'] === 'boolean';

/** What was kept, read part by part: a part that is not what it must be is left out, the others stay. */
export function readCaseMemory(kept: unknown): Partial<CaseMemory> {
  if (!isRecord(kept)) return {};
  const flag = (key: 'showDose' | 'showLines' | 'showStructures' | 'fill'): Partial<CaseMemory> =>
    typeof kept[key] === 'boolean' ? { [key]: kept[key] } : {};
  const { layout, levels, palette, washOpacity, hidden, endCaps, extraKeys, volume } = kept;
  return {
    ...(isLayout(layout) ? { layout } : {}),
    ...(Array.isArray(levels) && levels.length <= MOST_LEVELS && levels.every(isLevel) ? { levels } : {}),
    ...(palette === 'standard' || palette === 'colour-blind' ? { palette } : {}),
    ...(typeof washOpacity === 'number' && washOpacity >= 0 && washOpacity <= 1 ? { washOpacity } : {}),
    ...flag('showDose'),
    ...flag('showLines'),
    ...flag('showStructures'),
    ...flag('fill'),
    ...(isRecord(hidden) &&
    isText(hidden['of']) &&
    Array.isArray(hidden['numbers']) &&
    hidden['numbers'].every(isWhole)
      ? { hidden: { of: hidden['of'], numbers: hidden['numbers'] } }
      : {}),
    ...(isRecord(volume) && isText(volume['of']) && isWhole(volume['number']) && volume['number'] >= 1
      ? { volume: { of: volume['of'], number: volume['number'] } }
      : {}),
    ...(endCaps === 'half' || endCaps === 'none' ? { endCaps } : {}),
    ...(Array.isArray(extraKeys) && extraKeys.length <= MOST_KEYS && extraKeys.every(isText)
      ? { extraKeys }
      : {}),
  };
}
