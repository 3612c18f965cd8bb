import type { OutlineCache } from '../contours/outlines.ts';
import { planeKey, type IsodoseCache } from '../dose/isodoses.ts';
import { sliceFrame } from '../geometry/frame.ts';
import type { PaneRectangle } from '../geometry/layout.ts';
import { paneMapping, type PaneMapping } from '../geometry/pane.ts';
import type { DoseLayer, ViewportState } from '../types.ts';
import {
  drawCrosshair,
  drawCube,
  drawDetail,
  drawFrame,
  drawLetters,
  drawNotices,
  drawRuler,
  drawSliceNumbers,
  drawTitle,
  drawWindow,
  positionText,
} from './labels.ts';
import { drawLegend, legendPlace } from './legend.ts';
import { drawContours, drawIsodoses, drawMarkers } from './lines.ts';
import type { Theme } from './theme.ts';

/** The sheets over the picture of a pane, from below. Each is drawn anew only when what it shows has changed. */
export const SHEETS = ['lines', 'position', 'labels'] as const;
export type Sheet = (typeof SHEETS)[number];

export interface OverlayContent {
  readonly state: ViewportState;
  readonly theme: Theme;
  readonly dose: DoseLayer | null;
  readonly notices: readonly string[];
  readonly outlines: OutlineCache<Path2D>;
  readonly isodoses: IsodoseCache;
}

/** What a sheet's drawing depends on; equal lists give equal drawings. */
export function sheetInputs(
  sheet: Sheet,
  content: OverlayContent,
  rectangle: PaneRectangle,
  pixelRatio: number,
): readonly unknown[] {
  const { state, dose, notices, theme } = content;
  const { pane, width, height } = rectangle;
  const common = [theme, width, height, pixelRatio];
  const active = pane === state.activePane;
  if (sheet === 'lines') {
    if (pane === '3d') return common;
    const shown = state.layers.filter((layer) => layer.kind !== 'image');
    return [...common, ...shown, state.cameras[pane], planeKey(paneMapping(state, pane, rectangle).plane)];
  }
  if (sheet === 'position') {
    if (pane === '3d') return common;
    return [
      ...common,
      sliceFrame(state),
      state.layers.length > 0,
      state.cameras[pane],
      state.showCrosshair,
      state.showOverlays,
      ...state.crosshair,
    ];
  }
  const own =
    pane === '3d'
      ? state.cameras['3d']
      : [state.cameras[pane].millimetresPerPixel, ...(active ? state.cameras[pane].centre : [])].join();
  return [
    ...common,
    ...state.layers,
    state.showOverlays,
    active,
    active ? notices.join() : '',
    active ? dose : null,
    own,
  ];
}

export function drawSheet(
  context: CanvasRenderingContext2D,
  sheet: Sheet,
  content: OverlayContent,
  rectangle: PaneRectangle,
  pixelRatio: number,
): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  const { state } = content,
    { pane } = rectangle;
  if (pane === '3d') {
    if (sheet === 'labels') drawSpaceLabels(context, content, rectangle);
    return;
  }
  const mapping = paneMapping(state, pane, rectangle);
  if (sheet === 'lines') drawLines(context, content, mapping);
  else if (sheet === 'labels') drawPlaneLabels(context, content, rectangle, mapping);
  else drawPosition(context, content, rectangle, mapping);
}

/** What moves with the crosshair. */
function drawPosition(
  context: CanvasRenderingContext2D,
  { state, theme }: OverlayContent,
  rectangle: PaneRectangle,
  mapping: PaneMapping,
): void {
  const { pane } = rectangle;
  if (pane === '3d' || state.layers.length === 0) return;
  if (state.showCrosshair) drawCrosshair(context, theme, state, pane, mapping, rectangle);
  if (!state.showOverlays) return;
  drawDetail(context, theme, pane, positionText(state, pane));
  drawSliceNumbers(context, theme, state, pane, rectangle);
}

function drawLines(
  context: CanvasRenderingContext2D,
  { state, theme, dose, outlines, isodoses }: OverlayContent,
  mapping: PaneMapping,
): void {
  if (dose) drawIsodoses(context, mapping, dose, isodoses);
  for (const layer of state.layers) {
    if (!layer.visible) continue;
    if (layer.kind === 'contours')
      drawContours(context, mapping, layer, outlines, sliceFrame(state).axes.axial.stepMm);
    else if (layer.kind === 'markers') drawMarkers(context, theme, mapping, layer);
  }
}

function drawPlaneLabels(
  context: CanvasRenderingContext2D,
  content: OverlayContent,
  rectangle: PaneRectangle,
  mapping: PaneMapping,
): void {
  const { state, theme, dose } = content,
    { pane } = rectangle;
  if (pane === '3d') return;
  if (state.showOverlays) {
    drawTitle(context, theme, pane, '');
    if (state.layers.length > 0) {
      drawLetters(context, theme, state, pane, mapping, rectangle);
      drawRuler(context, theme, mapping.millimetresPerPixel, rectangle);
      drawWindow(context, theme, state, rectangle);
    }
    const place = dose && pane === state.activePane ? legendPlace(state, dose, mapping, rectangle) : null;
    if (dose && place) drawLegend(context, theme, dose, place);
  }
  drawEdge(context, content, rectangle);
}

function drawSpaceLabels(
  context: CanvasRenderingContext2D,
  content: OverlayContent,
  rectangle: PaneRectangle,
): void {
  const { state, theme } = content;
  if (state.showOverlays) {
    const count = state.layers.reduce(
      (sum, l) => sum + (l.kind === 'contours' && l.visible ? l.rois.filter((r) => r.visible).length : 0),
      0,
    );
    drawTitle(context, theme, '3d', count > 0 ? `${count} ${count === 1 ? 'structure' : 'structures'}` : '');
    drawCube(context, theme, state, rectangle);
  }
  drawEdge(context, content, rectangle);
}

function drawEdge(
  context: CanvasRenderingContext2D,
  { state, theme, notices }: OverlayContent,
  rectangle: PaneRectangle,
): void {
  const active = rectangle.pane === state.activePane;
  if (active) drawNotices(context, theme, notices, rectangle);
  drawFrame(context, theme, rectangle.pane, active, rectangle);
}
