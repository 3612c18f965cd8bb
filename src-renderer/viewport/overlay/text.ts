import type { Theme } from './theme.ts';

export interface TextStyle {
  readonly size?: number;
  readonly weight?: number;
  readonly colour?: string;
  readonly align?: CanvasTextAlign;
  readonly baseline?: CanvasTextBaseline;
}

const fontOf = (theme: Theme, style: TextStyle): string =>
  `${style.weight ?? 400} ${style.size ?? 11.5}px ${theme.font}`;

const widths = new Map<string, number>();

/** Width of a text that recurs, px: measured once per font. */
export function textWidth(
  context: CanvasRenderingContext2D,
  theme: Theme,
  text: string,
  style: TextStyle = {},
): number {
  const font = fontOf(theme, style);
  const key = `${font}|${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  context.font = font;
  const { width } = context.measureText(text);
  widths.set(key, width);
  return width;
}

/** Text with a dark halo, never in a box: it stays legible on any anatomy. */
export function haloText(
  context: CanvasRenderingContext2D,
  theme: Theme,
  text: string,
  x: number,
  y: number,
  style: TextStyle = {},
): void {
  context.font = fontOf(theme, style);
  context.textAlign = style.align ?? 'left';
  context.textBaseline = style.baseline ?? 'alphabetic';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = 'rgba(0, 0, 0, 0.75)';
  context.strokeText(text, x, y);
  context.fillStyle = style.colour ?? theme.text;
  context.fillText(text, x, y);
}

/** '+51.0' with a true minus sign; no sign before zero. */
export function signed(value: number, digits = 1): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

export const plain = (value: number): string => {
  const text =
    Math.abs(value) >= 100 || Number.isInteger(value)
      ? Math.abs(value).toFixed(0)
      : String(Number(Math.abs(value).toPrecision(3)));
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
};
