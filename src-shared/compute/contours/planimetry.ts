import type { Vector3 } from '../../geometry/index.ts';
import { slabsOf } from './slabs.ts';
import { framePoint, type EndCaps, type PlaneStack } from './types.ts';

/**
 * Volume (cc) and centroid (LPS mm) from the areas of the planes: each reaches half way to its neighbours, and half a
 * slice distance into the caps. null where there is no volume.
 */
export function planimetry(
  stack: PlaneStack,
  endCaps: EndCaps,
): { readonly volumeCc: number | null; readonly centroid: Vector3 | null } {
  let volume = 0,
    u = 0,
    v = 0,
    w = 0;
  const add = (k: number, from: number, to: number): void => {
    const section = stack.sections[k]!,
      piece = section.area * (to - from);
    volume += piece;
    u += piece * section.centroid[0];
    v += piece * section.centroid[1];
    w += (piece * (from + to)) / 2;
  };
  for (const slab of slabsOf(stack, endCaps)) {
    const middle = (slab.from + slab.to) / 2;
    add(slab.lower, slab.from, middle);
    add(slab.upper, middle, slab.to);
  }
  if (!(volume > 0)) return { volumeCc: null, centroid: null };
  return { volumeCc: volume / 1000, centroid: framePoint(stack.frame, u / volume, v / volume, w / volume) };
}
