import '@kitware/vtk.js/Rendering/Profiles/Geometry';
import vtkCellArray from '@kitware/vtk.js/Common/Core/CellArray';
import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray';
import vtkPolyData from '@kitware/vtk.js/Common/DataModel/PolyData';
import vtkActor from '@kitware/vtk.js/Rendering/Core/Actor';
import vtkMapper from '@kitware/vtk.js/Rendering/Core/Mapper';
import vtkRenderer from '@kitware/vtk.js/Rendering/Core/Renderer';
import vtkRenderWindow from '@kitware/vtk.js/Rendering/Core/RenderWindow';
import vtkOpenGLRenderWindow from '@kitware/vtk.js/Rendering/OpenGL/RenderWindow';
import { add, scale } from '../../../src-shared/geometry/index.ts';
import { Changes } from '../changes.ts';
import type { PaneRectangle } from '../geometry/layout.ts';
import { spaceAxes } from '../geometry/space.ts';
import type { Layer, SpaceCamera } from '../types.ts';
import { lineBuffers, lineInputs } from './spaceLines.ts';

/** Half depth of the scene around the focus, mm; the slices of the 3D pane use the same. */
export const SCENE_DEPTH = 3000;

/** The 3D pane's lines in vtk.js: contours and markers, drawn into a part of a canvas that others draw into as well. */
export class SpaceScene {
  readonly #window = vtkRenderWindow.newInstance();
  readonly #view = vtkOpenGLRenderWindow.newInstance();
  readonly #renderer = vtkRenderer.newInstance();
  readonly #mapper = vtkMapper.newInstance();
  readonly #actor = vtkActor.newInstance();
  readonly #changes = new Changes();
  #data: vtkPolyData | null = null;

  /** `canvas` already has the WebGL 2 context; vtk.js joins it. */
  constructor(canvas: HTMLCanvasElement) {
    this.#view.setCanvas(canvas);
    this.#view.setManageCanvas(false);
    this.#window.addView(this.#view);
    this.#renderer.setBackground(0, 0, 0, 1);
    this.#window.addRenderer(this.#renderer);
    this.#view.initialize();
    this.#renderer.getActiveCamera().setParallelProjection(true);
    this.#mapper.setColorModeToDirectScalars();
    this.#actor.setMapper(this.#mapper);
    this.#actor.getProperty().setLighting(false);
    this.#actor.setVisibility(false);
    this.#renderer.addActor(this.#actor);
  }

  /** The lines follow the layers; they are built anew only where contours, colours or visibility changed. */
  setLayers(layers: readonly Layer[]): void {
    if (!this.#changes.differs('lines', lineInputs(layers))) return;
    const { points, cells, colours } = lineBuffers(layers);
    const data = vtkPolyData.newInstance();
    data.getPoints().setData(points, 3);
    data.setLines(vtkCellArray.newInstance({ values: cells }));
    data
      .getPointData()
      .setScalars(vtkDataArray.newInstance({ numberOfComponents: 3, values: colours, name: 'colour' }));
    this.#mapper.setInputData(data);
    this.#actor.setVisibility(cells.length > 0);
    this.#data?.delete();
    this.#data = data;
  }

  /** Draws into `rectangle` of the canvas; `width` and `height` are the canvas's, device pixels. */
  draw(
    camera: SpaceCamera,
    rectangle: PaneRectangle,
    pixelRatio: number,
    width: number,
    height: number,
  ): void {
    const axes = spaceAxes(camera);
    this.#view.setSize([width, height]);
    const x0 = (rectangle.x * pixelRatio) / width,
      x1 = ((rectangle.x + rectangle.width) * pixelRatio) / width;
    const y0 = (rectangle.y * pixelRatio) / height,
      y1 = ((rectangle.y + rectangle.height) * pixelRatio) / height;
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
    this.#renderer.removeActor(this.#actor);
    this.#actor.delete();
    this.#mapper.delete();
    this.#data?.delete();
    this.#window.removeRenderer(this.#renderer);
    this.#window.removeView(this.#view);
    this.#renderer.delete();
    this.#view.delete();
    this.#window.delete();
  }
}
