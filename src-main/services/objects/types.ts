import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import type { Finding, Volume } from '../../../src-shared/model/index.ts';

export interface ReadOptions {
  readonly runner: TaskRunner;
  readonly signal?: AbortSignal;
  /**
   * 'work' (default) takes one whole and even volume; 'view' shows what there is: planes without an image stay empty at
   * their places, and of several volumes the largest is taken, both told.
   */
  readonly purpose?: 'work' | 'view';
  /** Which volume of a series of several, from 1; where none is chosen, as `purpose` says. */
  readonly choice?: number;
  /** 0 to 1. */
  readonly onProgress?: (progress: number) => void;
}

export type ImageVolume = Volume<Int16Array | Uint16Array | Float32Array>;

export interface ReadVolume {
  readonly volume: ImageVolume;
  readonly findings: readonly Finding[];
}

/** A volume of a series of one or more. */
export interface SeriesVolume {
  /** From 1, the largest first. */
  readonly number: number;
  /** What tells it from the others, for people. */
  readonly label: string;
  /** Why it cannot be opened; null where it can. */
  readonly refusal: string | null;
}

/** A series whose geometry is known from its headers and whose planes are decoded as they are asked for. */
export interface PreparedSeries {
  readonly seriesUid: string;
  readonly modality: string;
  readonly description: string;
  readonly patientPosition: string;
  /** All that the series holds, and the number of the one that this is. */
  readonly volumes: readonly SeriesVolume[];
  readonly number: number;
  /** In shared memory; grows in place. */
  readonly volume: ImageVolume;
  /** Resolves when planes k in [from, to) hold their values. Rejects with a Failure; asking again tries again. */
  read(from: number, to: number): Promise<void>;
  /** The whole volume, with everything that is to be said about it. Rejects with a Failure. */
  readAll(): Promise<ReadVolume>;
}

/** A series that is being read: `done` is the whole of it. */
export interface OpenSeries extends Omit<PreparedSeries, 'read' | 'readAll'> {
  readonly done: Promise<ReadVolume>;
}
