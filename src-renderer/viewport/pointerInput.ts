import { SLICE_BAR } from './overlay/labels.ts';
import { paneAt, type PaneRectangle } from './geometry/layout.ts';
import { paneMapping, pixelToPatient } from './geometry/pane.ts';
import { pickInSpace } from './geometry/space.ts';
import type { PaneKind, ViewportPointer, ViewportState } from './types.ts';

interface Receiver {
  rectangles(): readonly PaneRectangle[];
  state(): ViewportState;
  pointer(event: ViewportPointer): void;
  /** The pane that the hand went to. */
  pane(pane: PaneKind): void;
}

/** Pixels that one line of a line-wise wheel is. */
const LINE = 16;

/** The browser's pointer events as events in patient coordinates; a drag stays with the pane it began in. */
export class PointerInput {
  readonly #root: HTMLElement;
  readonly #to: Receiver;
  readonly #stop = new AbortController();
  #dragged: PaneRectangle | null = null;
  #onBar = false;
  #last: { x: number; y: number } | null = null;
  #space = false;

  constructor(root: HTMLElement, to: Receiver) {
    this.#root = root;
    this.#to = to;
    const { signal } = this.#stop;
    root.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    root.addEventListener('pointermove', (event) => this.#move(event), { signal });
    root.addEventListener('pointerup', (event) => this.#up(event), { signal });
    root.addEventListener('pointercancel', (event) => this.#up(event), { signal });
    root.addEventListener('dblclick', (event) => this.#double(event), { signal });
    root.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    root.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    // The middle button would start the browser's own scrolling.
    root.addEventListener(
      'mousedown',
      (event) => {
        if (event.button === 1) event.preventDefault();
      },
      { signal },
    );
    window.addEventListener(
      'keydown',
      (event) => {
        if (event.code === 'Space') this.#space = true;
      },
      { signal },
    );
    window.addEventListener(
      'keyup',
      (event) => {
        if (event.code === 'Space') this.#space = false;
      },
      { signal },
    );
    window.addEventListener(
      'blur',
      () => {
        this.#space = false;
      },
      { signal },
    );
  }

  dispose(): void {
    this.#stop.abort();
  }

  #place(event: MouseEvent): { x: number; y: number } {
    const box = this.#root.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #paneOf(event: MouseEvent): PaneRectangle | null {
    const { x, y } = this.#place(event);
    return paneAt(this.#to.rectangles(), x, y);
  }

  #down(event: PointerEvent): void {
    if (this.#dragged) {
      this.#send('down', event, this.#dragged, 0, 0);
      return;
    }
    const pane = this.#paneOf(event);
    if (!pane) return;
    this.#dragged = pane;
    this.#root.setPointerCapture(event.pointerId);
    const { x, y } = (this.#last = this.#place(event));
    this.#onBar = event.button === 0 && onSliceBar(pane, x, y);
    this.#to.pane(pane.pane);
    this.#send('down', event, pane, 0, 0);
  }

  #move(event: PointerEvent): void {
    const at = this.#place(event);
    const pane = this.#dragged ?? this.#paneOf(event);
    const dx = this.#last ? at.x - this.#last.x : 0,
      dy = this.#last ? at.y - this.#last.y : 0;
    this.#last = at;
    this.#send('move', event, pane, dx, dy);
  }

  #up(event: PointerEvent): void {
    const pane = this.#dragged;
    if (!pane) return;
    this.#send('up', event, pane, 0, 0);
    if (event.buttons !== 0 && event.type === 'pointerup') return;
    this.#dragged = null;
    this.#onBar = false;
    if (this.#root.hasPointerCapture(event.pointerId)) this.#root.releasePointerCapture(event.pointerId);
  }

  #double(event: MouseEvent): void {
    const pane = this.#paneOf(event),
      { x, y } = this.#place(event);
    if (pane && !onSliceBar(pane, x, y)) this.#send('double', event, pane, 0, 0);
  }

  #wheel(event: WheelEvent): void {
    const pane = this.#paneOf(event);
    if (!pane) return;
    event.preventDefault();
    // Shift turns the wheel sideways in some browsers.
    const delta = event.deltaY || event.deltaX;
    this.#send(
      'wheel',
      event,
      pane,
      0,
      0,
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? delta : delta * LINE,
    );
  }

  #send(
    type: ViewportPointer['type'],
    event: MouseEvent,
    pane: PaneRectangle | null,
    dx: number,
    dy: number,
    wheel = 0,
  ): void {
    if (!pane) return;
    const state = this.#to.state();
    const at = this.#place(event);
    const x = at.x - pane.x,
      y = at.y - pane.y;
    const bar = (y - SLICE_BAR.top) / Math.max(1, pane.height - SLICE_BAR.top - SLICE_BAR.bottom);
    this.#to.pointer({
      pane: pane.pane,
      type,
      button: type === 'move' || type === 'wheel' ? -1 : event.button,
      buttons: event.buttons,
      point:
        pane.pane === '3d'
          ? pickInSpace(state, pane, x, y)
          : pixelToPatient(paneMapping(state, pane.pane, pane), x, y),
      x,
      y,
      dx,
      dy,
      wheel,
      shift: event.shiftKey,
      control: event.ctrlKey || event.metaKey,
      alt: event.altKey,
      space: this.#space,
      width: pane.width,
      height: pane.height,
      ...(this.#onBar ? { sliceBar: Math.max(0, Math.min(1, bar)) } : {}),
    });
  }
}

const onSliceBar = (pane: PaneRectangle, x: number, y: number): boolean =>
  pane.pane !== '3d' &&
  x >= pane.x + pane.width - SLICE_BAR.grip &&
  y >= pane.y + SLICE_BAR.top - 8 &&
  y <= pane.y + pane.height - SLICE_BAR.bottom + 8;
