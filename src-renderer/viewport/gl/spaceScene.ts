import '@kitware/vtk.js/Rendering/Profiles/Geometry';
import vtkCellArray from '@kitware/vtk.js/Common/Core/CellArray';
import vtkPolyData from '@kitware/vtk.js/Common/DataModel/PolyData';
import vtkActor from '@kitware/vtk.js/Rendering/Core/Actor';
import vtkMapper from '@kitware/vtk.js/Rendering/Core/Mapper';
import vtkRenderer from '@kitware/vtk.js/Rendering/Core/Renderer';
import vtkRenderWindow from '@kitware/vtk.js/Rendering/Core/RenderWindow';
import vtkOpenGLRenderWindow from '@kitware/vtk.js/Rendering/OpenGL/RenderWindow';
import { add, scale } from '../../../src-shared/geometry/index.ts';
import { parseColour } from '../colour.ts';
import type { PaneRectangle } from '../geometry/layout.ts';
import { spaceAxes } from '../geometry/space.ts';
import type { Layer, SpaceCamera } from '../types.ts';

/** Half depth of the scene around the focus, mm; the slices of the 3D pane use the same. */
export const SCENE_DEPTH = 3000;

interface Lines {
  readonly colour: string;
  readonly visible: boolean;
  /** Identity of the geometry: same array, same buffers. */
  readonly source: object;
  readonly width: number;
  polylines(): { readonly points: readonly ArrayLike<number>[]; readonly closed: boolean }[];
}

interface DrawnLines {
  readonly actor: vtkActor;
  readonly mapper: vtkMapper;
  readonly data: vtkPolyData;
}

/** The 3D pane's lines in vtk.js: contours and markers, drawn into a part of a canvas that others draw into as well. */
export class SpaceScene {
  readonly #window = vtkRenderWindow.newInstance();
  readonly #view = vtkOpenGLRenderWindow.newInstance();
  readonly #renderer = vtkRenderer.newInstance();
  readonly #drawn = new Map<object, DrawnLines>();

  /** `canvas` already has the WebGL 2 context; vtk.js joins it. */
  constructor(canvas: HTMLCanvasElement) {
    this.#view.setCanvas(canvas);
    this.#view.setManageCanvas(false);
    this.#window.addView(this.#view);
    this.#renderer.setBackground(0, 0, 0, 1);
    this.#window.addRenderer(this.#renderer);
    this.#view.initialize();
    this.#renderer.getActiveCamera().setParallelProjection(true);
  }

  /** Buffers of contours and markers follow the layers; those that stayed the same stay on the card. */
  setLayers(layers: readonly Layer[]): void {
    const wanted = new Map<object, Lines>();
    for (const layer of layers) for (const lines of linesOf(layer)) if (lines.visible) wanted.set(lines.source, lines);
    for (const [source, drawn] of this.#drawn) {
      if (wanted.has(source)) continue;
      this.#remove(drawn);
      this.#drawn.delete(source);
    }
    for (const [source, lines] of wanted) {
      const drawn = this.#drawn.get(source) ?? this.#build(lines);
      this.#drawn.set(source, drawn);
      drawn.actor.getProperty().setColor(...parseColour(lines.colour));
      drawn.actor.getProperty().setLineWidth(lines.width);
    }
  }

  #build(lines: Lines): DrawnLines {
    const polylines = lines.polylines();
    const total = polylines.reduce((sum, line) => sum + line.points.reduce((points, part) => points + part.length, 0), 0) / 3;
    const data = vtkPolyData.newInstance();
    const points = new Float32Array(3 * total);
    const cells = new Uint32Array(total + polylines.length * 2);
    let point = 0, cell = 0;
    for (const { points: parts, closed } of polylines) {
      const first = point;
      for (const part of parts) {
        points.set(part, 3 * point);
        point += part.length / 3;
      }
      cells[cell++] = point - first + (closed ? 1 : 0);
      for (let n = first; n < point; n++) cells[cell++] = n;
      if (closed) cells[cell++] = first;
    }
    data.getPoints().setData(points, 3);
    data.setLines(vtkCellArray.newInstance({ values: cells.subarray(0, cell) }));
    const mapper = vtkMapper.newInstance();
    mapper.setInputData(data);
    mapper.setScalarVisibility(false);
    const actor = vtkActor.newInstance();
    actor.setMapper(mapper);
    actor.getProperty().setLighting(false);
    this.#renderer.addActor(actor);
    return { actor, mapper, data };
  }

  #remove(drawn: DrawnLines): void {
    this.#renderer.removeActor(drawn.actor);
    drawn.actor.delete();
    drawn.mapper.delete();
    drawn.data.delete();
  }

  /** Draws into `rectangle` of the canvas; `width` and `height` are the canvas's, device pixels. */
  draw(camera: SpaceCamera, rectangle: PaneRectangle, pixelRatio: number, width: number, height: number): void {
    const axes = spaceAxes(camera);
    this.#view.setSize([width, height]);
    const x0 = (rectangle.x * pixelRatio) / width, x1 = ((rectangle.x + rectangle.width) * pixelRatio) / width;
    const y0 = (rectangle.y * pixelRatio) / height, y1 = ((rectangle.y + rectangle.height) * pixelRatio) / height;
    this.#renderer.setViewport(x0, 1 - y1, x1, 1 - y0);
    const active = this.#renderer.getActiveCamera();
    const eye = add(camera.focus, scale(axes.forward, -2 * SCENE_DEPTH));
    active.setPosition(...eye);
    active.setFocalPoint(...camera.focus);
    active.setViewUp(...axes.up);
    active.setParallelScale((rectangle.height / 2) * camera.millimetresPerPixel);
    active.setClippingRange(SCENE_DEPTH, 3 * SCENE_DEPTH);
    this.#view.traverseAllPasses();
  }

  dispose(): void {
    for (const drawn of this.#drawn.values()) this.#remove(drawn);
    this.#drawn.clear();
    this.#window.removeRenderer(this.#renderer);
    this.#window.removeView(this.#view);
    this.#renderer.delete();
    this.#view.delete();
    this.#window.delete();
  }
}

function linesOf(layer: Layer): Lines[] {
  if (layer.kind === 'contours') {
    return layer.rois.map((roi) => ({
      colour: roi.colour,
      visible: layer.visible && roi.visible,
      source: roi.contours,
      width: 1,
      polylines: () => roi.contours.filter((contour) => contour.points.length >= 6)
        .map((contour) => ({ points: [contour.points], closed: contour.type.startsWith('CLOSED') })),
    }));
  }
  if (layer.kind === 'markers') {
    return layer.markers.map((marker) => ({
      colour: marker.colour,
      visible: layer.visible,
      source: marker.points,
      width: 1,
      polylines: () => (marker.points.length > 1 ? [{ points: marker.points, closed: false }] : marker.points.flatMap(cross)),
    }));
  }
  return [];
}

/** A point as three short strokes, 8 mm across. */
const cross = (p: readonly [number, number, number]): { points: number[][]; closed: boolean }[] => [
  { points: [[p[0] - 4, p[1], p[2]], [p[0] + 4, p[1], p[2]]], closed: false },
  { points: [[p[0], p[1] - 4, p[2]], [p[0], p[1] + 4, p[2]]], closed: false },
  { points: [[p[0], p[1], p[2] - 4], [p[0], p[1], p[2] + 4]], closed: false },
];
