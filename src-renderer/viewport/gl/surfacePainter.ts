import type { ContourSurface } from '../../../src-shared/compute/mesh/index.ts';
import { parseColour } from '../colour.ts';
import type { PaneRectangle } from '../geometry/layout.ts';
import { spaceAxes } from '../geometry/space.ts';
import type { SpaceCamera } from '../types.ts';
import { compileProgram } from './shader.ts';
import { SCENE_DEPTH } from './spaceScene.ts';

/** A structure as the 3D pane shows it. */
export interface ShownSurface {
  readonly surface: ContourSurface;
  readonly colour: string;
  readonly selected: boolean;
  /** The external contour: a clear shell around the others. */
  readonly shell: boolean;
}

const vertexSource = `#version 300 es
precision highp float;
in vec3 position;
in vec3 normal;
uniform vec3 focus;
uniform vec3 right;
uniform vec3 up;
uniform vec3 forward;
uniform vec2 halfSize;
uniform float depth;
out vec3 at;
out vec3 facing;
void main() {
  vec3 from = position - focus;
  gl_Position = vec4(dot(from, right) / halfSize.x, dot(from, up) / halfSize.y, dot(from, forward) / depth, 1.0);
  at = position;
  facing = vec3(dot(normal, right), dot(normal, up), -dot(normal, forward));
}`;

/**
 * Soft light from above the eye's left; what is far is darker. The contours are drawn where they lie: lines of one
 * pixel at the planes on which they were drawn, gone where they would be closer than a few pixels.
 */
const fragmentSource = `#version 300 es
precision highp float;
in vec3 at;
in vec3 facing;
uniform vec3 focus;
uniform vec3 forward;
uniform vec2 halfSize;
uniform vec3 colour;
uniform bool shell;
uniform vec3 planeNormal;
uniform vec2 planes;
out vec4 shown;
void main() {
  vec3 n = normalize(facing);
  n *= n.z < 0.0 ? -1.0 : 1.0;
  float t = (dot(at, planeNormal) - planes.x) / planes.y;
  float wide = max(fwidth(t), 1e-5);
  float line = clamp(1.25 - abs(t - floor(t + 0.5)) / wide, 0.0, 1.0) * clamp((1.0 / wide - 3.0) / 4.0, 0.0, 1.0);
  if (shell) {
    shown = vec4(mix(colour, vec3(1.0), 0.35), 0.05 + 0.17 * pow(1.0 - n.z, 2.0) + 0.07 * line);
    return;
  }
  float light = 0.32 + 0.58 * max(dot(n, normalize(vec3(-0.4, 0.6, 0.75))), 0.0) + 0.12 * n.z;
  float far = clamp(0.5 + 0.5 * dot(at - focus, forward) / max(halfSize.x, halfSize.y), 0.0, 1.0);
  vec3 lit = colour * light + 0.10 * pow(max(dot(n, normalize(vec3(-0.25, 0.4, 0.9))), 0.0), 24.0);
  shown = vec4(lit * (1.0 - 0.35 * far) * (1.0 - 0.30 * line), 1.0);
}`;

const UNIFORMS = [
  'focus',
  'right',
  'up',
  'forward',
  'halfSize',
  'depth',
  'colour',
  'shell',
  'planeNormal',
  'planes',
] as const;
type UniformName = (typeof UNIFORMS)[number];

interface Buffers {
  readonly vertices: WebGLVertexArrayObject;
  readonly made: readonly WebGLBuffer[];
  readonly count: number;
}

/** Draws structures as surfaces in the 3D pane; each is put on the card once. */
export class SurfacePainter {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #at: Readonly<Record<UniformName, WebGLUniformLocation | null>>;
  readonly #buffers = new Map<ContourSurface, Buffers>();

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = compileProgram(gl, vertexSource, fragmentSource);
    this.#at = Object.fromEntries(
      UNIFORMS.map((name) => [name, gl.getUniformLocation(this.#program, name)]),
    ) as Record<UniformName, WebGLUniformLocation | null>;
  }

  /** Frees what is no longer shown or hidden only for now. */
  retain(wanted: ReadonlySet<ContourSurface>): void {
    for (const [surface, buffers] of this.#buffers) {
      if (wanted.has(surface)) continue;
      this.#free(buffers);
      this.#buffers.delete(surface);
    }
  }

  /** Draws the solid ones, or the shells, into the viewport that is set. */
  draw(surfaces: readonly ShownSurface[], shell: boolean, camera: SpaceCamera, size: PaneRectangle): void {
    const wanted = surfaces.filter((one) => one.shell === shell);
    if (wanted.length === 0) return;
    const gl = this.#gl,
      at = this.#at,
      axes = spaceAxes(camera);
    gl.useProgram(this.#program);
    gl.disable(gl.CULL_FACE);
    gl.uniform3fv(at.focus, camera.focus);
    gl.uniform3fv(at.right, axes.right);
    gl.uniform3fv(at.up, axes.up);
    gl.uniform3fv(at.forward, axes.forward);
    gl.uniform2f(
      at.halfSize,
      (size.width / 2) * camera.millimetresPerPixel,
      (size.height / 2) * camera.millimetresPerPixel,
    );
    gl.uniform1f(at.depth, SCENE_DEPTH);
    gl.uniform1i(at.shell, shell ? 1 : 0);
    for (const { surface, colour } of wanted) {
      const buffers = this.#obtain(surface);
      const { normal, at: first, distance } = surface.planes;
      gl.uniform3fv(at.colour, parseColour(colour));
      gl.uniform3fv(at.planeNormal, normal);
      gl.uniform2f(at.planes, first, distance);
      gl.bindVertexArray(buffers.vertices);
      gl.drawElements(gl.TRIANGLES, buffers.count, gl.UNSIGNED_INT, 0);
    }
    gl.bindVertexArray(null);
  }

  #obtain(surface: ContourSurface): Buffers {
    const known = this.#buffers.get(surface);
    if (known) return known;
    const gl = this.#gl;
    const vertices = gl.createVertexArray();
    gl.bindVertexArray(vertices);
    const made: WebGLBuffer[] = [];
    const put = (target: GLenum, values: Float32Array | Uint32Array): void => {
      const buffer = gl.createBuffer();
      made.push(buffer);
      gl.bindBuffer(target, buffer);
      gl.bufferData(target, values, gl.STATIC_DRAW);
    };
    for (const [name, values] of [
      ['position', surface.positions],
      ['normal', surface.normals],
    ] as const) {
      put(gl.ARRAY_BUFFER, values);
      const location = gl.getAttribLocation(this.#program, name);
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, 3, gl.FLOAT, false, 0, 0);
    }
    put(gl.ELEMENT_ARRAY_BUFFER, surface.triangles);
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
    const buffers: Buffers = { vertices, made, count: surface.triangles.length };
    this.#buffers.set(surface, buffers);
    return buffers;
  }

  #free({ vertices, made }: Buffers): void {
    this.#gl.deleteVertexArray(vertices);
    made.forEach((buffer) => this.#gl.deleteBuffer(buffer));
  }

  dispose(): void {
    this.retain(new Set());
    this.#gl.deleteProgram(this.#program);
  }
}
