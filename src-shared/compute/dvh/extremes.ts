import { affineColumn, dot } from '../../geometry/index.ts';
import { indexOf, insideLayer } from '../contours/index.ts';
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
  for (const slab of slabs) {
    for (const [k, w] of [[slab.lower, slab.from], [slab.upper, slab.to]] as const) {
      const { edges } = sections[k]!;
      for (let i = 0; i < edges.length; i += 4) {
        const u = edges[i]!, v = edges[i + 1]!;
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
function doseAt({ dose, doseFirst, doseSize, dimensions }: ChunkInput, x: number, y: number, z: number): number {
  const [nx, ny, nz] = dimensions;
  if (!(x >= 0 && y >= 0 && z >= 0 && x <= nx - 1 && y <= ny - 1 && z <= nz - 1)) return NaN;
  const i = Math.min(Math.floor(x), nx - 2), j = Math.min(Math.floor(y), ny - 2), k = Math.min(Math.floor(z), nz - 2);
  const p = i - doseFirst[0] + doseSize[0] * (j - doseFirst[1] + doseSize[1] * (k - doseFirst[2]));
  const along = (n: number): number => dose[n]! + (dose[n + 1]! - dose[n]!) * (x - i);
  const across = (n: number): number => along(n) + (along(n + doseSize[0]) - along(n)) * (y - j);
  return across(p) + (across(p + doseSize[0] * doseSize[1]) - across(p)) * (z - k);
}

/** Least and greatest dose with the grid points inside the layers taken in; only points beyond the samples' range are looked at. */
function gridPoints(input: ChunkInput, box: Box, range: Extremes): Extremes {
  const { dose, doseFirst, doseSize, frame, affine, slabs } = input;
  let { least, greatest } = range;
  const indices = input.sections.map(indexOf), columns = ([0, 1, 2, 3] as const).map((c) => affineColumn(affine, c));
  const [iu, ju, ku, u0] = columns.map((c) => dot(c, frame.u)), [iv, jv, kv, v0] = columns.map((c) => dot(c, frame.v));
  const [iw, jw, kw, w0] = columns.map((c) => dot(c, frame.normal));
  let layer = 0;
  for (let k = box.first[2]; k < box.first[2] + box.size[2]; k++) {
    for (let j = box.first[1]; j < box.first[1] + box.size[1]; j++) {
      const row = doseSize[0] * (j - doseFirst[1] + doseSize[1] * (k - doseFirst[2])) - doseFirst[0];
      for (let i = box.first[0]; i < box.first[0] + box.size[0]; i++) {
        const d = dose[row + i]!;
        if (!(d > greatest || d < least)) continue;
        const w = i * iw! + j * jw! + k * kw! + w0!;
        let slab = slabs[layer]!;
        if (w < slab.from || w > slab.to) {
          const found = slabs.findIndex((s) => w >= s.from && w <= s.to);
          if (found < 0) continue;
          layer = found;
          slab = slabs[layer]!;
        }
        const u = i * iu! + j * ju! + k * ku! + u0!, v = i * iv! + j * jv! + k * kv! + v0!;
        if (!insideLayer(indices[slab.lower]!, indices[slab.upper]!, u, v, (w - slab.from) / (slab.to - slab.from))) continue;
        if (d > greatest) greatest = d;
        if (d < least) least = d;
      }
    }
  }
  return { least, greatest };
}
