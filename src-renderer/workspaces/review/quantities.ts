import type { RoiDvh } from '../../../src-shared/api/index.ts';
import { parseMetric, type Metric } from '../../../src-shared/compute/dvh/index.ts';
import { isFailure } from '../../../src-shared/model/index.ts';

export interface Quantity {
  /** As the host answers it: 'D95%', 'D0.03cc', 'V20Gy', 'V20Gy[cc]'. */
  readonly key: string;
  readonly label: string;
  readonly unit: 'dose' | '%' | 'cc';
  readonly definition: string;
}

/** ICRU 83 and what is asked for most. */
export const STANDARD_KEYS = ['D98%', 'D95%', 'D50%', 'D2%'] as const;

const STATISTICS = {
  mean: 'Mean dose over the whole volume; what lies outside the dose grid counts as 0 Gy.',
  min: 'The lowest dose of all samples and dose grid points inside the structure and the dose grid.',
  max: 'The highest dose of all samples and dose grid points inside the structure and the dose grid.',
} as const;

export const VOLUME_DEFINITION =
  'Volume between the contours by shape-based interpolation, with the end caps named beside it.';
export const INSIDE_DEFINITION =
  "Share of the volume inside the box of the dose grid's voxel centres. The rest counts as 0 Gy; below 99 % a warning is given.";

function describe(metric: Metric): Quantity {
  if (metric.kind === 'dose')
    return {
      key: metric.key,
      label: `D${metric.volume} ${metric.unit}`,
      unit: 'dose',
      definition: `The dose that the hottest ${metric.volume} ${metric.unit} of the volume receives at least.`,
    };
  if (metric.kind === 'volume')
    return {
      key: metric.key,
      label: `V${metric.dose} ${metric.unit}`,
      unit: metric.as,
      definition: `The volume that receives at least ${metric.dose} ${metric.unit}${metric.unit === '%' ? ' of the dose that stands for 100 %' : ''}, in ${metric.as === 'cc' ? 'cc' : 'per cent of the structure'}.`,
    };
  return {
    key: metric.key,
    label: `${metric.statistic.charAt(0).toUpperCase()}${metric.statistic.slice(1)}`,
    unit: 'dose',
    definition: STATISTICS[metric.statistic],
  };
}

/** What a person typed as a figure of the DVH, or the sentence why it is none. */
export function readQuantity(text: string): Quantity | { readonly error: string } {
  try {
    return describe(parseMetric(text));
  } catch (error) {
    if (isFailure(error)) return { error: error.message };
    throw error;
  }
}

export const quantity = (key: string): Quantity => describe(parseMetric(key));

/** A figure of a structure; null where it has none. */
export function quantityValue(roi: RoiDvh, key: string): number | null {
  if (key === 'Dmean') return roi.mean;
  if (key === 'Dmin') return roi.min;
  if (key === 'Dmax') return roi.max;
  return roi.values[key] ?? null;
}
