export {
  centreOn,
  invertImage,
  moveCrosshair,
  panBy,
  showSlice,
  stepSlice,
  turnBy,
  withWindow,
  zoomBy,
  type Change,
} from './change.ts';
export { createHands, type Hands } from './hands.ts';
export {
  createCentreTool,
  createCrosshairTool,
  createPanTool,
  createRotateTool,
  createSliceBarTool,
  createWheelTool,
  createWindowLevelTool,
  createZoomTool,
} from './tools.ts';
