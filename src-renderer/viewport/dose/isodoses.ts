import type { Plane } from '../../../src-shared/geometry/index.ts';
import type { DoseLayer } from '../types.ts';
import { RecentMap } from '../recentMap.ts';
import { latticeOnPlane, type Lattice } from './lattice.ts';
import { isolines, type Isoline } from './marchingSquares.ts';

/** Isodose lines of recent planes and levels, kept per dose. */
export class IsodoseCache {
  readonly #byDose = new WeakMap<
    Float32Array,
    { lattices: RecentMap<Lattice | null>; lines: RecentMap<Isoline[]> }
  >();

  lines(layer: DoseLayer, plane: Plane, planeKey: string, level: number): readonly Isoline[] {
    let cache = this.#byDose.get(layer.data);
    if (!cache) {
      cache = { lattices: new RecentMap(8), lines: new RecentMap(600) };
      this.#byDose.set(layer.data, cache);
    }
    const { lattices, lines } = cache;
    return lines.obtain(`${planeKey}|${level}`, () => {
      const lattice = lattices.obtain(planeKey, () => latticeOnPlane(layer.grid, layer.data, plane));
      return lattice ? isolines(lattice, level) : [];
    });
  }
}

/** Same text, same plane: to a ten-thousandth of a millimetre. */
export const planeKey = (plane: Plane): string =>
  [
    ...plane.origin.map((x) => x.toFixed(4)),
    ...plane.u.map((x) => x.toFixed(7)),
    ...plane.v.map((x) => x.toFixed(7)),
  ].join(' ');
