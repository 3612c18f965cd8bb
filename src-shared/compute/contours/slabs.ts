import type { EndCaps, PlaneStack } from './types.ts';

/** A layer of the solid between `from` and `to` (mm along the normal). */
export interface Slab {
  readonly from: number;
  readonly to: number;
  /** Section at `from`; in a cap the one section there is. */
  readonly lower: number;
  /** Section at `to`; equal to `lower` in a cap, which is a prism. */
  readonly upper: number;
}

/** The layers that make up an ROI, ascending: between linked sections, and the caps where asked for. */
export function slabsOf(stack: PlaneStack, endCaps: EndCaps): Slab[] {
  const slabs: Slab[] = [],
    { sections, linked } = stack;
  const half = endCaps === 'half' && stack.sliceDistance !== null ? stack.sliceDistance / 2 : 0;
  sections.forEach((section, k) => {
    if (half > 0 && linked[k - 1] !== true)
      slabs.push({ from: section.w - half, to: section.w, lower: k, upper: k });
    if (linked[k] === true) slabs.push({ from: section.w, to: sections[k + 1]!.w, lower: k, upper: k + 1 });
    else if (half > 0) slabs.push({ from: section.w, to: section.w + half, lower: k, upper: k });
  });
  return slabs;
}
