import type { PaneRectangle } from './geometry/layout.ts';
import { SHEETS, type Sheet } from './overlay/overlay.ts';
import type { Theme } from './overlay/theme.ts';
import type { PaneKind } from './types.ts';

const LABELS: Readonly<Record<PaneKind, string>> = {
  axial: 'Axial plane',
  sagittal: 'Sagittal plane',
  coronal: 'Coronal plane',
  '3d': '3D view',
};

/** The viewport's elements: one canvas for the picture of all panes, and over each pane a sheet of 2D canvases. */
export class PaneElements {
  readonly root: HTMLDivElement;
  readonly #overlays = new Map<PaneKind, PaneSheets>();
  #picture: HTMLCanvasElement | null = null;

  constructor(element: HTMLElement) {
    this.root = document.createElement('div');
    this.root.className = 'viewport';
    this.root.style.cssText =
      'position:relative;width:100%;height:100%;overflow:hidden;background:var(--gap, #0a0b0d);touch-action:none;user-select:none;outline:none';
    element.append(this.root);
  }

  size(): { width: number; height: number } {
    const { clientWidth: width, clientHeight: height } = this.root;
    return { width, height };
  }

  /** A fresh canvas in place of the last: a canvas never gets a second context. */
  newPictureCanvas(): HTMLCanvasElement {
    this.#picture?.remove();
    const canvas = document.createElement('canvas');
    canvas.style.cssText = 'position:absolute;left:0;top:0;display:block';
    this.root.prepend(canvas);
    this.#picture = canvas;
    return canvas;
  }

  /** Places and sizes the canvases. Tells which panes have empty sheets now, as setting a size clears a canvas. */
  place(
    rectangles: readonly PaneRectangle[],
    width: number,
    height: number,
    pixelRatio: number,
  ): { readonly picture: boolean; readonly panes: readonly PaneKind[] } {
    const picture = this.#picture !== null && fit(this.#picture, width, height, pixelRatio);
    for (const [pane, sheets] of this.#overlays) {
      if (rectangles.some((rectangle) => rectangle.pane === pane)) continue;
      sheets.element.remove();
      this.#overlays.delete(pane);
    }
    const panes: PaneKind[] = [];
    for (const rectangle of rectangles) {
      const known = this.#overlays.get(rectangle.pane);
      const sheets = known ?? this.#newSheets(rectangle.pane);
      const { style } = sheets.element;
      setStyle(style, 'left', `${rectangle.x}px`);
      setStyle(style, 'top', `${rectangle.y}px`);
      setStyle(style, 'width', `${rectangle.width}px`);
      setStyle(style, 'height', `${rectangle.height}px`);
      const cleared = SHEETS.map((sheet) =>
        fit(sheets.canvases[sheet], rectangle.width, rectangle.height, pixelRatio),
      );
      if (!known || cleared.includes(true)) panes.push(rectangle.pane);
    }
    return { picture, panes };
  }

  #newSheets(pane: PaneKind): PaneSheets {
    const element = document.createElement('div');
    element.dataset['pane'] = pane;
    element.setAttribute('role', 'img');
    element.setAttribute('aria-label', LABELS[pane]);
    element.style.position = 'absolute';
    const canvas = (): HTMLCanvasElement => {
      const made = document.createElement('canvas');
      made.style.cssText = 'position:absolute;left:0;top:0;display:block';
      element.append(made);
      return made;
    };
    const sheets: PaneSheets = {
      element,
      canvases: { lines: canvas(), position: canvas(), labels: canvas() },
    };
    this.root.append(element);
    this.#overlays.set(pane, sheets);
    return sheets;
  }

  /** Null where the pane is not placed or there is no 2D canvas. */
  sheet(pane: PaneKind, sheet: Sheet): CanvasRenderingContext2D | null {
    return this.#overlays.get(pane)?.canvases[sheet].getContext('2d') ?? null;
  }

  /** PNG of one pane or all, picture and overlays. To be called in the task in which the picture was drawn. */
  compose(rectangles: readonly PaneRectangle[], pane: PaneKind | null, theme: Theme): Promise<Blob> {
    const picture = this.#picture;
    const { width, height } = this.size();
    const ratio = picture && width > 0 ? picture.width / width : 1;
    const wanted = rectangles.filter((rectangle) => pane === null || rectangle.pane === pane);
    const area = pane === null || !wanted[0] ? { x: 0, y: 0, width, height } : wanted[0];
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(area.width * ratio));
    canvas.height = Math.max(1, Math.round(area.height * ratio));
    const context = canvas.getContext('2d');
    if (!context) return Promise.reject(new Error('the browser gives no 2D canvas'));
    context.fillStyle = theme.gap;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const x0 = Math.round(area.x * ratio),
      y0 = Math.round(area.y * ratio);
    if (picture && picture.width > 0 && picture.height > 0) context.drawImage(picture, -x0, -y0);
    for (const rectangle of wanted) {
      const x = Math.round(rectangle.x * ratio) - x0,
        y = Math.round(rectangle.y * ratio) - y0;
      const canvases = this.#overlays.get(rectangle.pane)?.canvases;
      for (const sheet of SHEETS) if (canvases) context.drawImage(canvases[sheet], x, y);
    }
    return new Promise((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be encoded'))),
        'image/png',
      );
    });
  }

  dispose(): void {
    this.root.remove();
    this.#overlays.clear();
    this.#picture = null;
  }
}

interface PaneSheets {
  readonly element: HTMLElement;
  readonly canvases: Readonly<Record<Sheet, HTMLCanvasElement>>;
}

/** True where the canvas was given another size, and so is empty. */
function fit(canvas: HTMLCanvasElement, width: number, height: number, pixelRatio: number): boolean {
  const columns = Math.round(width * pixelRatio),
    rows = Math.round(height * pixelRatio);
  setStyle(canvas.style, 'width', `${width}px`);
  setStyle(canvas.style, 'height', `${height}px`);
  if (canvas.width === columns && canvas.height === rows) return false;
  canvas.width = columns;
  canvas.height = rows;
  return true;
}

function setStyle(
  style: CSSStyleDeclaration,
  name: 'left' | 'top' | 'width' | 'height',
  value: string,
): void {
  if (style[name] !== value) style[name] = value;
}
