import type { Affine, Grid, Vector3 } from '../../src-shared/geometry/index.ts';
import type { Contour, ContourType, Roi, Volume } from '../../src-shared/model/index.ts';

export type Loop = readonly (readonly [number, number])[];

/** Lays a plane's (a, b) at height w into space; axial unless told otherwise. */
export type Lay = (a: number, b: number, w: number) => Vector3;
export const axial: Lay = (a, b, w) => [a, b, w];

export function contour(
  loop: Loop,
  w: number,
  lay: Lay = axial,
  type: ContourType = 'CLOSED_PLANAR',
): Contour {
  return {
    type,
    points: Float64Array.from(loop.flatMap(([a, b]) => lay(a, b, w))),
    referencedImageUid: null,
  };
}

export const roi = (contours: readonly Contour[], name = 'ROI'): Roi => ({
  number: 1,
  name,
  type: 'ORGAN',
  colour: null,
  frameOfReferenceUid: null,
  contours,
});

export const rectangle = (a0: number, b0: number, a1: number, b1: number): Loop => [
  [a0, b0],
  [a1, b0],
  [a1, b1],
  [a0, b1],
];

/** A polygon with exactly the disc's area. */
export function disc(radius: number, centre: readonly [number, number] = [0, 0], corners = 120): Loop {
  const r = radius * Math.sqrt((2 * Math.PI) / corners / Math.sin((2 * Math.PI) / corners));
  return Array.from({ length: corners }, (_, i) => {
    const a = (2 * Math.PI * (i + 0.25)) / corners;
    return [centre[0] + r * Math.cos(a), centre[1] + r * Math.sin(a)] as const;
  });
}

/** The same loops on planes from `from` in steps of `step`. */
export const prism = (
  loops: readonly Loop[],
  from: number,
  step: number,
  planes: number,
  lay: Lay = axial,
): Roi =>
  roi(
    Array.from({ length: planes }, (_, k) => loops.map((loop) => contour(loop, from + k * step, lay))).flat(),
  );

export function sphere(
  radius: number,
  step: number,
  centre: Vector3 = [0, 0, 0],
  first = -Math.floor(radius / step - 1e-9),
): Roi {
  const contours: Contour[] = [];
  for (let k = first; k * step < radius; k++) {
    const z = k * step;
    contours.push(contour(disc(Math.sqrt(radius * radius - z * z), [centre[0], centre[1]]), centre[2] + z));
  }
  return roi(contours, 'Sphere');
}

/** A dose on a grid, given as a function of LPS. */
export function doseOn(
  grid: Grid,
  dose: (p: Vector3) => number,
  unit: 'Gy' | 'percent' = 'Gy',
): Volume<Float32Array> {
  const [nx, ny, nz] = grid.dimensions,
    m = grid.affine,
    data = new Float32Array(nx * ny * nz);
  let n = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        data[n++] = dose([
          m[0] * i + m[1] * j + m[2] * k + m[3],
          m[4] * i + m[5] * j + m[6] * k + m[7],
          m[8] * i + m[9] * j + m[10] * k + m[11],
        ]);
      }
  return { ...grid, data, unit, frameOfReferenceUid: null, padding: null };
}

/** A grid along the patient's axes, `half` mm each way around a centre. */
export function gridAround(centre: Vector3, half: number, spacing: number): Grid {
  const n = Math.round((2 * half) / spacing) + 1;
  const affine: Affine = [
    spacing,
    0,
    0,
    centre[0] - half,
    0,
    spacing,
    0,
    centre[1] - half,
    0,
    0,
    spacing,
    centre[2] - half,
  ];
  return { dimensions: [n, n, n], affine };
}
