export { dvhChunk } from './chunk.ts';
export { CumulativeCurve, differential, type Distribution } from './curve.ts';
export { computeDvh, computeDvhs, type Dvh, type DvhOptions } from './dvh.ts';
export { maskDvh, type Mask } from './maskDvh.ts';
export { parseMetric, readMetric, type Metric, type MetricContext } from './metrics.ts';
export { voxelCentreMetrics, type VoxelStatistics } from './voxelCentres.ts';
