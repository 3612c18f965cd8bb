import type { Vector3 } from '../../geometry/index.ts';
import { LayerIntegral } from './layerIntegral.ts';
import { Profile, profileAlong } from './profile.ts';
import { indexOf, type SectionIndex } from './sectionIndex.ts';
import { slabsOf, type Slab } from './slabs.ts';
import { framePoint, type EndCaps, type PlaneSection, type PlaneStack } from './types.ts';

/** Rows across a layer. What their areas are off is known and taken out; what is left is a few 1e-4 for ragged outlines. */
const ROWS = 128;

/** Volume (mm³) and first moments of a layer, in the stack's own coordinates. */
export interface Moments {
  readonly volume: number;
  readonly u: number;
  readonly v: number;
  readonly w: number;
}

/**
 * Volume (cc) and centroid (LPS mm) of the solid that cuts, masks and DVHs are made of: between contour planes the
 * blend of signed distances, prisms in the caps. Integrated along the layer's height in closed form, over its rows
 * numerically. null where there is no volume. SPEC.md C16.
 */
export function shapeVolume(
  stack: PlaneStack,
  endCaps: EndCaps,
): { readonly volumeCc: number | null; readonly centroid: Vector3 | null } {
  let volume = 0,
    u = 0,
    v = 0,
    w = 0;
  for (const slab of slabsOf(stack, endCaps)) {
    const piece = slabMoments(stack.sections, slab);
    volume += piece.volume;
    u += piece.u;
    v += piece.v;
    w += piece.w;
  }
  if (!(volume > 0)) return { volumeCc: null, centroid: null };
  return { volumeCc: volume / 1000, centroid: framePoint(stack.frame, u / volume, v / volume, w / volume) };
}

/** Of one layer of a stack's solid. The same bits wherever it is asked for. */
export function slabMoments(sections: readonly PlaneSection[], slab: Slab): Moments {
  const lower = sections[slab.lower]!;
  return slab.lower === slab.upper ? prism(lower, slab) : layer(lower, sections[slab.upper]!, slab);
}

function prism(section: PlaneSection, slab: Slab): Moments {
  const volume = section.area * (slab.to - slab.from);
  return {
    volume,
    u: volume * section.centroid[0],
    v: volume * section.centroid[1],
    w: (volume * (slab.from + slab.to)) / 2,
  };
}

function layer(lower: PlaneSection, upper: PlaneSection, slab: Slab): Moments {
  const profile = new Profile(),
    integral = new LayerIntegral(),
    below = indexOf(lower),
    above = indexOf(upper);
  const low = Math.min(below.box[1]!, above.box[1]!),
    rowStep = (Math.max(below.box[3]!, above.box[3]!) - low) / ROWS;
  let rowsBelow = 0,
    rowsAbove = 0;
  for (let r = 0; r < ROWS; r++) {
    const v = low + (r + 0.5) * rowStep;
    const na = below.rowCrossings(v),
      nb = above.rowCrossings(v);
    if (na === 0 && nb === 0) continue;
    rowsBelow += spanned(below, na);
    rowsAbove += spanned(above, nb);
    profileAlong(below, above, { u: 0, v, du: 1, dv: 0 }, below.found, na, above.found, nb, rowStep, profile);
    integral.add(profile, v);
  }
  // The rows' own error on the two sections is known: it is blended over the height, as the DVH does.
  const atLower = correction(lower.area, rowsBelow * rowStep),
    slope = correction(upper.area, rowsAbove * rowStep) - atLower;
  const height = slab.to - slab.from,
    cell = rowStep * height;
  const volume = cell * (atLower * integral.volume + slope * integral.height),
    share = integral.volume > 0 ? volume / integral.volume : 0;
  return {
    volume,
    u: share * integral.along,
    v: share * integral.across,
    w: slab.from * volume + cell * height * (atLower * integral.height + slope * integral.heightSquared),
  };
}

function spanned(section: SectionIndex, crossings: number): number {
  let length = 0;
  for (let i = 0; i + 1 < crossings; i += 2) length += section.found[i + 1]! - section.found[i]!;
  return length;
}

/** A section so small that hardly a row meets it is left as it is. */
function correction(area: number, rows: number): number {
  const factor = area / rows;
  return factor > 0.5 && factor < 2 ? factor : 1;
}
