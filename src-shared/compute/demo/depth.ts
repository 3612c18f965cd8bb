import { beamAxes, fixedToPatient, type PatientPosition, type Vector3 } from '../../geometry/index.ts';
import type { BeamDefinition, DemoDefinition } from './definition.ts';
import type { Painted } from './anatomy.ts';

/** Water-equivalent depth in mm at a point of the beam (x, y, z of the beam-limiting-device system). */
export type Depth = (x: number, y: number, z: number) => number;

/** Electron density relative to water by HU: straight between air, fat, water, spongy and dense bone. */
const DENSITIES: readonly (readonly [number, number])[] = [
  [-1000, 0],
  [-100, 0.94],
  [0, 1],
  [300, 1.14],
  [1300, 1.65],
  [3000, 2.5],
];

export function electronDensity(hu: number): number {
  if (hu <= DENSITIES[0]![0]) return 0;
  const n = Math.max(
      1,
      DENSITIES.findIndex(([value]) => hu <= value),
    ),
    [h0, d0] = DENSITIES[n - 1]!,
    [h1, d1] = DENSITIES[n]!;
  return d0 + ((hu - h0) / (h1 - h0)) * (d1 - d0);
}

/** Half the size of the fan at the isocentre plane, and its steps, mm. */
const FAN = { reach: 132, step: 6, alongReach: 246, alongStep: 3 } as const;

/** Density summed along the rays of a fan through the body; the couch and the air do not count. */
export function depthOf(
  painted: Painted,
  density: Float32Array,
  definition: DemoDefinition,
  isocentre: Vector3,
  beam: BeamDefinition,
  position: PatientPosition,
): Depth {
  const { image, plan } = definition,
    sad = plan.sourceAxisDistance;
  const axes = beamAxes(beam.gantry, beam.collimator);
  const lps = (v: Vector3): Vector3 => fixedToPatient(v, position, beam.couch);
  const ex = lps(axes.x),
    ey = lps(axes.y),
    ez = lps(axes.toSource);
  const rays = Math.round((2 * FAN.reach) / FAN.step) + 1,
    planes = Math.round((2 * FAN.alongReach) / FAN.alongStep) + 1;
  const table = new Float32Array(rays * rays * planes);
  const [nx, ny, nz] = image.dimensions;
  for (let b = 0; b < rays; b++) {
    for (let a = 0; a < rays; a++) {
      const x = -FAN.reach + a * FAN.step,
        y = -FAN.reach + b * FAN.step;
      const oblique = Math.sqrt(x * x + y * y + sad * sad) / sad;
      let depth = 0;
      for (let p = 0; p < planes; p++) {
        const z = FAN.alongReach - p * FAN.alongStep,
          m = (sad - z) / sad;
        const i = Math.round(
          (isocentre[0] + m * (x * ex[0] + y * ey[0]) + z * ez[0] - image.origin[0]) / image.spacing[0],
        );
        const j = Math.round(
          (isocentre[1] + m * (x * ex[1] + y * ey[1]) + z * ez[1] - image.origin[1]) / image.spacing[1],
        );
        const k = Math.min(
          nz - 1,
          Math.max(
            0,
            Math.round(
              (isocentre[2] + m * (x * ex[2] + y * ey[2]) + z * ez[2] - image.origin[2]) / image.spacing[2],
            ),
          ),
        );
        const voxel = i + nx * (j + ny * k);
        const here =
          i >= 0 && j >= 0 && i < nx && j < ny && painted.body[voxel] === 1
            ? density[voxel]! * FAN.alongStep * oblique
            : 0;
        table[a + rays * (b + rays * p)] = depth + here / 2;
        depth += here;
      }
    }
  }
  return (xb, yb, zb) => {
    const m = sad / (sad - zb),
      limit = rays - 1.001;
    const fa = Math.min(limit, Math.max(0, (xb * m + FAN.reach) / FAN.step)),
      fb = Math.min(limit, Math.max(0, (yb * m + FAN.reach) / FAN.step));
    const fp = Math.min(planes - 1.001, Math.max(0, (FAN.alongReach - zb) / FAN.alongStep));
    const a = Math.floor(fa),
      b = Math.floor(fb),
      p = Math.floor(fp),
      u = fa - a,
      v = fb - b,
      w = fp - p;
    let sum = 0;
    for (let s = 0; s < 2; s++) {
      const n = a + rays * (b + rays * (p + s));
      const here =
        (table[n]! * (1 - u) + table[n + 1]! * u) * (1 - v) +
        (table[n + rays]! * (1 - u) + table[n + rays + 1]! * u) * v;
      sum += here * (s === 0 ? 1 - w : w);
    }
    return sum;
  };
}
