import type { RoiDvh } from '../../../src-shared/api/index.ts';
import { gridSpacing } from '../../../src-shared/geometry/index.ts';
import { fixed } from '../../app/format.ts';
import type { Anchor } from '../../ui/index.ts';
import type { LoadedDose } from './caseData.ts';
import type { Origin } from './OriginPopover.svelte';
import type { DvhResult } from './review.svelte.ts';

export interface FigureSource {
  readonly dvh: DvhResult | null;
  readonly dose: LoadedDose | null;
  readonly structuresUid: string;
  readonly structuresLabel: string;
  readonly reference: number | null;
  readonly referenceSource: string;
}

export const endCapsText = (endCaps: 'half' | 'none'): string =>
  endCaps === 'half' ? 'half end caps' : 'no end caps';
const shortUid = (uid: string): string => (uid.length <= 24 ? uid : `${uid.slice(0, 10)}…${uid.slice(-10)}`);

/** Inputs, formula and engine of a figure of the DVH. */
export function originOf(
  source: FigureSource,
  roi: RoiDvh,
  label: string,
  value: string,
  unit: string,
  definition: string,
  anchor: Anchor,
): Origin {
  const { dvh, dose } = source;
  const spacing = dose
    ? gridSpacing(dose.grid)
        .map((step) => Number(step.toFixed(2)))
        .join(' × ')
    : '—';
  return {
    anchor,
    title: `${roi.name}, ${label}`,
    value,
    unit,
    definition,
    rows: [
      { name: 'Structure', value: `${fixed(roi.volumeCc, 1)} cc, ${endCapsText(roi.endCaps)}` },
      {
        name: 'Dose',
        value: [dose?.info.label, dose?.info.summation.toLowerCase(), spacing]
          .filter((part) => part)
          .join(', '),
        unit: 'mm',
      },
      {
        name: 'Outside the dose grid',
        value: roi.insideGrid === null ? '—' : fixed((1 - roi.insideGrid) * 100, 1),
        unit: '%',
      },
      ...(source.reference !== null && dvh?.unit === 'Gy'
        ? [{ name: '100 % is', value: `${fixed(source.reference, 2)} Gy, ${source.referenceSource}` }]
        : []),
      { name: 'Engine', value: dvh?.engine ?? '—' },
      { name: 'Structure set', value: `${source.structuresLabel} ${shortUid(source.structuresUid)}`.trim() },
      { name: 'Dose object', value: dose ? shortUid(dose.info.uid) : '—' },
    ],
  };
}
