import type { Vector3 } from '../../../src-shared/geometry/index.ts';
import { referenceImage } from '../geometry/frame.ts';
import { coveredShare, occupancyOf } from '../geometry/occupancy.ts';
import { pixelToPatient, type PaneMapping, type PaneSize } from '../geometry/pane.ts';
import type { DoseLayer, ViewportState } from '../types.ts';
import { haloText } from './text.ts';
import type { Theme } from './theme.ts';

/** Where the legend's box stands: its top left corner, device-independent pixels. */
export interface LegendPlace {
  readonly x: number;
  readonly y: number;
  /** One line of per cent alone (Gy where there is no prescription), where no corner is free. */
  readonly compact: boolean;
}

const ROW = 15;
/** From one level to the next in the compact form. */
const STEP = 40;
/** Points along each side of the box that are looked at. */
const PROBES = 10;
/** A box that covers less of the anatomy counts as free: a wire, the edge of a couch. */
const FREE = 0.04;
const MARGIN = { left: 12, right: 26, top: 34, bottom: 44 } as const;

interface Shape {
  readonly levels: DoseLayer['levels'];
  readonly unit: 'Gy' | '%';
  readonly full: number | null;
}

function shapeOf(dose: DoseLayer): Shape {
  const unit = dose.unit === 'percent' ? '%' : 'Gy';
  return {
    levels: dose.levels.filter((level) => level.visible),
    unit,
    full: unit === 'Gy' ? (dose.prescription ?? null) : null,
  };
}

function sizeOf({ levels, full }: Shape, compact: boolean): PaneSize {
  if (compact) return { width: STEP * levels.length + 12, height: ROW };
  return { width: full ? 90 : 56, height: ROW * (levels.length + 1) + (full ? 17 : 0) };
}

/**
 * The corner of the plane in which the legend lies over the least of the anatomy, the top left where that is free. It
 * is judged by all slices of the plane together, so that the legend rests while slices go by.
 */
export function legendPlace(
  state: ViewportState,
  dose: DoseLayer,
  mapping: PaneMapping,
  pane: PaneSize,
): LegendPlace | null {
  const shape = shapeOf(dose);
  if (shape.levels.length === 0) return null;
  const image = referenceImage(state);
  const occupancy = image?.visible ? occupancyOf(image) : null;
  let best: { place: LegendPlace; covered: number } | null = null;
  for (const compact of [false, true]) {
    const { width, height } = sizeOf(shape, compact);
    if (width + MARGIN.left + MARGIN.right > pane.width || height + MARGIN.top + MARGIN.bottom > pane.height)
      continue;
    const left = MARGIN.left,
      right = pane.width - MARGIN.right - width,
      top = MARGIN.top,
      bottom = pane.height - MARGIN.bottom - height;
    for (const [x, y] of [
      [left, top],
      [right, top],
      [left, bottom],
      [right, bottom],
    ] as const) {
      const place = { x, y, compact };
      if (!occupancy) return place;
      const covered = coveredShare(occupancy, mapping.axes.normal, probes(mapping, x, y, width, height));
      if (covered <= FREE) return place;
      // In pixels: a smaller box that lies over less is the better one.
      const area = covered * width * height;
      if (!best || area < best.covered) best = { place, covered: area };
    }
  }
  return best?.place ?? null;
}

function probes(mapping: PaneMapping, x: number, y: number, width: number, height: number): Vector3[] {
  const points: Vector3[] = [];
  for (let b = 0; b <= PROBES; b++)
    for (let a = 0; a <= PROBES; a++)
      points.push(pixelToPatient(mapping, x + (a * width) / PROBES, y + (b * height) / PROBES));
  return points;
}

/** Levels and their doses. */
export function drawLegend(
  context: CanvasRenderingContext2D,
  theme: Theme,
  dose: DoseLayer,
  { x, y: top, compact }: LegendPlace,
): void {
  const { levels, unit, full } = shapeOf(dose);
  const size = 11;
  const grey = { size, colour: theme.text2 } as const;
  const right = { size, align: 'right' } as const;
  const percent = x + 44,
    value = full ? x + 88 : x + 54;
  let y = top + 11;
  const shareOf = (dose: number): string | null =>
    full ? String(Number(((100 * dose) / full).toFixed(1))) : null;
  const swatch = (colour: string, at: number, width: number): void => {
    context.fillStyle = colour;
    context.fillRect(at, y - 5, width, 2);
  };
  if (compact) {
    levels.forEach((level, n) => {
      const at = x + n * STEP;
      swatch(level.colour, at, 11);
      haloText(context, theme, shareOf(level.dose) ?? level.dose.toFixed(0), at + 14, y, { size });
    });
    haloText(context, theme, full ? '%' : unit, x + levels.length * STEP, y, grey);
    return;
  }
  haloText(context, theme, 'Dose', x, y, grey);
  if (full) haloText(context, theme, '%', percent, y, { ...grey, align: 'right' });
  haloText(context, theme, unit, value, y, { ...grey, align: 'right' });
  for (const level of levels) {
    y += ROW;
    swatch(level.colour, x, 14);
    const share = shareOf(level.dose);
    if (share !== null) haloText(context, theme, share, percent, y, right);
    haloText(
      context,
      theme,
      level.dose.toFixed(1),
      value,
      y,
      share === null ? right : { ...grey, align: 'right' },
    );
  }
  if (full) haloText(context, theme, `100 % = ${full.toFixed(1)} Gy`, x, y + 17, grey);
}
