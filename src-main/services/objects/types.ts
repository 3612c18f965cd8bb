import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import type { Finding, Volume } from '../../../src-shared/model/index.ts';

export interface ReadOptions {
  readonly runner: TaskRunner;
  readonly signal?: AbortSignal;
  /** 0 to 1. */
  readonly onProgress?: (progress: number) => void;
}

export type ImageVolume = Volume<Int16Array | Uint16Array | Float32Array>;

/** A series that is being read: its geometry is known at once, its planes come in one by one. */
export interface OpenSeries {
  readonly seriesUid: string;
  readonly modality: string;
  readonly description: string;
  readonly patientPosition: string;
  /** Grows in place while `done` is pending. */
  readonly volume: ImageVolume;
  /** The whole volume, with everything that is to be said about it. Rejects with a Failure. */
  readonly done: Promise<{ readonly volume: ImageVolume; readonly findings: readonly Finding[] }>;
}
