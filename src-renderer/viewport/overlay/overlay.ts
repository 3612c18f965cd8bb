import type { OutlineCache } from '../contours/outlines.ts';
import type { IsodoseCache } from '../dose/isodoses.ts';
import type { PaneRectangle } from '../geometry/layout.ts';
import { paneMapping } from '../geometry/pane.ts';
import type { DoseLayer, ViewportState } from '../types.ts';
import {
  drawCrosshair, drawCube, drawFrame, drawLegend, drawLetters, drawNotices, drawRuler, drawSliceNumbers, drawTitle, positionText,
} from './labels.ts';
import { drawContours, drawIsodoses, drawMarkers } from './lines.ts';
import type { Theme } from './theme.ts';

export interface OverlayCaches {
  readonly outlines: OutlineCache<Path2D>;
  readonly isodoses: IsodoseCache;
}

/** Everything above the picture of one pane, on its own 2D canvas. */
export function drawOverlay(
  context: CanvasRenderingContext2D, theme: Theme, state: ViewportState, rectangle: PaneRectangle,
  pixelRatio: number, dose: DoseLayer | null, caches: OverlayCaches, notices: readonly string[],
): void {
  const { pane } = rectangle;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  const active = pane === state.activePane;
  if (pane === '3d') {
    if (state.showOverlays) {
      const count = state.layers.reduce((sum, l) => sum + (l.kind === 'contours' && l.visible ? l.rois.filter((r) => r.visible).length : 0), 0);
      drawTitle(context, theme, pane, count > 0 ? `${count} ${count === 1 ? 'structure' : 'structures'}` : '');
      drawCube(context, theme, state, rectangle);
    }
  } else {
    const mapping = paneMapping(state, pane, rectangle);
    if (dose) drawIsodoses(context, mapping, dose, caches.isodoses);
    for (const layer of state.layers) {
      if (!layer.visible) continue;
      if (layer.kind === 'contours') drawContours(context, mapping, layer, caches.outlines);
      else if (layer.kind === 'markers') drawMarkers(context, theme, mapping, layer);
    }
    if (state.showCrosshair && state.layers.length > 0) drawCrosshair(context, theme, state, pane, mapping, rectangle);
    if (state.showOverlays) {
      drawTitle(context, theme, pane, positionText(state, pane));
      if (state.layers.length > 0) {
        drawLetters(context, theme, mapping, rectangle);
        drawRuler(context, theme, mapping.millimetresPerPixel, rectangle);
        drawSliceNumbers(context, theme, state, pane, rectangle);
      }
      if (dose && active) drawLegend(context, theme, dose, rectangle);
    }
  }
  if (active) drawNotices(context, theme, notices, rectangle);
  drawFrame(context, theme, pane, active, rectangle);
}
