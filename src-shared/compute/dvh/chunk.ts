import type { Affine, Vector3 } from '../../geometry/index.ts';
import { createDoseSpans, type DoseSpans } from '../../kernels/index.ts';
import {
  indexOf,
  Profile,
  profileAlong,
  slabMoments,
  Spans,
  spansAt,
  type PlaneFrame,
  type PlaneSection,
  type SectionIndex,
  type Slab,
} from '../contours/index.ts';
import type { Task } from '../tasks/index.ts';
import { Clipper, loadDose } from './clipper.ts';
import { extremesOf } from './extremes.ts';
import { subPlanes, type Box, type Sampling, type ToIndex } from './sampling.ts';

/** Some layers of one ROI in one dose. Plain data. */
export interface ChunkInput {
  readonly frame: PlaneFrame;
  readonly sections: readonly PlaneSection[];
  readonly slabs: readonly Slab[];
  readonly sampling: Sampling;
  readonly index: ToIndex;
  /** Voxels of the whole dose grid. */
  readonly dimensions: Vector3;
  readonly affine: Affine;
  /** Part of the grid that the layers touch; null where they lie outside. */
  readonly box: Box | null;
  /** The dose: `doseFirst` is the grid index of its first value, `doseSize` its voxels each way. */
  readonly dose: Float32Array;
  readonly doseFirst: Vector3;
  readonly doseSize: Vector3;
  /** Dose of the histogram's first edge, bins per unit of dose, and bins. */
  readonly low: number;
  readonly perUnit: number;
  readonly bins: number;
}

/** Sums over some layers; volumes in mm³. */
export interface ChunkOutput {
  /** Volume with a dose, per bin. */
  readonly histogram: Float64Array;
  readonly sum: number;
  readonly volume: number;
  readonly outside: number;
  readonly noValue: number;
  readonly least: number;
  readonly greatest: number;
}

let shared: DoseSpans | null = null;

export const dvhChunk: Task<ChunkInput, ChunkOutput> = {
  name: 'dvh.chunk',
  run: sampleChunk,
  transfer: (output) => (output.histogram.buffer instanceof ArrayBuffer ? [output.histogram.buffer] : []),
};

/** Samples the layers row by row: D3, D4 of SPEC.md. */
export function sampleChunk(input: ChunkInput): ChunkOutput {
  // One per thread serves all chunks, as each runs to its end in one go.
  const spans3d = (shared ??= createDoseSpans());
  loadDose(input, spans3d);
  const clip = new Clipper(input),
    { sampling, slabs, sections } = input;
  const indices = sections.map(indexOf),
    profile = new Profile(),
    spans = new Spans();
  const corrections = sections.map((section, k) => correctionOf(section.area, indices[k]!, sampling));
  let sampled = 0,
    volume = 0;
  for (const slab of slabs) {
    volume += slabMoments(sections, slab).volume;
    const lower = indices[slab.lower]!,
      upper = indices[slab.upper]!,
      prism = lower === upper;
    const planes = subPlanes(slab, sampling),
      thickness = (slab.to - slab.from) / planes;
    clip.setCell(sampling.rowStep, thickness, spans3d);
    for (let r = 0; r < sampling.rows; r++) {
      const v = sampling.firstRow + r * sampling.rowStep;
      const na = lower.rowCrossings(v),
        nb = prism ? na : upper.rowCrossings(v);
      if (na === 0 && nb === 0) continue;
      profileAlong(
        lower,
        upper,
        { u: 0, v, du: 1, dv: 0 },
        lower.found,
        na,
        upper.found,
        nb,
        sampling.step,
        profile,
      );
      for (let q = 0; q < planes; q++) {
        const t = (q + 0.5) / planes;
        const cell =
          sampling.rowStep * thickness * ((1 - t) * corrections[slab.lower]! + t * corrections[slab.upper]!);
        spansAt(profile, t, spans);
        for (let s = 0; s < spans.length; s += 2) {
          const from = spans.ends[s]!,
            to = spans.ends[s + 1]!;
          sampled += (to - from) * cell;
          clip.span(from, to, v, slab.from + t * (slab.to - slab.from), cell, sampling.step, spans3d);
        }
      }
    }
  }
  // The samples stand for the solid, whose volume is one figure wherever it is asked for.
  const share = shareOf(volume, sampled);
  const result = spans3d.result(),
    extremes = extremesOf(input, result.least, result.greatest);
  return {
    histogram: share === 1 ? result.histogram : result.histogram.map((part) => part * share),
    sum: result.sum * share,
    noValue: result.noValue * share,
    volume: sampled * share,
    outside: clip.outside * share,
    ...extremes,
  };
}

/** 1 where the two are the same but for rounding. */
function shareOf(volume: number, sampled: number): number {
  const share = sampled > 0 ? volume / sampled : 1;
  return Math.abs(share - 1) < 1e-12 ? 1 : share;
}

/** What the rows of a section must be multiplied by to give its exact area. */
function correctionOf(area: number, index: SectionIndex, sampling: Sampling): number {
  let length = 0;
  for (let r = 0; r < sampling.rows; r++) {
    const n = index.rowCrossings(sampling.firstRow + r * sampling.rowStep);
    for (let i = 0; i + 1 < n; i += 2) length += index.found[i + 1]! - index.found[i]!;
  }
  // A section so small that hardly a row meets it is left as it is.
  const correction = area / (length * sampling.rowStep);
  return correction > 0.5 && correction < 2 ? correction : 1;
}
