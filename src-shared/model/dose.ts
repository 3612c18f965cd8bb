import type { Finding } from './finding.ts';
import type { Volume } from './volume.ts';

/** A DVH that a planning system stored in its RTDOSE. */
export interface StoredDvh {
  readonly roiNumbers: readonly number[];
  readonly type: string;
  readonly doseUnit: string;
  readonly volumeUnit: string;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** Bin width (DVH Dose Scaling applied) and volume of each bin, in pairs. */
  readonly data: Float64Array;
}

export interface Dose {
  readonly sopInstanceUid: string;
  /** Float32; Gy, or per cent where the file says RELATIVE. No-value markers are NaN. */
  readonly volume: Volume<Float32Array>;
  /** Dose Type: PHYSICAL, EFFECTIVE, ERROR. */
  readonly type: string;
  /** Dose Summation Type: PLAN, BEAM, FRACTION … */
  readonly summation: string;
  readonly comment: string;
  readonly referencedPlanUid: string | null;
  readonly referencedBeamNumbers: readonly number[];
  readonly referencedStructureSetUid: string | null;
  readonly storedDvhs: readonly StoredDvh[];
  readonly findings: readonly Finding[];
}
