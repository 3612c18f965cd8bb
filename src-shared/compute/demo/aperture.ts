import {
  beamAxes,
  dot,
  patientToFixed,
  subtract,
  type PatientPosition,
  type Vector3,
} from '../../geometry/index.ts';
import type { BeamDefinition, PlanDefinition } from './definition.ts';

/** Jaws and leaves of a beam, mm at the isocentre plane. Leaf pairs in file order. */
export interface Aperture {
  readonly jaws: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  /** Bank at negative x, then the other. */
  readonly left: readonly number[];
  readonly right: readonly number[];
}

export function leafBoundaries(leaves: PlanDefinition['leaves']): number[] {
  const widths = leaves.flatMap(({ count, width }) => Array.from({ length: count }, () => width));
  const boundaries = [-widths.reduce((sum, width) => sum + width, 0) / 2];
  for (const width of widths) boundaries.push(boundaries.at(-1)! + width);
  return boundaries;
}

/** A point of the patient in the beam: x and y of the beam-limiting-device system, z towards the source. */
export function inBeam(
  point: Vector3,
  isocentre: Vector3,
  beam: BeamDefinition,
  position: PatientPosition,
): Vector3 {
  const axes = beamAxes(beam.gantry, beam.collimator),
    v = patientToFixed(subtract(point, isocentre), position, beam.couch);
  return [dot(v, axes.x), dot(v, axes.y), dot(v, axes.toSource)];
}

/** Leaves and jaws round the projection of the target's surface points, `margin` mm away; to 0.1 mm and 1 mm. */
export function fitAperture(
  surface: readonly Vector3[],
  isocentre: Vector3,
  beam: BeamDefinition,
  plan: PlanDefinition,
  position: PatientPosition,
): Aperture {
  const boundaries = leafBoundaries(plan.leaves),
    pairs = boundaries.length - 1;
  const left = new Array<number>(pairs).fill(Infinity),
    right = new Array<number>(pairs).fill(-Infinity);
  let low = Infinity,
    high = -Infinity;
  for (const point of surface) {
    const [xb, yb, zb] = inBeam(point, isocentre, beam, position),
      m = plan.sourceAxisDistance / (plan.sourceAxisDistance - zb);
    const x = xb * m,
      y = yb * m;
    low = Math.min(low, y - plan.margin);
    high = Math.max(high, y + plan.margin);
    for (let pair = 0; pair < pairs; pair++) {
      const away = Math.max(0, boundaries[pair]! - y, y - boundaries[pair + 1]!);
      if (away >= plan.margin) continue;
      const reach = Math.sqrt(plan.margin ** 2 - away ** 2);
      left[pair] = Math.min(left[pair]!, x - reach);
      right[pair] = Math.max(right[pair]!, x + reach);
    }
  }
  const open = left.map(Number.isFinite),
    tenth = (value: number): number => Number(value.toFixed(1));
  const x1 = Math.floor(Math.min(...left)),
    x2 = Math.ceil(Math.max(...right.filter(Number.isFinite)));
  return {
    jaws: { x: [x1, x2], y: [Math.floor(low), Math.ceil(high)] },
    // Pairs that do not take part are shut under the jaw
    left: left.map((value, pair) => (open[pair] ? tenth(value) : x1)),
    right: right.map((value, pair) => (open[pair] ? tenth(value) : x1)),
  };
}
