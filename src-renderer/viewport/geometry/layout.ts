import type { PaneKind, ViewportState } from '../types.ts';

/** A pane's place in the element, device-independent pixels from the top left. */
export interface PaneRectangle {
  readonly pane: PaneKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const PANE_KINDS: readonly PaneKind[] = ['axial', 'sagittal', 'coronal', '3d'];
/** The seam between panes. */
export const GAP = 2;

/**
 * Where each visible pane lies. Edges fall on device pixels, so that picture and overlay meet at any scaling.
 * Panes that have no room are left out.
 */
export function paneRectangles(
  layout: ViewportState['layout'],
  activePane: PaneKind,
  width: number,
  height: number,
  pixelRatio = 1,
): readonly PaneRectangle[] {
  const snap = (value: number): number => Math.round(value * pixelRatio) / pixelRatio;
  const cell = (pane: PaneKind, x0: number, y0: number, x1: number, y1: number): PaneRectangle => {
    const x = snap(x0),
      y = snap(y0);
    return { pane, x, y, width: snap(x1) - x, height: snap(y1) - y };
  };
  const cells = (): PaneRectangle[] => {
    if (layout === 'four') {
      const midX = (width - GAP) / 2,
        midY = (height - GAP) / 2;
      return [
        cell('axial', 0, 0, midX, midY),
        cell('sagittal', midX + GAP, 0, width, midY),
        cell('coronal', 0, midY + GAP, midX, height),
        cell('3d', midX + GAP, midY + GAP, width, height),
      ];
    }
    if (layout === 'one-and-three') {
      const split = Math.max(0, ((width - GAP) * 2) / 3),
        third = (height - 2 * GAP) / 3;
      const others = PANE_KINDS.filter((pane) => pane !== activePane);
      return [
        cell(activePane, 0, 0, split, height),
        ...others.map((pane, n) =>
          cell(pane, split + GAP, n * (third + GAP), width, n * (third + GAP) + third),
        ),
      ];
    }
    return [cell(layout, 0, 0, width, height)];
  };
  return cells().filter((rectangle) => rectangle.width >= 1 && rectangle.height >= 1);
}

export const paneAt = (rectangles: readonly PaneRectangle[], x: number, y: number): PaneRectangle | null =>
  rectangles.find((r) => x >= r.x && y >= r.y && x < r.x + r.width && y < r.y + r.height) ?? null;
