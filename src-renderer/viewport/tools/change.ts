import { add, scale } from '../../../src-shared/geometry/index.ts';
import {
  onSlice,
  onSlices,
  PLANE_KINDS,
  referenceImage,
  sliceFrame,
  sliceIndex,
  type PlaneKind,
} from '../geometry/frame.ts';
import { spaceAxes, turnCamera } from '../geometry/space.ts';
import type { ImageLayer, PaneKind, ViewportState } from '../types.ts';

/** What a command or tool changes; null where there is nothing to change. */
export type Change = Partial<ViewportState> | null;

/** `steps` slices on in a pane, the crosshair with it. Stops at the volume's ends. */
export function stepSlice(state: ViewportState, pane: PlaneKind, steps: number): Change {
  const axes = sliceFrame(state).axes[pane];
  return showSlice(state, pane, sliceIndex(axes, state.crosshair) + steps);
}

export function showSlice(state: ViewportState, pane: PlaneKind, index: number): Change {
  const axes = sliceFrame(state).axes[pane];
  if (axes.count === 0) return null;
  const crosshair = onSlice(axes, state.crosshair, Math.round(index));
  const moved = crosshair.some((value, a) => Math.abs(value - state.crosshair[a as 0 | 1 | 2]) > 1e-9);
  return moved ? { crosshair } : null;
}

/** The crosshair on the voxel nearest to a point, inside the volume. */
export function moveCrosshair(state: ViewportState, point: readonly [number, number, number]): Change {
  const frame = sliceFrame(state);
  return frame.corners.length > 0 ? { crosshair: onSlices(frame, point) } : null;
}

/** The crosshair on a point, and that point in the middle of all planes. */
export function centreOn(state: ViewportState, point: readonly [number, number, number]): Change {
  const moved = moveCrosshair(state, point);
  if (!moved?.crosshair) return null;
  const centre = moved.crosshair;
  const { cameras } = state;
  return {
    ...moved,
    cameras: {
      ...cameras,
      axial: { ...cameras.axial, centre },
      sagittal: { ...cameras.sagittal, centre },
      coronal: { ...cameras.coronal, centre },
    },
  };
}

/** The picture of a pane moved by pixels. */
export function panBy(state: ViewportState, pane: PaneKind, dx: number, dy: number): Change {
  if (dx === 0 && dy === 0) return null;
  if (pane === '3d') {
    const camera = state.cameras['3d'],
      s = camera.millimetresPerPixel;
    const { right, up } = spaceAxes(camera);
    const by = add(scale(right, -dx * s), scale(up, dy * s));
    return {
      cameras: {
        ...state.cameras,
        '3d': { ...camera, focus: add(camera.focus, by), position: add(camera.position, by) },
      },
    };
  }
  const camera = state.cameras[pane],
    axes = sliceFrame(state).axes[pane],
    s = camera.millimetresPerPixel;
  const centre = add(camera.centre, add(scale(axes.u, -dx * s), scale(axes.v, -dy * s)));
  return { cameras: { ...state.cameras, [pane]: { ...camera, centre } } };
}

const LIMITS = { least: 0.01, most: 50 } as const;

/**
 * Magnified by `factor`, all planes alike; the point under the hand (patient coordinates) stays
 * where it is in its pane, the other planes keep the point in their middle.
 */
export function zoomBy(
  state: ViewportState,
  pane: PaneKind,
  factor: number,
  about: readonly [number, number, number] | null,
): Change {
  const limited = (mm: number): number => Math.max(LIMITS.least, Math.min(LIMITS.most, mm / factor));
  if (!(factor > 0) || factor === 1) return null;
  const { cameras } = state;
  if (pane === '3d') {
    const camera = cameras['3d'];
    return {
      cameras: { ...cameras, '3d': { ...camera, millimetresPerPixel: limited(camera.millimetresPerPixel) } },
    };
  }
  const changed = { ...cameras };
  for (const kind of PLANE_KINDS) {
    const camera = cameras[kind];
    const millimetresPerPixel = limited(camera.millimetresPerPixel);
    const part = millimetresPerPixel / camera.millimetresPerPixel;
    const centre =
      kind === pane && about
        ? add(
            about,
            scale(
              [camera.centre[0] - about[0], camera.centre[1] - about[1], camera.centre[2] - about[2]],
              part,
            ),
          )
        : camera.centre;
    changed[kind] = { centre, millimetresPerPixel };
  }
  return { cameras: changed };
}

export function turnBy(state: ViewportState, dx: number, dy: number): Change {
  if (dx === 0 && dy === 0) return null;
  return { cameras: { ...state.cameras, '3d': turnCamera(state.cameras['3d'], dx * 0.5, dy * 0.5) } };
}

/** The reference image with another window. */
export function withWindow(state: ViewportState, window: ImageLayer['window']): Change {
  const image = referenceImage(state);
  return image
    ? { layers: state.layers.map((layer) => (layer === image ? { ...image, window } : layer)) }
    : null;
}

/** Black for white in the reference image. */
export function invertImage(state: ViewportState): Change {
  const image = referenceImage(state);
  return image
    ? {
        layers: state.layers.map((layer) =>
          layer === image ? { ...image, inverted: !image.inverted } : layer,
        ),
      }
    : null;
}
