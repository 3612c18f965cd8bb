import type { PaneKind } from '../types.ts';

/** The design tokens that the canvas needs, read once from the element's style. */
export interface Theme {
  readonly planes: Readonly<Record<PaneKind, string>>;
  readonly text: string;
  readonly text2: string;
  readonly track: string;
  readonly gap: string;
  readonly font: string;
}

export function readTheme(element: HTMLElement): Theme {
  const style = getComputedStyle(element);
  const token = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  return {
    planes: {
      axial: token('--plane-axial', '#f0605a'),
      sagittal: token('--plane-sagittal', '#e8cb58'),
      coronal: token('--plane-coronal', '#6fbe6b'),
      '3d': token('--plane-3d', '#8f97a3'),
    },
    text: token('--overlay', '#e6e8eb'),
    text2: token('--overlay-2', '#b4bac3'),
    track: '#2a2f36',
    gap: token('--gap', '#0a0b0d'),
    font: token('--font', 'sans-serif'),
  };
}
