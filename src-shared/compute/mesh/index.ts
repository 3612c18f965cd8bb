export {
  contourSurface,
  surfaceOfContours,
  type ContourSurface,
  type ContourSurfaceInput,
} from './contourSurface.ts';
export { surfaceNets, type Mesh } from './surfaceNets.ts';
