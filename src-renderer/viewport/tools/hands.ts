import type { Tool, ViewportPointer } from '../types.ts';
import {
  createCentreTool,
  createPanTool,
  createRotateTool,
  createSliceBarTool,
  createWheelTool,
  createWindowLevelTool,
  createZoomTool,
} from './tools.ts';

/** What the hands do everywhere, around the one tool that the left button holds. */
export interface Hands extends Tool {
  /** The tool of the left button from the next press on. */
  hold(tool: Tool): void;
  readonly held: Tool;
}

/**
 * Left: the held tool (window and level unless another is held; turning in 3D), middle or space and left: pan, right:
 * zoom, wheel: slice, double click: centre. The tool that a press begins keeps all events until every button is up.
 */
export function createHands(first: Tool = createWindowLevelTool()): Hands {
  let held = first;
  let busy: Tool | null = null;
  const pan = createPanTool(),
    zoom = createZoomTool(),
    wheel = createWheelTool(),
    centre = createCentreTool();
  const rotate = createRotateTool(),
    sliceBar = createSliceBarTool();
  const toolFor = (event: ViewportPointer): Tool => {
    if (event.button === 1 || (event.button === 0 && event.space)) return pan;
    if (event.button === 2) return zoom;
    if (event.sliceBar !== undefined) return sliceBar;
    return event.pane === '3d' && held.id === 'window-level' ? rotate : held;
  };
  return {
    id: 'hands',
    get cursor() {
      return (busy ?? held).cursor;
    },
    get held() {
      return held;
    },
    hold(tool) {
      held = tool;
    },
    pointer(event, state) {
      if (event.type === 'wheel') return wheel.pointer(event, state);
      if (event.type === 'double') return held.pointer(event, state) ?? centre.pointer(event, state);
      if (event.type === 'down') busy ??= toolFor(event);
      const tool = busy ?? held;
      const change = tool.pointer(event, state);
      if (event.type === 'up' && event.buttons === 0) busy = null;
      return change;
    },
  };
}
