import { affineColumn, dot, voxelCentre, voxelCount, type Grid } from '../../geometry/index.ts';
import { changeHeight } from './profile.ts';
import { indexOf, type SectionIndex } from './sectionIndex.ts';
import { slabsOf, type Slab } from './slabs.ts';
import { SAME_PLANE } from './stack.ts';
import type { EndCaps, PlaneStack } from './types.ts';

/** Whether a point of a layer is inside, t from 0 (lower section) to 1 (upper). */
export function insideLayer(
  lower: SectionIndex,
  upper: SectionIndex,
  u: number,
  v: number,
  t: number,
): boolean {
  const inLower = lower.contains(u, v);
  if (lower === upper) return inLower;
  const inUpper = upper.contains(u, v);
  if (inLower === inUpper) return inLower;
  const height = changeHeight(lower, upper, u, v);
  return inLower ? t < height : t > height;
}

/**
 * The mask of an ROI on a grid: 1 where the voxel's centre is inside, by the same interpolation as the DVH. A centre
 * within 0.01 mm of a contour plane is judged by that plane alone.
 * @returns nx·ny·nz values, i fastest.
 */
export function rasterise(
  stack: PlaneStack,
  grid: Grid,
  options: { readonly endCaps?: EndCaps } = {},
): Uint8Array {
  const mask = new Uint8Array(voxelCount(grid)),
    { frame, sections } = stack;
  if (sections.length === 0) return mask;
  const slabs = slabsOf(stack, options.endCaps ?? 'half'),
    indices = sections.map(indexOf);
  const [nx, ny, nz] = grid.dimensions,
    step = affineColumn(grid.affine, 0);
  const du = dot(step, frame.u),
    dv = flat(dot(step, frame.v), nx),
    dw = flat(dot(step, frame.normal), nx);
  const find = slabFinder(slabs);
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const start = voxelCentre(grid, [0, j, k]);
      const u = dot(start, frame.u),
        v = dot(start, frame.v),
        w = dot(start, frame.normal);
      for (let i = 0, n = nx * (j + ny * k); i < nx; i++, n++) {
        const height = w + i * dw,
          slab = find(height);
        if (slab === null) {
          if (dw === 0) break;
          continue;
        }
        const a = u + i * du,
          b = v + i * dv;
        const own =
          height - slab.from <= SAME_PLANE ? slab.lower : slab.to - height <= SAME_PLANE ? slab.upper : -1;
        const inside =
          own >= 0
            ? indices[own]!.contains(a, b)
            : insideLayer(
                indices[slab.lower]!,
                indices[slab.upper]!,
                a,
                b,
                (height - slab.from) / (slab.to - slab.from),
              );
        if (inside) mask[n] = 1;
      }
    }
  }
  return mask;
}

/** A step that is nothing but rounding over a whole row counts as none, so that rows stay rows. */
const flat = (step: number, count: number): number => (Math.abs(step) * count < 1e-6 ? 0 : step);

/** The layer that a height lies in: half-open at the far end of the solid, within 0.01 mm at contour planes. */
function slabFinder(slabs: readonly Slab[]): (w: number) => Slab | null {
  let last = 0;
  const holds = (slab: Slab, w: number): boolean => {
    const cap = slab.lower === slab.upper;
    return w >= slab.from - (cap ? 0 : SAME_PLANE) && (cap ? w < slab.to : w <= slab.to + SAME_PLANE);
  };
  return (w) => {
    const kept = slabs[last];
    if (kept && holds(kept, w)) return kept;
    const found = slabs.findIndex((slab) => holds(slab, w));
    if (found < 0) return null;
    last = found;
    return slabs[found]!;
  };
}
