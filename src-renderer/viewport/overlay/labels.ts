import { orientationLetters, scale, dot } from '../../../src-shared/geometry/index.ts';
import { PLANE_KINDS, referenceImage, sliceFrame, sliceIndex, type PlaneKind } from '../geometry/frame.ts';
import { patientToPixel, type PaneMapping, type PaneSize } from '../geometry/pane.ts';
import type { PaneKind, ViewportState } from '../types.ts';
import { cubeFaces } from './cube.ts';
import { letterPlaces } from './letterPlace.ts';
import { rulerFor } from './ruler.ts';
import { haloText, plain, signed, textWidth } from './text.ts';
import type { Theme } from './theme.ts';

const NAMES: Readonly<Record<PaneKind, string>> = {
  axial: 'Axial',
  sagittal: 'Sagittal',
  coronal: 'Coronal',
  '3d': '3D',
};
const AXIS: Readonly<Record<PlaneKind, 0 | 1 | 2>> = { axial: 2, sagittal: 0, coronal: 1 };
const AXIS_NAMES = ['x', 'y', 'z'] as const;

/** Where the slice bar runs: device-independent pixels from the pane's edges. */
export const SLICE_BAR = { right: 8, width: 3, top: 36, bottom: 36, grip: 24 } as const;

export function drawFrame(
  context: CanvasRenderingContext2D,
  theme: Theme,
  pane: PaneKind,
  active: boolean,
  { width, height }: PaneSize,
): void {
  const line = active ? 2 : 1;
  context.strokeStyle = theme.planes[pane];
  context.globalAlpha = active ? 1 : 0.5;
  context.lineWidth = line;
  context.strokeRect(line / 2, line / 2, width - line, height - line);
  context.globalAlpha = 1;
}

export function drawTitle(
  context: CanvasRenderingContext2D,
  theme: Theme,
  pane: PaneKind,
  detail: string,
): void {
  const style = { weight: 600, colour: theme.planes[pane] } as const;
  haloText(context, theme, NAMES[pane], 12, 21, style);
  drawDetail(context, theme, pane, detail);
}

/** After the pane's name: where the plane lies. */
export function drawDetail(
  context: CanvasRenderingContext2D,
  theme: Theme,
  pane: PaneKind,
  detail: string,
): void {
  if (!detail) return;
  const after = textWidth(context, theme, NAMES[pane], { weight: 600 });
  haloText(context, theme, detail, 12 + after + 10, 21, pane === '3d' ? { colour: theme.text2 } : {});
}

/** 'z +51.0 mm' on the patient's own planes; on oblique ones the distance along the normal and where that points. */
export function positionText(state: ViewportState, pane: PlaneKind): string {
  const frame = sliceFrame(state);
  const axes = frame.axes[pane];
  if (axes.count === 0) return '';
  const at = dot(state.crosshair, axes.normal);
  return frame.oblique
    ? `${signed(at)} mm to ${orientationLetters(axes.normal)}`
    : `${AXIS_NAMES[AXIS[pane]]} ${signed(at)} mm`;
}

export function drawCrosshair(
  context: CanvasRenderingContext2D,
  theme: Theme,
  state: ViewportState,
  pane: PlaneKind,
  mapping: PaneMapping,
  size: PaneSize,
): void {
  const at = patientToPixel(mapping, state.crosshair);
  const { axes } = sliceFrame(state);
  context.lineWidth = 1;
  context.globalAlpha = 0.8;
  for (const other of PLANE_KINDS) {
    if (other === pane) continue;
    // The other plane's normal lies along u or along v here: its line is then upright or level.
    const upright = Math.abs(dot(axes[other].normal, mapping.plane.u)) > 0.5;
    const x = Math.round(at.x) + 0.5,
      y = Math.round(at.y) + 0.5;
    context.strokeStyle = theme.planes[other];
    context.beginPath();
    if (upright) {
      context.moveTo(x, 0);
      context.lineTo(x, size.height);
    } else {
      context.moveTo(0, y);
      context.lineTo(size.width, y);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** Where a pane's title and position end when the position is at its longest, px. */
function titleEnd(
  context: CanvasRenderingContext2D,
  theme: Theme,
  state: ViewportState,
  pane: PlaneKind,
): number {
  const longest = sliceFrame(state).oblique ? '−0000.0 mm to SPR' : 'z −0000.0 mm';
  return (
    12 + textWidth(context, theme, NAMES[pane], { weight: 600 }) + 10 + textWidth(context, theme, longest)
  );
}

export function drawLetters(
  context: CanvasRenderingContext2D,
  theme: Theme,
  state: ViewportState,
  pane: PlaneKind,
  mapping: PaneMapping,
  { width, height }: PaneSize,
): void {
  if (width < 120 || height < 120) return;
  const { u, v } = mapping.plane;
  const style = { weight: 600, colour: theme.text2 } as const;
  const { top, bottom } = letterPlaces({
    width,
    height,
    titleEnd: titleEnd(context, theme, state, pane),
    rulerEnd: 14 + (rulerOf(mapping.millimetresPerPixel, width)?.pixels ?? 0),
    windowStart: width - 22 - textWidth(context, theme, windowText(state)),
  });
  haloText(context, theme, orientationLetters(scale(u, -1)), 12, height / 2 + 4, style);
  haloText(context, theme, orientationLetters(u), width - 22, height / 2 + 4, { ...style, align: 'right' });
  const centred = { ...style, align: 'center' } as const;
  if (top) haloText(context, theme, orientationLetters(scale(v, -1)), top.x, top.y, centred);
  haloText(context, theme, orientationLetters(v), bottom.x, bottom.y, centred);
}

const rulerOf = (millimetresPerPixel: number, width: number): ReturnType<typeof rulerFor> =>
  rulerFor(millimetresPerPixel, Math.min(140, width / 3));

export function drawRuler(
  context: CanvasRenderingContext2D,
  theme: Theme,
  millimetresPerPixel: number,
  { width, height }: PaneSize,
): void {
  const ruler = rulerOf(millimetresPerPixel, width);
  if (!ruler || width < 120) return;
  const x0 = 14.5,
    y = Math.round(height - 13) + 0.5;
  const ticks = Math.round(ruler.lengthMm / ruler.tickMm);
  context.beginPath();
  context.moveTo(x0, y);
  context.lineTo(x0 + ruler.pixels, y);
  for (let n = 0; n <= ticks; n++) {
    const x = x0 + Math.round((n * ruler.tickMm) / millimetresPerPixel);
    context.moveTo(x, y);
    context.lineTo(x, y - (n === 0 || n === ticks ? 7 : 4));
  }
  context.lineWidth = 3;
  context.strokeStyle = 'rgba(0, 0, 0, 0.6)';
  context.stroke();
  context.lineWidth = 1;
  context.strokeStyle = theme.text2;
  context.stroke();
  haloText(context, theme, ruler.label, 14, y - 12, { size: 10.5, colour: theme.text2 });
}

function windowText(state: ViewportState): string {
  const image = referenceImage(state);
  if (!image) return '';
  const { window, inverted, unit } = image;
  return `W ${plain(window.width)} L ${plain(window.centre)}${inverted ? ' inverted' : ''}${unit ? ` ${unit}` : ''}`;
}

export function drawWindow(
  context: CanvasRenderingContext2D,
  theme: Theme,
  state: ViewportState,
  { width, height }: PaneSize,
): void {
  const text = windowText(state);
  if (text !== '')
    haloText(context, theme, text, width - 22, height - 12, { align: 'right', colour: theme.text2 });
}

export function drawSliceNumbers(
  context: CanvasRenderingContext2D,
  theme: Theme,
  state: ViewportState,
  pane: PlaneKind,
  { width, height }: PaneSize,
): void {
  const axes = sliceFrame(state).axes[pane];
  if (axes.count === 0) return;
  const index = sliceIndex(axes, state.crosshair);
  const right = width - 22;
  haloText(context, theme, `${index + 1} / ${axes.count}`, right, height - 28, {
    align: 'right',
    colour: theme.text2,
  });
  const { top, bottom, right: edge, width: bar } = SLICE_BAR;
  const length = height - top - bottom;
  if (length < 40 || axes.count < 2) return;
  context.fillStyle = theme.track;
  context.beginPath();
  context.roundRect(width - edge - bar, top, bar, length, 2);
  context.fill();
  const along = top + length * (1 - index / (axes.count - 1));
  context.fillStyle = theme.planes[pane];
  context.beginPath();
  context.roundRect(width - edge - bar - 2, along - 8, bar + 4, 16, 3);
  context.fill();
}

export function drawCube(
  context: CanvasRenderingContext2D,
  theme: Theme,
  state: ViewportState,
  { width, height }: PaneSize,
): void {
  if (width < 160 || height < 160) return;
  const x0 = width - 40,
    y0 = height - 38,
    half = 15;
  context.lineJoin = 'round';
  for (const face of cubeFaces(state.cameras['3d'])) {
    context.beginPath();
    face.corners.forEach(([x, y], n) =>
      n === 0 ? context.moveTo(x0 + x * half, y0 + y * half) : context.lineTo(x0 + x * half, y0 + y * half),
    );
    context.closePath();
    context.fillStyle = 'rgba(28, 31, 36, 0.85)';
    context.fill();
    context.strokeStyle = theme.planes['3d'];
    context.lineWidth = 1;
    context.stroke();
    if (face.facing > 0.3) {
      haloText(context, theme, face.letter, x0 + face.centre[0] * half, y0 + face.centre[1] * half + 0.5, {
        size: 10.5,
        weight: 600,
        align: 'center',
        baseline: 'middle',
      });
    }
  }
}

/** Above the ruler, out of the anatomy's way. */
export function drawNotices(
  context: CanvasRenderingContext2D,
  theme: Theme,
  notices: readonly string[],
  { width, height }: PaneSize,
): void {
  const lines = notices.flatMap((notice) => wrap(context, theme, notice, Math.min(420, width - 140)));
  lines.forEach((line, n) => haloText(context, theme, line, 14, height - 46 - 16 * (lines.length - 1 - n)));
}

function wrap(context: CanvasRenderingContext2D, theme: Theme, text: string, width: number): string[] {
  context.font = `400 11.5px ${theme.font}`;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && context.measureText(`${last} ${word}`).width <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
