import { cross, gridDirections, gridSpacing, type Grid } from '../../geometry/index.ts';
import { many } from './seriesGroups.ts';

/** What tells one pass over the patient from the next, in the order of `SliceFacts.passes`. */
const PASSES: readonly { readonly name: string; readonly unit: string }[] = [
  { name: 'acquisition', unit: '' },
  { name: 'temporal position', unit: '' },
  { name: 'echo time', unit: ' ms' },
  { name: 'b-value', unit: ' s/mm²' },
  { name: 'trigger time', unit: ' ms' },
  { name: 'image type', unit: '' },
  { name: 'stack', unit: '' },
];

/** 'echo time 30 ms' for each value that the passes differ by; `key` indexes `SliceFacts.passes`. */
export function passLabels(key: number, values: readonly string[]): string[] {
  const pass = PASSES[key] ?? { name: '', unit: '' };
  // Of values with several parts, as Image Type has, those that all share tell nothing.
  const parts = values.map((value) => value.split('\\'));
  return parts.map((own) => {
    const telling = own.filter((part) => part !== '' && !parts.every((other) => other.includes(part)));
    return `${pass.name} ${telling.length === 0 ? 'not given' : `${telling.join(' ')}${pass.unit}`}`.trim();
  });
}

const AXES = ['Sagittal', 'Coronal', 'Axial'] as const;
/** Cosine of the angle within which a stack counts as lying in the patient's own plane: 2°. */
const STRAIGHT = Math.cos((2 * Math.PI) / 180);
const short = (value: number): string => String(Number(value.toFixed(2)));

/** What tells a volume from the others of its series: 'Axial, 120 slices, 0.98 × 0.98 × 3 mm, echo time 30 ms'. */
export function volumeLabel(grid: Grid, pass: string | null): string {
  const [row, column] = gridDirections(grid);
  // Of the pictures, not of the way the stack leans.
  const normal = cross(row, column);
  const along = normal.map(Math.abs);
  const axis = along.indexOf(Math.max(...along));
  const plane = `${AXES[axis] ?? 'Axial'}${(along[axis] ?? 0) < STRAIGHT ? ' oblique' : ''}`;
  const spacing = gridSpacing(grid).map(short).join(' × ');
  return [plane, many(grid.dimensions[2], 'slice'), `${spacing} mm`, ...(pass === null ? [] : [pass])].join(
    ', ',
  );
}
