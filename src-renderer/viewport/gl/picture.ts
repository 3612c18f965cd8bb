import { dot, subtract, type Vector3 } from '../../../src-shared/geometry/index.ts';
import { PLANE_KINDS, referenceImage } from '../geometry/frame.ts';
import type { PaneRectangle } from '../geometry/layout.ts';
import { paneMapping, pixelToPatient } from '../geometry/pane.ts';
import { planePatch, spaceAxes } from '../geometry/space.ts';
import type { DoseLayer, ImageLayer, Layer, SpaceCamera, ViewportState } from '../types.ts';
import { countCalls, type CallCounts } from './counting.ts';
import { SlicePainter, type Quad, type SliceContent } from './slicePainter.ts';
import { SCENE_DEPTH, SpaceScene } from './spaceScene.ts';
import { SurfacePainter, type ShownSurface } from './surfacePainter.ts';
import { TextureStore, type VolumeTexture, type VoxelData } from './textures.ts';

export const shownDose = (state: ViewportState): DoseLayer | null => {
  let found: DoseLayer | null = null;
  for (const layer of state.layers) if (layer.kind === 'dose' && layer.visible) found = layer;
  return found;
};

/** The structures in the 3D pane. */
export interface SpaceStructures {
  /** Those that surfaces stand for, as far as they are visible. */
  readonly surfaces: readonly ShownSurface[];
  /** What stays on the card. */
  readonly kept: ReadonlySet<ShownSurface['surface']>;
  /** Layers whose contours and markers are drawn as lines. */
  readonly lines: readonly Layer[];
}

/** Opacity of the planes where structures stand behind them. */
const PLANES_BEFORE_SURFACES = 0.62;

/**
 * Everything that lives in one GL context: textures, program, 3D scene. Made anew when a context is lost, from
 * nothing but the viewport's state.
 */
export class Picture {
  readonly canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #textures: TextureStore;
  readonly #painter: SlicePainter;
  readonly #scene: SpaceScene;
  readonly #surfaces: SurfacePainter;
  #layers: readonly Layer[] | null = null;
  #refused: readonly VoxelData[] = [];
  #drawnUploads = 0;

  /** Null where the browser gives no WebGL 2 context. */
  static create(canvas: HTMLCanvasElement, textureLimit: number, counts: CallCounts): Picture | null {
    const gl = canvas.getContext('webgl2', {
      alpha: true,
      antialias: true,
      depth: true,
      stencil: false,
      preserveDrawingBuffer: false,
      powerPreference: 'high-performance',
    });
    return gl && !gl.isContextLost() ? new Picture(canvas, gl, textureLimit, counts) : null;
  }

  private constructor(
    canvas: HTMLCanvasElement,
    gl: WebGL2RenderingContext,
    textureLimit: number,
    counts: CallCounts,
  ) {
    this.canvas = canvas;
    this.#gl = gl;
    countCalls(gl, counts);
    this.#scene = new SpaceScene(canvas);
    this.#textures = new TextureStore(gl, textureLimit);
    this.#painter = new SlicePainter(gl);
    this.#surfaces = new SurfacePainter(gl);
  }

  get volumeTextures(): number {
    return this.#textures.alive;
  }

  /** Texture of the reference image, or null. */
  imageTexture(state: ViewportState): VolumeTexture | null {
    const image = referenceImage(state);
    return image ? this.#textures.get(image.data) : null;
  }

  /** True where the card had no room for the layer's voxels. */
  refused(layer: ImageLayer | DoseLayer): boolean {
    return this.#refused.includes(layer.data);
  }

  /** Slices were put on the card that no drawing has shown yet. */
  get hasNewSlices(): boolean {
    return this.#textures.uploads !== this.#drawnUploads;
  }

  /** All slices of the reference image are on the card, as far as it is shown. */
  hasAllSlices(state: ViewportState): boolean {
    const image = referenceImage(state);
    const texture = image?.visible ? this.#textures.get(image.data) : null;
    return !image || !texture || texture.to - texture.from >= image.grid.dimensions[2];
  }

  /** Brings the textures up to what the state shows, one slab each. True while slabs are waiting. */
  fill(state: ViewportState): boolean {
    if (this.#layers !== state.layers) {
      this.#layers = state.layers;
      this.#textures.retain(
        new Set(state.layers.flatMap((l) => (l.kind === 'image' || l.kind === 'dose' ? [l.data] : []))),
      );
      this.#refused = this.#refused.filter((data) =>
        state.layers.some((l) => 'data' in l && l.data === data),
      );
    }
    const image = referenceImage(state),
      dose = shownDose(state);
    let waiting = false;
    for (const layer of [image?.visible ? image : null, dose]) {
      if (!layer || this.refused(layer)) continue;
      if (!this.#textures.obtain(layer.grid, layer.data, layer.kind === 'dose')) {
        this.#refused = [...this.#refused, layer.data];
        continue;
      }
      const present = (layer.kind === 'image' ? layer.present : undefined) ?? [0, layer.grid.dimensions[2]];
      waiting =
        this.#textures.fill(layer.grid, layer.data, present, sliceNear(layer, state.crosshair)) || waiting;
    }
    return waiting;
  }

  /** Draws all panes with what {@link fill} has brought. */
  draw(
    state: ViewportState,
    rectangles: readonly PaneRectangle[],
    pixelRatio: number,
    structures: SpaceStructures,
  ): void {
    const gl = this.#gl,
      { width, height } = this.canvas;
    this.#drawnUploads = this.#textures.uploads;
    gl.disable(gl.SCISSOR_TEST);
    gl.depthMask(true);
    gl.colorMask(true, true, true, true);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    const space = rectangles.find((rectangle) => rectangle.pane === '3d');
    if (space) this.#scene.setLayers(structures.lines);
    if (space) this.#scene.draw(state.cameras['3d'], space, pixelRatio, width, height);
    // vtk.js remembers which program it bound last; it finds it bound again.
    const bound = gl.getParameter(gl.CURRENT_PROGRAM) as WebGLProgram | null;
    this.#surfaces.retain(structures.kept);
    this.#slices(state, rectangles, pixelRatio, structures.surfaces);
    gl.useProgram(bound);
  }

  #slices(
    state: ViewportState,
    rectangles: readonly PaneRectangle[],
    pixelRatio: number,
    surfaces: readonly ShownSurface[],
  ): void {
    const gl = this.#gl;
    const content = this.#content(state);
    gl.enable(gl.SCISSOR_TEST);
    gl.disable(gl.BLEND);
    gl.disable(gl.DEPTH_TEST);
    // What the planes have in common is told to the card once; the 3D pane, which has programs of its own, comes last.
    const ready = this.#painter.begin(content);
    for (const rectangle of rectangles) {
      if (rectangle.pane === '3d') continue;
      this.#into(rectangle, pixelRatio);
      if (ready) this.#painter.draw(paneQuad(state, rectangle.pane, rectangle), content);
      else clearBlack(gl);
    }
    const space = rectangles.find(({ pane }) => pane === '3d');
    if (space) {
      this.#into(space, pixelRatio);
      this.#space(state, space, content, surfaces);
    }
    this.#painter.end();
    gl.enable(gl.BLEND);
    gl.enable(gl.DEPTH_TEST);
  }

  /** Draws into this part of the canvas from here on. */
  #into({ x, y, width, height }: PaneRectangle, pixelRatio: number): void {
    const gl = this.#gl;
    const left = Math.round(x * pixelRatio),
      bottom = this.canvas.height - Math.round((y + height) * pixelRatio),
      columns = Math.round(width * pixelRatio),
      rows = Math.round(height * pixelRatio);
    gl.viewport(left, bottom, columns, rows);
    gl.scissor(left, bottom, columns, rows);
  }

  /** Structures, the planes through which they shimmer, and the shell around them. */
  #space(
    state: ViewportState,
    rectangle: PaneRectangle,
    content: SliceContent,
    surfaces: readonly ShownSurface[],
  ): void {
    const gl = this.#gl,
      camera = state.cameras['3d'];
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    this.#surfaces.draw(surfaces, false, camera, rectangle);
    gl.enable(gl.BLEND);
    gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    if (this.#painter.begin(content)) {
      const quads = spaceQuads(state, rectangle, surfaces.length > 0 ? PLANES_BEFORE_SURFACES : 1);
      // Depth alone first: then each pixel has the foremost plane, once, in whatever order they come.
      gl.colorMask(false, false, false, false);
      for (const quad of quads) this.#painter.draw(quad, content);
      gl.colorMask(true, true, true, true);
      for (const quad of quads) this.#painter.draw(quad, content);
    }
    gl.depthMask(false);
    this.#surfaces.draw(surfaces, true, camera, rectangle);
    gl.depthMask(true);
    gl.disable(gl.BLEND);
  }

  #content(state: ViewportState): SliceContent {
    const image = referenceImage(state),
      dose = shownDose(state);
    const imageTexture = image?.visible ? this.#textures.get(image.data) : null;
    const doseTexture = dose ? this.#textures.get(dose.data) : null;
    return {
      image: image && imageTexture ? { layer: image, texture: imageTexture } : null,
      dose: dose && doseTexture ? { layer: dose, texture: doseTexture } : null,
    };
  }

  dispose(): void {
    this.#textures.dispose();
    this.#painter.dispose();
    this.#surfaces.dispose();
    this.#scene.dispose();
    // The browser keeps only so many contexts; a canvas that is thrown away would hold its own until collected.
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

function clearBlack(gl: WebGL2RenderingContext): void {
  gl.clearColor(0, 0, 0, 1);
  gl.clear(gl.COLOR_BUFFER_BIT);
}

function sliceNear(layer: ImageLayer | DoseLayer, point: Vector3): number {
  const { affine, dimensions } = layer.grid;
  const step: Vector3 = [affine[2], affine[6], affine[10]],
    origin: Vector3 = [affine[3], affine[7], affine[11]];
  const k = Math.round(dot(subtract(point, origin), step) / dot(step, step));
  return Math.max(0, Math.min(dimensions[2] - 1, k));
}

function paneQuad(state: ViewportState, pane: (typeof PLANE_KINDS)[number], size: PaneRectangle): Quad {
  const mapping = paneMapping(state, pane, size);
  const s = mapping.millimetresPerPixel;
  return {
    clip: [
      [-1, 1, 0],
      [2, 0, 0],
      [0, -2, 0],
    ],
    patient: [
      pixelToPatient(mapping, 0, 0),
      scaled(mapping.plane.u, size.width * s),
      scaled(mapping.plane.v, size.height * s),
    ],
    cutAway: false,
    opacity: 1,
  };
}

function spaceQuads(state: ViewportState, size: PaneRectangle, opacity: number): Quad[] {
  const camera = state.cameras['3d'];
  const axes = spaceAxes(camera);
  const toClip = (v: Vector3): Vector3 => [
    dot(v, axes.right) / ((size.width / 2) * camera.millimetresPerPixel),
    dot(v, axes.up) / ((size.height / 2) * camera.millimetresPerPixel),
    dot(v, axes.forward) / SCENE_DEPTH,
  ];
  return PLANE_KINDS.flatMap((kind) => {
    const patch = planePatch(state, kind);
    if (!patch) return [];
    return [
      {
        clip: [toClip(focused(patch.corner, camera)), toClip(patch.alongU), toClip(patch.alongV)] as const,
        patient: [patch.corner, patch.alongU, patch.alongV] as const,
        cutAway: true,
        opacity,
      },
    ];
  });
}

const focused = (point: Vector3, camera: SpaceCamera): Vector3 => subtract(point, camera.focus);
const scaled = (v: Vector3, by: number): Vector3 => [v[0] * by, v[1] * by, v[2] * by];
