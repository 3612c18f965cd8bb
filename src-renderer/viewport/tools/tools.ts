import { referenceImage, sliceFrame } from '../geometry/frame.ts';
import type { Tool } from '../types.ts';
import {
  centreOn,
  moveCrosshair,
  panBy,
  showSlice,
  stepSlice,
  turnBy,
  withWindow,
  zoomBy,
  type Change,
} from './change.ts';
import { dragTool } from './drag.ts';

/** Pixels across which a drag changes the window by its own width. */
const WINDOW_PIXELS = 300;

/** Drag across: width; drag up: brighter. Both as parts of the width that the drag began with. */
export const createWindowLevelTool = (): Tool =>
  dragTool({
    id: 'window-level',
    cursor: 'crosshair',
    begin(event, state) {
      const image = event.pane === '3d' ? null : referenceImage(state);
      return image ? { window: image.window, x: event.x, y: event.y } : null;
    },
    drag({ window, x, y }, event, state): Change {
      const unit = Math.max(window.width, 1e-3) / WINDOW_PIXELS;
      const least = referenceImage(state)?.data instanceof Int16Array ? 1 : 1e-3;
      const round = (value: number): number => (least === 1 ? Math.round(value) : value);
      return withWindow(state, {
        width: Math.max(least, round(window.width + (event.x - x) * unit)),
        centre: round(window.centre + (event.y - y) * unit),
      });
    },
  });

export const createPanTool = (): Tool =>
  dragTool({
    id: 'pan',
    cursor: 'grab',
    begin: () => true,
    drag: (_, event, state): Change => panBy(state, event.pane, event.dx, event.dy),
  });

/** Drag up magnifies about the point where the drag began; 100 pixels double. */
export const createZoomTool = (): Tool =>
  dragTool({
    id: 'zoom',
    cursor: 'zoom-in',
    begin: (event) => ({ about: event.point }),
    drag: ({ about }, event, state): Change => zoomBy(state, event.pane, 2 ** (-event.dy / 100), about),
  });

/** The crosshair follows the hand in the planes and meets a plane under the hand in 3D. */
export const createCrosshairTool = (): Tool =>
  dragTool({
    id: 'crosshair',
    cursor: 'crosshair',
    begin: () => true,
    press: (_, event, state): Change => (event.point ? moveCrosshair(state, event.point) : null),
    drag: (_, event, state): Change => (event.point ? moveCrosshair(state, event.point) : null),
  });

export const createRotateTool = (): Tool =>
  dragTool({
    id: 'rotate',
    cursor: 'move',
    begin: (event) => (event.pane === '3d' ? true : null),
    drag: (_, event, state): Change => turnBy(state, event.dx, event.dy),
  });

/** A drag on the slice bar: top is the last slice, bottom the first. */
export const createSliceBarTool = (): Tool => {
  const show = (
    fraction: number | undefined,
    pane: string,
    state: Parameters<Tool['pointer']>[1],
  ): Change => {
    if (fraction === undefined || (pane !== 'axial' && pane !== 'sagittal' && pane !== 'coronal'))
      return null;
    const { count } = sliceFrame(state).axes[pane];
    return showSlice(state, pane, (1 - fraction) * (count - 1));
  };
  return dragTool({
    id: 'slice-bar',
    cursor: 'ns-resize',
    begin: () => true,
    press: (_, event, state) => show(event.sliceBar, event.pane, state),
    drag: (_, event, state) => show(event.sliceBar, event.pane, state),
  });
};

/** Wheel distance that is one slice: a notch of a mouse is about 100, a trackpad sends many small ones. */
const WHEEL_NOTCH = 50;
const FAST = 5;

/**
 * Wheel: slice by slice (up goes to S, L, P). With shift five at once, with control zoom about the pointer. In 3D zoom.
 * What is less than a slice is kept for the next event, in the same pane and direction.
 */
export function createWheelTool(): Tool {
  let rest = 0;
  let pane: string | null = null;
  return {
    id: 'wheel',
    cursor: 'default',
    pointer(event, state): Change {
      if (event.type !== 'wheel' || event.wheel === 0) return null;
      if (event.control || event.pane === '3d')
        return zoomBy(state, event.pane, 2 ** (-event.wheel / 400), event.point);
      if (event.pane !== pane || Math.sign(rest) !== Math.sign(event.wheel)) rest = 0;
      pane = event.pane;
      // A mouse's notch is one slice, however far the system says it goes.
      if (Math.abs(event.wheel) >= WHEEL_NOTCH) rest = Math.sign(event.wheel);
      else rest += event.wheel / WHEEL_NOTCH;
      const steps = Math.trunc(rest);
      rest -= steps;
      return steps === 0 ? null : stepSlice(state, event.pane, -steps * (event.shift ? FAST : 1));
    },
  };
}

/** Double click: the crosshair goes there, and the planes centre on it. */
export const createCentreTool = (): Tool => ({
  id: 'centre',
  cursor: 'default',
  pointer: (event, state) =>
    event.type === 'double' && event.button === 0 && event.point ? centreOn(state, event.point) : null,
});
