import type { PaneRectangle } from './geometry/layout.ts';
import type { Theme } from './overlay/theme.ts';
import type { PaneKind } from './types.ts';

const LABELS: Readonly<Record<PaneKind, string>> = {
  axial: 'Axial plane', sagittal: 'Sagittal plane', coronal: 'Coronal plane', '3d': '3D view',
};

/** The viewport's elements: one canvas for the picture of all panes, and a 2D canvas over each pane. */
export class PaneElements {
  readonly root: HTMLDivElement;
  readonly #overlays = new Map<PaneKind, HTMLCanvasElement>();
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

  /** Sizes the canvases; what did not change is left alone, as setting a size clears a canvas. */
  place(rectangles: readonly PaneRectangle[], width: number, height: number, pixelRatio: number): void {
    if (this.#picture) fit(this.#picture, width, height, pixelRatio);
    for (const [pane, canvas] of this.#overlays) {
      if (!rectangles.some((rectangle) => rectangle.pane === pane)) {
        canvas.remove();
        this.#overlays.delete(pane);
      }
    }
    for (const rectangle of rectangles) {
      let canvas = this.#overlays.get(rectangle.pane);
      if (!canvas) {
        canvas = document.createElement('canvas');
        canvas.dataset['pane'] = rectangle.pane;
        canvas.setAttribute('role', 'img');
        canvas.setAttribute('aria-label', LABELS[rectangle.pane]);
        canvas.style.cssText = 'position:absolute;display:block';
        this.root.append(canvas);
        this.#overlays.set(rectangle.pane, canvas);
      }
      const left = `${rectangle.x}px`, top = `${rectangle.y}px`;
      if (canvas.style.left !== left) canvas.style.left = left;
      if (canvas.style.top !== top) canvas.style.top = top;
      fit(canvas, rectangle.width, rectangle.height, pixelRatio);
    }
  }

  /** @throws Error where the pane is not placed or the browser gives no 2D context; neither can be after `place`. */
  overlay(pane: PaneKind): CanvasRenderingContext2D {
    const context = this.#overlays.get(pane)?.getContext('2d');
    if (!context) throw new Error(`the ${pane} pane has no canvas`);
    return context;
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
    const x0 = Math.round(area.x * ratio), y0 = Math.round(area.y * ratio);
    if (picture && picture.width > 0 && picture.height > 0) context.drawImage(picture, -x0, -y0);
    for (const rectangle of wanted) {
      const overlay = this.#overlays.get(rectangle.pane);
      if (overlay) context.drawImage(overlay, Math.round(rectangle.x * ratio) - x0, Math.round(rectangle.y * ratio) - y0);
    }
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be encoded'))), 'image/png');
    });
  }

  dispose(): void {
    this.root.remove();
    this.#overlays.clear();
    this.#picture = null;
  }
}

function fit(canvas: HTMLCanvasElement, width: number, height: number, pixelRatio: number): void {
  const columns = Math.round(width * pixelRatio), rows = Math.round(height * pixelRatio);
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const cssWidth = `${width}px`, cssHeight = `${height}px`;
  if (canvas.style.width !== cssWidth) canvas.style.width = cssWidth;
  if (canvas.style.height !== cssHeight) canvas.style.height = cssHeight;
}
