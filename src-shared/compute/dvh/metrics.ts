import { Failure } from '../../model/index.ts';
import type { CumulativeCurve } from './curve.ts';

/** A figure that can be read off a DVH. */
export type Metric =
  | { readonly key: string; readonly kind: 'dose'; readonly volume: number; readonly unit: '%' | 'cc' }
  | {
      readonly key: string;
      readonly kind: 'volume';
      readonly dose: number;
      readonly unit: 'Gy' | '%';
      readonly as: '%' | 'cc';
    }
  | { readonly key: string; readonly kind: 'statistic'; readonly statistic: 'mean' | 'min' | 'max' };

const NUMBER = '(\\d+(?:\\.\\d*)?|\\.\\d+)';
const DOSE_AT = new RegExp(`^D${NUMBER}(%|cc|cm3|cm³|ml)?$`, 'i');
const VOLUME_AT = new RegExp(`^V${NUMBER}(cGy|Gy|%)?(?:[[(]?(cc|cm3|cm³|ml|%)[\\])]?)?$`, 'i');
const STATISTIC = /^D?(mean|min|max)$/i;

/**
 * 'D95', 'D95%', 'D0.03cc', 'V20', 'V20Gy', 'V2000cGy', 'V20Gy[cc]', 'V95%' (of the prescription), 'V95%[cc]', 'Dmean'.
 * Keys are canonical whatever was typed.
 * @throws Failure USAGE where the text is none of these.
 */
export function parseMetric(text: string): Metric {
  const typed = text.replace(/\s+/g, '');
  const statistic = STATISTIC.exec(typed);
  if (statistic) {
    const name = statistic[1]!.toLowerCase() as 'mean' | 'min' | 'max';
    return { key: `D${name}`, kind: 'statistic', statistic: name };
  }
  const doseAt = DOSE_AT.exec(typed);
  if (doseAt) {
    const volume = Number(doseAt[1]),
      unit = doseAt[2] === undefined || doseAt[2] === '%' ? '%' : 'cc';
    if (unit === 'cc' || volume <= 100) return { key: `D${volume}${unit}`, kind: 'dose', volume, unit };
  }
  const volumeAt = VOLUME_AT.exec(typed);
  if (volumeAt) {
    const unit = volumeAt[2] === '%' ? '%' : 'Gy',
      as = volumeAt[3] === undefined || volumeAt[3] === '%' ? '%' : 'cc';
    const dose = volumeAt[2]?.toLowerCase() === 'cgy' ? Number(volumeAt[1]) / 100 : Number(volumeAt[1]);
    return { key: `V${dose}${unit}${as === 'cc' ? '[cc]' : ''}`, kind: 'volume', dose, unit, as };
  }
  throw new Failure(
    'USAGE',
    `"${text}" is not a DVH figure: write for instance D95%, D0.03cc, V20Gy, V20Gy[cc] or V95%.`,
  );
}

/** What a metric is read from besides the curve. */
export interface MetricContext {
  /** Unit of the curve's doses. */
  readonly unit: 'Gy' | 'percent';
  /** Gy. */
  readonly prescription: number | null;
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** null where the metric cannot be answered: more cc than there are, or per cent of a prescription that is not known. */
export function readMetric(metric: Metric, curve: CumulativeCurve, context: MetricContext): number | null {
  switch (metric.kind) {
    case 'statistic':
      return context[metric.statistic];
    case 'dose':
      return curve.doseAt(metric.unit === '%' ? (metric.volume / 100) * curve.total : metric.volume * 1000);
    case 'volume': {
      const dose = doseOf(metric.dose, metric.unit, context);
      if (dose === null) return null;
      const volume = curve.volumeAt(dose);
      return metric.as === 'cc' ? volume / 1000 : (100 * volume) / curve.total;
    }
  }
}

/** A dose in the unit of the curve. A relative dose is taken as per cent of the prescription. */
export function doseOf(
  dose: number,
  unit: 'Gy' | '%',
  { unit: wanted, prescription }: Pick<MetricContext, 'unit' | 'prescription'>,
): number | null {
  if (unit === '%' ? wanted === 'percent' : wanted === 'Gy') return dose;
  if (prescription === null) return null;
  return unit === '%' ? (dose / 100) * prescription : (dose / prescription) * 100;
}
