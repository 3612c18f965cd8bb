import type { Plane } from '../../src-shared/geometry/index.ts';
import { Changes } from './changes.ts';
import { OutlineCache } from './contours/outlines.ts';
import { Deferred } from './deferred.ts';
import { IsodoseCache } from './dose/isodoses.ts';
import { Foresight } from './foresight.ts';
import { referenceImage, sliceFrame, type PlaneKind } from './geometry/frame.ts';
import { paneRectangles, type PaneRectangle } from './geometry/layout.ts';
import { panePlane } from './geometry/pane.ts';
import { Picture, shownDose } from './gl/picture.ts';
import { drawSheet, sheetInputs, SHEETS, type OverlayContent } from './overlay/overlay.ts';
import { readTheme, type Theme } from './overlay/theme.ts';
import { PaneElements } from './paneElements.ts';
import { PointerInput } from './pointerInput.ts';
import { Surfaces } from './surfaces.ts';
import type {
  Layer,
  PaneKind,
  Viewport,
  ViewportOptions,
  ViewportPointer,
  ViewportState,
  ViewportStatistics,
} from './types.ts';

const NO_WEBGL =
  'No picture: this browser or graphics driver offers no WebGL 2. Switch hardware acceleration on or update the driver.';
/** Script time that lines which take long may have in one frame, ms, and the frames after which they are drawn. */
const LINE_BUDGET = 2.5;
const FRAMES_BETWEEN_LINES = 6;
const RETRY_CONTEXT_MS = 250;
/** Between two pictures of which the later has nothing but more slices of the same volume, ms. */
const ARRIVING_PACE_MS = 400;

/** What a layer's picture depends on; how much of an image has come is the texture's to know. */
const layerInputs = (layer: Layer): readonly unknown[] =>
  layer.kind === 'image'
    ? [layer.id, layer.grid, layer.data, layer.window, layer.inverted, layer.visible, layer.padding]
    : [layer];

/** A viewport in `element`, which it fills. See SPEC.md. */
export function createViewport(
  element: HTMLElement,
  state: ViewportState,
  options: ViewportOptions = {},
): Viewport {
  return new LiveViewport(element, state, options);
}

class LiveViewport implements Viewport {
  readonly #options: ViewportOptions;
  readonly #panes: PaneElements;
  readonly #input: PointerInput;
  readonly #lines = new Deferred();
  readonly #outlines = new OutlineCache<Path2D>(this.#lines);
  readonly #isodoses = new IsodoseCache(this.#lines);
  readonly #surfaces: Surfaces;
  readonly #foresight = new Foresight(this.#lines, this.#outlines, this.#isodoses);
  readonly #drawn = new Changes();
  readonly #counts = { texturesCreated: 0, textureUploads: 0, shadersCompiled: 0 };
  readonly #pointerListeners = new Set<(event: ViewportPointer) => void>();
  readonly #paneListeners = new Set<(pane: PaneKind) => void>();
  readonly #sizes: ResizeObserver;
  readonly #stop = new AbortController();
  #waiters: (() => void)[] = [];
  #state: ViewportState;
  #theme: Theme;
  #picture: Picture | null = null;
  #rectangles: readonly PaneRectangle[] = [];
  #frame: number | null = null;
  #retry: number | null = null;
  #contextsLost = 0;
  #lastDrawn = -Infinity;
  #lineFrames = 0;
  #stale = false;
  #disposed = false;

  constructor(element: HTMLElement, state: ViewportState, options: ViewportOptions) {
    this.#options = options;
    this.#surfaces = new Surfaces(options.runner ?? null, () => this.#request());
    this.#state = state;
    this.#panes = new PaneElements(element);
    this.#theme = readTheme(this.#panes.root);
    this.#input = new PointerInput(this.#panes.root, {
      rectangles: () => this.#rectangles,
      state: () => this.#state,
      pointer: (event) => this.#pointerListeners.forEach((listener) => listener(event)),
      pane: (pane) => this.#paneListeners.forEach((listener) => listener(pane)),
    });
    this.#sizes = new ResizeObserver(() => this.#request());
    this.#sizes.observe(this.#panes.root);
    this.#watchPixelRatio();
    this.#build();
    this.#request();
  }

  /** Another monitor or scaling changes the pixels without changing the size. */
  #watchPixelRatio(): void {
    const media = window.matchMedia(`(resolution: ${window.devicePixelRatio || 1}dppx)`);
    media.addEventListener(
      'change',
      () => {
        this.#request();
        this.#watchPixelRatio();
      },
      { once: true, signal: this.#stop.signal },
    );
  }

  get state(): ViewportState {
    return this.#state;
  }

  setState(state: ViewportState): void {
    if (this.#disposed || state === this.#state) return;
    this.#state = state;
    this.#request();
  }

  plane(pane: PlaneKind): Plane {
    return panePlane(this.#state, pane);
  }

  onPointer(listener: (event: ViewportPointer) => void): () => void {
    this.#pointerListeners.add(listener);
    return () => void this.#pointerListeners.delete(listener);
  }

  onPane(listener: (pane: PaneKind) => void): () => void {
    this.#paneListeners.add(listener);
    return () => void this.#paneListeners.delete(listener);
  }

  async capture(pane?: PaneKind): Promise<Blob> {
    await this.settled();
    // The drawing buffer is only there in the task in which it was drawn.
    this.#drawn.forget('picture');
    this.#draw();
    return this.#panes.compose(this.#rectangles, pane ?? null, readTheme(this.#panes.root));
  }

  statistics(): ViewportStatistics {
    return {
      volumeTextures: this.#picture?.volumeTextures ?? 0,
      ...this.#counts,
      contextsLost: this.#contextsLost,
      textureFormat: this.#picture?.imageTexture(this.#state)?.format ?? 'none',
    };
  }

  notices(): readonly string[] {
    if (!this.#picture) return this.#retry === null ? [NO_WEBGL] : [];
    const notices: string[] = [];
    const image = referenceImage(this.#state);
    const factors = this.#picture.imageTexture(this.#state)?.factors;
    if (factors?.some((factor) => factor > 1)) {
      notices.push(
        `Shown at reduced resolution (${factors.join(' × ')} voxels as one): the volume is larger than this graphics card takes.`,
      );
    }
    for (const layer of [image, shownDose(this.#state)]) {
      if (layer && this.#picture.refused(layer))
        notices.push('Not shown: the graphics card has too little memory for this volume.');
    }
    return notices;
  }

  settled(): Promise<void> {
    if (!this.#busy) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  resize(): void {
    this.#theme = readTheme(this.#panes.root);
    this.#request();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#frame = this.#retry = null;
    this.#foresight.stop();
    this.#surfaces.stop();
    this.#sizes.disconnect();
    this.#stop.abort();
    this.#input.dispose();
    this.#tearDown();
    this.#panes.dispose();
    this.#pointerListeners.clear();
    this.#paneListeners.clear();
    this.#release();
  }

  /** A frame is due, or a context is being waited for. */
  get #busy(): boolean {
    return this.#frame !== null || this.#retry !== null;
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    waiters.forEach((resolve) => resolve());
  }

  /** A canvas, its context and all that lives in it. */
  #build(): void {
    const canvas = this.#panes.newPictureCanvas();
    this.#picture = Picture.create(canvas, this.#options.maximumTextureSize ?? Infinity, this.#counts);
    if (this.#picture) canvas.addEventListener('webglcontextlost', this.#lost);
  }

  #tearDown(): void {
    this.#picture?.canvas.removeEventListener('webglcontextlost', this.#lost);
    this.#picture?.dispose();
    this.#picture = null;
  }

  /** vtk.js does not recover from a lost context: everything is thrown away and built anew from the state. */
  readonly #lost = (): void => {
    this.#contextsLost++;
    this.#tearDown();
    this.#rebuild(20);
  };

  #rebuild(attempts: number): void {
    this.#retry = null;
    this.#build();
    // While the graphics process restarts there may be no context for a moment.
    if (!this.#picture && attempts > 0)
      this.#retry = window.setTimeout(() => this.#rebuild(attempts - 1), RETRY_CONTEXT_MS);
    this.#request();
  }

  #request(): void {
    this.#stale = true;
    this.#foresight.stop();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#disposed || this.#frame !== null) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = null;
      // A change is drawn at once with what is at hand; lines that take long have the frames after it.
      if (!this.#stale && this.#lines.waiting > 0) {
        this.#lines.work(LINE_BUDGET);
        if (this.#lines.waiting > 0 && ++this.#lineFrames % FRAMES_BETWEEN_LINES !== 0) {
          this.#schedule();
          return;
        }
      }
      this.#draw();
      if (this.#busy) return;
      this.#release();
      this.#surfaces.ask(this.#state.layers, sliceFrame(this.#state).axes.axial.stepMm);
      this.#foresight.begin(this.#state, this.#rectangles, shownDose(this.#state));
    });
  }

  #draw(): void {
    this.#stale = false;
    const pixelRatio = window.devicePixelRatio || 1;
    const { width, height } = this.#panes.size();
    this.#rectangles = paneRectangles(this.#state.layout, this.#state.activePane, width, height, pixelRatio);
    const cleared = this.#panes.place(this.#rectangles, width, height, pixelRatio);
    if (cleared.picture) this.#drawn.forget('picture');
    for (const pane of cleared.panes) for (const sheet of SHEETS) this.#drawn.forget(`${pane} ${sheet}`);
    if (this.#rectangles.length === 0) return;
    const texturesDue = this.#drawPicture(pixelRatio);
    this.#drawOverlays(pixelRatio);
    if (texturesDue || this.#lines.waiting > 0) this.#schedule();
  }

  /** True where textures are still being filled, or were and have not been drawn. */
  #drawPicture(pixelRatio: number): boolean {
    const picture = this.#picture;
    if (!picture) return false;
    const { layers, crosshair, cameras, layout, activePane } = this.#state;
    const filling = picture.fill(this.#state);
    const changed = this.#drawn.differs('picture', [
      picture,
      ...layers.flatMap(layerInputs),
      ...crosshair,
      cameras,
      layout,
      activePane,
      pixelRatio,
      this.#surfaces.made,
    ]);
    const now = performance.now();
    const arriving = filling || !picture.hasAllSlices(this.#state);
    // Slices that only come in are drawn now and then: where drawing is slow, it must not hold up their coming.
    const pace = arriving ? ARRIVING_PACE_MS : 0;
    if (changed || (picture.hasNewSlices && now - this.#lastDrawn >= pace)) {
      this.#lastDrawn = now;
      const surfaces = this.#surfaces.of(layers);
      picture.draw(this.#state, this.#rectangles, pixelRatio, {
        surfaces,
        kept: new Set(surfaces.map(({ surface }) => surface)),
        lines: this.#surfaces.without(layers),
      });
    }
    return filling || picture.hasNewSlices;
  }

  #drawOverlays(pixelRatio: number): void {
    const content: OverlayContent = {
      state: this.#state,
      theme: this.#theme,
      dose: shownDose(this.#state),
      notices: this.notices(),
      outlines: this.#outlines,
      isodoses: this.#isodoses,
    };
    this.#lines.clear();
    for (const rectangle of this.#rectangles) {
      for (const sheet of SHEETS) {
        const name = `${rectangle.pane} ${sheet}`;
        if (!this.#drawn.differs(name, sheetInputs(sheet, content, rectangle, pixelRatio))) continue;
        const before = this.#lines.waiting;
        const context = this.#panes.sheet(rectangle.pane, sheet);
        if (!context) continue;
        drawSheet(context, sheet, content, rectangle, pixelRatio);
        // Lines are missing on it: it is drawn again when there are more.
        if (this.#lines.waiting > before) this.#drawn.forget(name);
      }
    }
  }
}
