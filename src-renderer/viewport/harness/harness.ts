import { inlineRunner, type TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import {
  createHands,
  createViewport,
  fitCameras,
  initialState,
  sampleAt,
  type Layer,
  type Viewport,
  type ViewportOptions,
  type ViewportState,
} from '../index.ts';
import * as phantom from './phantom.ts';

/** A page for the end-to-end tests: the viewport alone, its state in the test's hands. */
export interface Harness {
  readonly phantom: typeof phantom;
  /** Makes surfaces on the page's own thread. */
  readonly runner: TaskRunner;
  viewport: Viewport | null;
  open(layers: readonly Layer[], change?: Partial<ViewportState>, options?: ViewportOptions): Promise<void>;
  change(change: Partial<ViewportState>): Promise<void>;
  /** Script time, ms, of setting a state and of each frame until it is drawn. */
  timed(change: Partial<ViewportState>): Promise<number[]>;
  fit(): Promise<void>;
  capture(pane?: 'axial' | 'sagittal' | 'coronal' | '3d'): Promise<string>;
  /** Red, green, blue, opacity at a place of a pane, device-independent pixels. */
  pixel(pane: 'axial' | 'sagittal' | 'coronal' | '3d', x: number, y: number): Promise<number[]>;
  sample(point: readonly [number, number, number]): ReturnType<typeof sampleAt>;
}

const element = document.getElementById('viewport')!;
const hands = createHands();

/** Script time of each animation frame, ms. */
const frames: number[] = [];
const nextFrame = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) =>
  nextFrame((time) => {
    const start = performance.now();
    callback(time);
    frames.push(performance.now() - start);
  });

const harness: Harness = {
  phantom,
  runner: inlineRunner,
  viewport: null,
  async open(layers, change = {}, options = {}) {
    harness.viewport?.dispose();
    const size = { width: element.clientWidth, height: element.clientHeight };
    const state = { ...initialState(layers, size.width, size.height), ...change };
    const viewport = createViewport(element, state, options);
    harness.viewport = viewport;
    viewport.onPane((activePane) => viewport.setState({ ...viewport.state, activePane }));
    viewport.onPointer((event) => {
      const changed = hands.pointer(event, viewport.state);
      if (changed) viewport.setState({ ...viewport.state, ...changed });
    });
    await viewport.settled();
  },
  async change(change) {
    const viewport = opened();
    viewport.setState({ ...viewport.state, ...change });
    await viewport.settled();
  },
  async timed(change) {
    const viewport = opened();
    frames.length = 0;
    const start = performance.now();
    viewport.setState({ ...viewport.state, ...change });
    const setting = performance.now() - start;
    await viewport.settled();
    return [setting, ...frames];
  },
  async fit() {
    const viewport = opened();
    viewport.setState(fitCameras(viewport.state, element.clientWidth, element.clientHeight));
    await viewport.settled();
  },
  async capture(pane) {
    const blob = await opened().capture(pane);
    return new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
      reader.readAsDataURL(blob);
    });
  },
  async pixel(pane, x, y) {
    const bitmap = await createImageBitmap(await opened().capture(pane));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const ratio = window.devicePixelRatio;
    return [...context.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data];
  },
  sample: (point) => sampleAt(opened().state, point),
};

function opened(): Viewport {
  if (!harness.viewport) throw new Error('nothing is open');
  return harness.viewport;
}

declare global {
  interface Window {
    harness: Harness;
  }
}
window.harness = harness;
