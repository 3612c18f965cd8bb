import { voxelVolumeCc, type Grid } from '../../geometry/index.ts';
import { doseOf, type Metric, type MetricContext } from './metrics.ts';

export interface VoxelStatistics {
  readonly voxels: number;
  readonly volumeCc: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly values: Readonly<Record<string, number | null>>;
}

/**
 * Figures from the values of the voxels in a mask: Dx% is the linear (100 − x)th percentile of the values, Dxcc the one
 * at 100 − 100 n / all with n = max(1, round(x / voxel volume)), Vx the share of voxels that reach x. Voxels without a
 * value (NaN) are left out.
 * @param mask one value per voxel of the dose, above 0 where it belongs to the ROI
 */
export function voxelCentreMetrics(
  mask: ArrayLike<number>,
  dose: Grid & { readonly data: Float32Array },
  metrics: readonly Metric[],
  context: Pick<MetricContext, 'unit' | 'prescription'>,
): VoxelStatistics {
  let all = 0,
    n = 0;
  for (let i = 0; i < dose.data.length; i++) if (mask[i]! > 0) all++;
  const values = new Float64Array(all),
    cc = voxelVolumeCc(dose);
  let sum = 0;
  for (let i = 0; i < dose.data.length; i++) {
    const d = dose.data[i]!;
    if (mask[i]! > 0 && !Number.isNaN(d)) {
      values[n++] = d;
      sum += d;
    }
  }
  const sorted = values.subarray(0, n).sort(),
    statistics = {
      min: n > 0 ? sorted[0]! : null,
      max: n > 0 ? sorted[n - 1]! : null,
      mean: n > 0 ? sum / n : null,
    };
  const read = (metric: Metric): number | null => {
    if (n === 0) return null;
    if (metric.kind === 'statistic') return statistics[metric.statistic];
    if (metric.kind === 'dose') {
      if (metric.unit === '%') return percentile(sorted, 100 - metric.volume);
      const count = Math.max(1, Math.round(metric.volume / cc));
      return count <= n ? percentile(sorted, 100 - (100 * count) / n) : null;
    }
    const limit = doseOf(metric.dose, metric.unit, context);
    if (limit === null) return null;
    let reached = 0;
    for (const d of sorted) if (d >= limit) reached++;
    return metric.as === 'cc' ? reached * cc : (100 * reached) / n;
  };
  return {
    voxels: all,
    volumeCc: all * cc,
    ...statistics,
    values: Object.fromEntries(metrics.map((m) => [m.key, read(m)])),
  };
}

/** Linear percentile of sorted values. */
function percentile(sorted: Float64Array, p: number): number {
  const x = ((sorted.length - 1) * p) / 100,
    i = Math.min(Math.floor(x), sorted.length - 1),
    next = Math.min(i + 1, sorted.length - 1);
  return sorted[i]! + (x - i) * (sorted[next]! - sorted[i]!);
}
