export { createViewport } from './viewport.ts';
export { emptyState, fitCameras, initialState } from './state.ts';
export { sampleAt, type Sample } from './sampleAt.ts';
export {
  onSlices,
  referenceImage,
  sliceFrame,
  sliceIndex,
  type PlaneKind,
  type SliceAxes,
  type SliceFrame,
} from './geometry/frame.ts';
export { paneRectangles, type PaneRectangle } from './geometry/layout.ts';
export * from './tools/index.ts';
export type * from './types.ts';
