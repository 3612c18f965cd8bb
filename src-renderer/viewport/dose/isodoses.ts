import type { Plane } from '../../../src-shared/geometry/index.ts';
import type { Deferred } from '../deferred.ts';
import type { DoseLayer } from '../types.ts';
import { RecentMap } from '../recentMap.ts';
import { latticeOnPlane, type Lattice } from './lattice.ts';
import { isolines, type Isoline } from './marchingSquares.ts';

/** Isodose lines of recent planes and levels, kept per dose. `get` answers null for new ones, and puts them off. */
export class IsodoseCache {
  readonly #deferred: Deferred;
  readonly #byDose = new WeakMap<
    Float32Array,
    { lattices: RecentMap<Lattice | null>; lines: RecentMap<Isoline[]> }
  >();

  constructor(deferred: Deferred) {
    this.#deferred = deferred;
  }

  get(layer: DoseLayer, plane: Plane, planeKey: string, level: number): readonly Isoline[] | null {
    let cache = this.#byDose.get(layer.data);
    if (!cache) {
      cache = { lattices: new RecentMap(8), lines: new RecentMap(1500) };
      this.#byDose.set(layer.data, cache);
    }
    const { lattices, lines } = cache;
    const key = `${planeKey}|${level}`;
    const compute = (): Isoline[] =>
      lines.obtain(key, () => {
        const lattice = lattices.obtain(planeKey, () => latticeOnPlane(layer.grid, layer.data, plane));
        return lattice ? isolines(lattice, level) : [];
      });
    if (lines.has(key)) return compute();
    this.#deferred.put(compute, true);
    return null;
  }
}

/** Same text, same plane: to a ten-thousandth of a millimetre. */
export const planeKey = (plane: Plane): string =>
  [
    ...plane.origin.map((x) => x.toFixed(4)),
    ...plane.u.map((x) => x.toFixed(7)),
    ...plane.v.map((x) => x.toFixed(7)),
  ].join(' ');
