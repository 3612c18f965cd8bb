import type { Tool, ViewportPointer, ViewportState } from '../types.ts';
import type { Change } from './change.ts';

/** What a drag does. `begin` answers null where the tool has nothing to do in that pane. */
export interface DragBehaviour<Start> {
  readonly id: string;
  readonly cursor: string;
  begin(event: ViewportPointer, state: ViewportState): Start | null;
  drag(start: Start, event: ViewportPointer, state: ViewportState): Change;
  /** What the press alone does, before any movement. */
  press?(start: Start, event: ViewportPointer, state: ViewportState): Change;
}

/**
 * A tool that works while a button is held: idle → dragging on a press, dragging → idle when the button that began it
 * is let go. Presses of other buttons meanwhile are ignored.
 */
export function dragTool<Start>(behaviour: DragBehaviour<Start>): Tool {
  let dragging: { readonly start: Start; readonly button: number } | null = null;
  return {
    id: behaviour.id,
    cursor: behaviour.cursor,
    pointer(event, state) {
      switch (event.type) {
        case 'down': {
          if (dragging) return null;
          const start = behaviour.begin(event, state);
          if (start === null) return null;
          dragging = { start, button: event.button };
          return behaviour.press?.(start, event, state) ?? null;
        }
        case 'move':
          if (dragging && event.buttons === 0) dragging = null;
          return dragging ? behaviour.drag(dragging.start, event, state) : null;
        case 'up':
          if (dragging?.button === event.button || event.buttons === 0) dragging = null;
          return null;
        default:
          return null;
      }
    },
  };
}
