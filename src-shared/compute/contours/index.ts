export { cutStack, type Cut, type CutOptions } from './cut.ts';
export { planimetry } from './planimetry.ts';
export { Profile, profileAlong, Spans, spansAt, type Line } from './profile.ts';
export { insideLayer, rasterise } from './rasterise.ts';
export { indexOf, SectionIndex } from './sectionIndex.ts';
export { shapeVolume, slabMoments } from './shapeVolume.ts';
export { slabsOf, type Slab } from './slabs.ts';
export { stackPlanes, type StackOptions } from './stack.ts';
export {
  frameCoordinates,
  framePoint,
  type EndCaps,
  type PlaneFrame,
  type PlaneSection,
  type PlaneStack,
} from './types.ts';
