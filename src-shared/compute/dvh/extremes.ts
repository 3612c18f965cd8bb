import { affineColumn, dot } from '../../geometry/index.ts';
import { indexOf, insideLayer, type SectionIndex, type Slab } from '../contours/index.ts';
import type { ChunkInput } from './chunk.ts';
import type { Box } from './sampling.ts';

export interface Extremes {
  readonly least: number;
  readonly greatest: number;
}

/** Least and greatest dose of some layers: of the samples, the corners of the contours, and the grid points inside (D6). */
export function extremesOf(input: ChunkInput, sampledLeast: number, sampledGreatest: number): Extremes {
  const sampled = { least: sampledLeast, greatest: sampledGreatest };
  return input.box === null ? sampled : gridPoints(input, input.box, corners(input, sampled));
}

function corners(input: ChunkInput, { least, greatest }: Extremes): Extremes {
  const { index, sections, slabs } = input;
  for (let n = 0; n < slabs.length; n++) {
    const slab = slabs[n]!,
      before = slabs[n - 1];
    // A section between two layers is looked at once.
    const lower =
      before?.upper === slab.lower && before.to === slab.from ? [] : [[slab.lower, slab.from] as const];
    for (const [k, w] of [...lower, [slab.upper, slab.to] as const]) {
      const { edges } = sections[k]!;
      for (let i = 0; i < edges.length; i += 4) {
        const u = edges[i]!,
          v = edges[i + 1]!;
        const d = doseAt(
          input,
          index.origin[0] + u * index.u[0] + v * index.v[0] + w * index.w[0],
          index.origin[1] + u * index.u[1] + v * index.v[1] + w * index.w[1],
          index.origin[2] + u * index.u[2] + v * index.v[2] + w * index.w[2],
        );
        if (d < least) least = d;
        if (d > greatest) greatest = d;
      }
    }
  }
  return { least, greatest };
}

/** Trilinear dose at a grid index; NaN outside the grid. */
export function doseAt(
  {
    dose,
    doseFirst,
    doseSize,
    dimensions,
  }: Pick<ChunkInput, 'dose' | 'doseFirst' | 'doseSize' | 'dimensions'>,
  x: number,
  y: number,
  z: number,
): number {
  const [nx, ny, nz] = dimensions;
  if (!(x >= 0 && y >= 0 && z >= 0 && x <= nx - 1 && y <= ny - 1 && z <= nz - 1)) return NaN;
  const i = Math.min(Math.floor(x), nx - 2),
    j = Math.min(Math.floor(y), ny - 2),
    k = Math.min(Math.floor(z), nz - 2);
  const p = i - doseFirst[0] + doseSize[0] * (j - doseFirst[1] + doseSize[1] * (k - doseFirst[2]));
  const q = p + doseSize[0],
    r = p + doseSize[0] * doseSize[1],
    t = r + doseSize[0];
  const a = dose[p]! + (dose[p + 1]! - dose[p]!) * (x - i),
    b = dose[q]! + (dose[q + 1]! - dose[q]!) * (x - i);
  const c = dose[r]! + (dose[r + 1]! - dose[r]!) * (x - i),
    d = dose[t]! + (dose[t + 1]! - dose[t]!) * (x - i);
  const lower = a + (b - a) * (y - j),
    upper = c + (d - c) * (y - j);
  return lower + (upper - lower) * (z - k);
}

/** Least and greatest dose with the grid points inside the layers taken in; only points beyond the samples' range are looked at. */
function gridPoints(input: ChunkInput, box: Box, range: Extremes): Extremes {
  const { dose, doseFirst, doseSize, frame, affine, slabs } = input;
  let { least, greatest } = range;
  const indices = input.sections.map(indexOf),
    columns = ([0, 1, 2, 3] as const).map((c) => affineColumn(affine, c));
  const [iu, ju, ku, u0] = columns.map((c) => dot(c, frame.u)) as Four,
    [iv, jv, kv, v0] = columns.map((c) => dot(c, frame.v)) as Four;
  const [iw, jw, kw, w0] = columns.map((c) => dot(c, frame.normal)) as Four;
  const find = layerFinder(slabs),
    along = Math.abs(iv) + Math.abs(iw) < 1e-9 * Math.abs(iu),
    end = box.first[0] + box.size[0];
  for (let k = box.first[2]; k < box.first[2] + box.size[2]; k++) {
    for (let j = box.first[1]; j < box.first[1] + box.size[1]; j++) {
      const row = doseSize[0] * (j - doseFirst[1] + doseSize[1] * (k - doseFirst[2])) - doseFirst[0];
      const u1 = j * ju + k * ku + u0,
        v1 = j * jv + k * kv + v0,
        w1 = j * jw + k * kw + w0;
      let first = box.first[0],
        last = end - 1;
      if (along) {
        // A grid row along the rows of the contours: only its stretch between the outermost crossings can be inside.
        const slab = find(w1),
          reach = slab === null ? null : reachOf(indices[slab.lower]!, indices[slab.upper]!, v1);
        if (reach === null) continue;
        const a = (reach[0] - u1) / iu,
          b = (reach[1] - u1) / iu;
        first = Math.max(first, Math.ceil(Math.min(a, b)));
        last = Math.min(last, Math.floor(Math.max(a, b)));
      }
      for (let i = first; i <= last; i++) {
        const d = dose[row + i]!;
        if (!(d > greatest || d < least)) continue;
        const w = along ? w1 : i * iw + w1,
          slab = find(w);
        if (slab === null) continue;
        const v = along ? v1 : i * iv + v1;
        if (
          !insideLayer(
            indices[slab.lower]!,
            indices[slab.upper]!,
            i * iu + u1,
            v,
            (w - slab.from) / (slab.to - slab.from),
          )
        )
          continue;
        if (d > greatest) greatest = d;
        if (d < least) least = d;
      }
    }
  }
  return { least, greatest };
}

type Four = [number, number, number, number];

/** The layer that holds a height; near heights in turn are fast. */
function layerFinder(slabs: readonly Slab[]): (w: number) => Slab | null {
  let layer = 0;
  return (w) => {
    const kept = slabs[layer]!;
    if (w >= kept.from && w <= kept.to) return kept;
    const found = slabs.findIndex((s) => w >= s.from && w <= s.to);
    if (found < 0) return null;
    layer = found;
    return slabs[found]!;
  };
}

/** Least and greatest u of either section on the row at v. */
function reachOf(lower: SectionIndex, upper: SectionIndex, v: number): readonly [number, number] | null {
  let least = Infinity,
    greatest = -Infinity;
  for (const index of lower === upper ? [lower] : [lower, upper]) {
    const n = index.rowCrossings(v);
    if (n === 0) continue;
    least = Math.min(least, index.found[0]!);
    greatest = Math.max(greatest, index.found[n - 1]!);
  }
  return greatest >= least ? [least, greatest] : null;
}
