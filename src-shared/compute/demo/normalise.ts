import type { Grid } from '../../geometry/index.ts';
import type { DemoDefinition, Shape } from './definition.ts';
import { bendOf } from './bend.ts';
import { solidOf } from './solid.ts';

/** Trilinear value of a grid along the patient's axes at a point inside it. */
export function trilinear(grid: Grid, values: Float32Array, x: number, y: number, z: number): number {
  const [nx, ny] = grid.dimensions,
    m = grid.affine;
  const fi = (x - m[3]) / m[0],
    fj = (y - m[7]) / m[5],
    fk = (z - m[11]) / m[10];
  const i = Math.floor(fi),
    j = Math.floor(fj),
    k = Math.floor(fk),
    u = fi - i,
    v = fj - j,
    w = fk - k;
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const a = corner & 1,
      b = (corner >> 1) & 1,
      c = corner >> 2;
    sum += values[i + a + nx * (j + b + ny * (k + c))]! * (a ? u : 1 - u) * (b ? v : 1 - v) * (c ? w : 1 - w);
  }
  return sum;
}

/** Points of a lattice of `step` mm in a shape, in the patient as he lies. */
export function pointsIn(definition: DemoDefinition, shape: Shape, step: number): [number, number, number][] {
  const solid = solidOf(shape, definition.shapes),
    bend = bendOf(definition.bend),
    { origin, spacing, dimensions } = definition.image;
  const points: [number, number, number][] = [];
  for (let z = origin[2]; z <= origin[2] + (dimensions[2] - 1) * spacing[2]; z += step) {
    const section = solid(z);
    if (section === null) continue;
    for (let y = section.box[2] - 6; y <= section.box[3] + 6; y += step) {
      for (let x = section.box[0] - 6; x <= section.box[1] + 6; x += step) {
        if (section.field(x + bend.alongX(y, z), y + bend.alongY(x, z)) < 0) points.push([x, y, z]);
      }
    }
  }
  return points;
}

/** The dose that the hottest `percent` of the points receive at least. */
export function doseAt(percent: number, doses: readonly number[]): number {
  const sorted = doses.toSorted((a, b) => b - a);
  return sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))]!;
}
