import { dot } from '../../src-shared/geometry/index.ts';
import type { OutlineCache } from './contours/outlines.ts';
import type { Deferred } from './deferred.ts';
import type { IsodoseCache } from './dose/isodoses.ts';
import { onSlice, PLANE_KINDS, sliceFrame, sliceIndex, type PlaneKind } from './geometry/frame.ts';
import type { PaneRectangle } from './geometry/layout.ts';
import { panePlane } from './geometry/pane.ts';
import { foreseeLines } from './overlay/lines.ts';
import type { DoseLayer, ViewportState } from './types.ts';

/** Slices before and behind that are made ready. */
const REACH = 3;
/** Script time at a stretch, ms: the hand may come back at any moment. */
const STRETCH = 3;

/** Something was pressed or turned and waits for us; where the browser cannot tell, it may be so. */
const handIsBack = (): boolean => {
  const { scheduling } = navigator as { scheduling?: { isInputPending(): boolean } };
  return scheduling?.isInputPending() ?? true;
};

/** While the hand rests, the lines of the slices next to those shown are made ready, the way it went first. */
export class Foresight {
  readonly #lines: Deferred;
  readonly #outlines: OutlineCache<Path2D>;
  readonly #isodoses: IsodoseCache;
  readonly #last = new Map<PlaneKind, number>();
  #idle: number | null = null;

  constructor(lines: Deferred, outlines: OutlineCache<Path2D>, isodoses: IsodoseCache) {
    this.#lines = lines;
    this.#outlines = outlines;
    this.#isodoses = isodoses;
  }

  begin(state: ViewportState, rectangles: readonly PaneRectangle[], dose: DoseLayer | null): void {
    this.stop();
    const frame = sliceFrame(state);
    const moved: (() => void)[] = [],
      rested: (() => void)[] = [];
    for (const kind of PLANE_KINDS) {
      if (!rectangles.some(({ pane }) => pane === kind) || frame.axes[kind].count === 0) continue;
      const axes = frame.axes[kind];
      const at = dot(state.crosshair, axes.normal),
        before = this.#last.get(kind) ?? at;
      this.#last.set(kind, at);
      const way = at < before ? -1 : 1;
      const index = sliceIndex(axes, state.crosshair);
      for (let n = 1; n <= REACH; n++) {
        for (const step of at === before ? [n, -n] : [way * n]) {
          if (index + step < 0 || index + step >= axes.count) continue;
          const crosshair = onSlice(axes, state.crosshair, index + step);
          const ask = (): void =>
            foreseeLines(
              panePlane({ ...state, crosshair }, kind),
              state.layers,
              dose,
              this.#outlines,
              this.#isodoses,
              frame.axes.axial.stepMm,
            );
          (at === before ? rested : moved).push(ask);
        }
      }
    }
    const asked = [...moved, ...rested];
    if (asked.length > 0) this.#continue(asked);
  }

  #continue(asked: (() => void)[]): void {
    this.#idle = requestIdleCallback((deadline) => {
      this.#idle = null;
      const left = (): boolean => this.#lines.waiting > 0 || asked.length > 0;
      do {
        if (this.#lines.waiting === 0) asked.shift()?.();
        if (this.#lines.waiting > 0) this.#lines.work(STRETCH);
      } while (left() && deadline.timeRemaining() > STRETCH && !handIsBack());
      if (left()) this.#continue(asked);
    });
  }

  stop(): void {
    if (this.#idle !== null) cancelIdleCallback(this.#idle);
    this.#idle = null;
  }
}
