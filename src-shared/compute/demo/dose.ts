import type { Grid, Vector3 } from '../../geometry/index.ts';
import type { Painted } from './anatomy.ts';
import { inBeam, leafBoundaries, type Aperture } from './aperture.ts';
import type { BeamDefinition, DemoDefinition } from './definition.ts';
import { depthOf, electronDensity } from './depth.ts';
import { fluenceOf } from './fluence.ts';

/** Gy per MU at the isocentre plane in water at the depth of the maximum of a broad beam. */
const GY_PER_MU = 0.01;

/** The dose grid: over the body with a margin, its points not on those of the CT. */
export function doseGrid(definition: DemoDefinition, body: Uint8Array): Grid {
  const { image, dose } = definition,
    [nx, ny, nz] = image.dimensions;
  const low = [nx, ny],
    high = [0, 0];
  for (let n = 0; n < body.length; n++) {
    if (body[n] === 0) continue;
    const index = [n % nx, Math.floor(n / nx) % ny];
    for (const axis of [0, 1]) {
      low[axis] = Math.min(low[axis]!, index[axis]!);
      high[axis] = Math.max(high[axis]!, index[axis]!);
    }
  }
  const from = [0, 1].map((axis) =>
    Math.floor(image.origin[axis]! + low[axis]! * image.spacing[axis]! - 2 * dose.spacing),
  );
  const to = [0, 1].map(
    (axis) => image.origin[axis]! + high[axis]! * image.spacing[axis]! + 2 * dose.spacing,
  );
  const size = [0, 1].map((axis) => Math.ceil((to[axis]! - from[axis]!) / dose.spacing) + 1);
  const bottom = image.origin[2] - image.spacing[2] / 2,
    depth = nz * image.spacing[2];
  const s = dose.spacing;
  return {
    dimensions: [size[0]!, size[1]!, Math.ceil(depth / s) + 1],
    affine: [s, 0, 0, from[0]!, 0, s, 0, from[1]!, 0, 0, s, bottom],
  };
}

/** Dose of one MU of a beam on the grid, Gy; 0 outside the body. */
export function doseOfBeam(
  definition: DemoDefinition,
  painted: Painted,
  density: Float32Array,
  grid: Grid,
  isocentre: Vector3,
  beam: BeamDefinition,
  aperture: Aperture,
): Float32Array {
  const { dose, plan, patientPosition } = definition;
  const depth = depthOf(painted, density, definition, isocentre, beam, patientPosition);
  const fluence = fluenceOf(aperture, leafBoundaries(plan.leaves), dose);
  const [nx, ny, nz] = grid.dimensions,
    [sx, , , ox, , sy, , oy, , , sz, oz] = grid.affine;
  const inside = insideBody(definition, painted.body),
    values = new Float32Array(nx * ny * nz);
  const origin = inBeam([ox, oy, oz], isocentre, beam, patientPosition);
  const step = (
    [
      [sx, 0, 0],
      [0, sy, 0],
      [0, 0, sz],
    ] as const
  ).map((v) =>
    inBeam([isocentre[0] + v[0], isocentre[1] + v[1], isocentre[2] + v[2]], isocentre, beam, patientPosition),
  );
  const [di, dj, dk] = step as [Vector3, Vector3, Vector3],
    sad = plan.sourceAxisDistance;
  for (let k = 0, n = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, n++) {
        if (!inside(ox + i * sx, oy + j * sy, oz + k * sz)) continue;
        const x = origin[0] + i * di[0] + j * dj[0] + k * dk[0],
          y = origin[1] + i * di[1] + j * dj[1] + k * dk[1],
          z = origin[2] + i * di[2] + j * dj[2] + k * dk[2];
        const m = sad / (sad - z),
          d = depth(x, y, z);
        const withDepth =
          (1 - dose.buildUp.share * Math.exp(-d / dose.buildUp.depth)) * Math.exp(-dose.attenuation * d);
        values[n] = GY_PER_MU * m * m * withDepth * fluence(x * m, y * m);
      }
    }
  }
  return values;
}

/** Electron density relative to water, per voxel of the CT without noise. */
export function densityOf(painted: Painted): Float32Array {
  const table = Float32Array.from({ length: 65536 }, (_, n) => electronDensity(n - 32768)),
    density = new Float32Array(painted.clean.length);
  for (let n = 0; n < density.length; n++) density[n] = table[painted.clean[n]! + 32768]!;
  return density;
}

function insideBody(
  definition: DemoDefinition,
  body: Uint8Array,
): (x: number, y: number, z: number) => boolean {
  const { dimensions, origin, spacing } = definition.image,
    [nx, ny, nz] = dimensions;
  return (x, y, z) => {
    const i = Math.round((x - origin[0]) / spacing[0]),
      j = Math.round((y - origin[1]) / spacing[1]);
    const k = Math.min(nz - 1, Math.max(0, Math.round((z - origin[2]) / spacing[2])));
    return i >= 0 && j >= 0 && i < nx && j < ny && body[i + nx * (j + ny * k)] === 1;
  };
}
