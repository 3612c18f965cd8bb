import {
  invert,
  transformDirection,
  transformPoint,
  type Affine,
  type Grid,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';
import { parseColour } from '../colour.ts';
import type { DoseLayer, ImageLayer } from '../types.ts';
import { compileProgram, fragmentSource, MAXIMUM_LEVELS, vertexSource } from './shader.ts';
import type { VolumeTexture } from './textures.ts';

/** A parallelogram: where it lies in clip space and in patient space. Each is corner, first side, second side. */
export interface Quad {
  readonly clip: readonly [Vector3, Vector3, Vector3];
  readonly patient: readonly [Vector3, Vector3, Vector3];
  /** What the window maps to black is left out: for the planes of the 3D pane. */
  readonly cutAway: boolean;
  /** Less than 1 lets through what was drawn behind, where blending is on. */
  readonly opacity: number;
}

export interface SliceContent {
  readonly image: { readonly layer: ImageLayer; readonly texture: VolumeTexture } | null;
  readonly dose: { readonly layer: DoseLayer; readonly texture: VolumeTexture } | null;
}

const UNIFORMS = [
  'clip',
  'imageAt',
  'doseAt',
  'image',
  'hasImage',
  'imageSize',
  'imageFactors',
  'valueScale',
  'presentSlices',
  'window',
  'inverted',
  'hasPadding',
  'padding',
  'cutAway',
  'opacity',
  'interpolate',
  'dose',
  'hasDose',
  'doseSize',
  'levelCount',
  'levels',
  'levelColours',
  'washOpacity',
] as const;
type UniformName = (typeof UNIFORMS)[number];

const inverses = new WeakMap<Grid, Affine>();
function indexOf(grid: Grid): Affine {
  const known = inverses.get(grid);
  if (known) return known;
  const made = invert(grid.affine);
  inverses.set(grid, made);
  return made;
}

/** Draws planes through image and dose with one program that is compiled once. */
export class SlicePainter {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #vertices: WebGLVertexArrayObject;
  readonly #at: Readonly<Record<UniformName, WebGLUniformLocation | null>>;
  readonly #filtersFloats: boolean;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = compileProgram(gl, vertexSource, fragmentSource);
    this.#vertices = gl.createVertexArray();
    this.#filtersFloats = gl.getExtension('OES_texture_float_linear') !== null;
    const program = this.#program;
    this.#at = Object.fromEntries(
      UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]),
    ) as Record<UniformName, WebGLUniformLocation | null>;
  }

  /** Binds program, textures and what all quads of a frame have in common. False where there is nothing to draw. */
  begin(content: SliceContent): boolean {
    const gl = this.#gl,
      at = this.#at;
    // A sampler that is not read still wants a texture.
    const any = content.image?.texture.handle ?? content.dose?.texture.handle;
    if (!any) return false;
    gl.useProgram(this.#program);
    gl.bindVertexArray(this.#vertices);
    gl.disable(gl.CULL_FACE);
    this.#bind(0, content.image?.texture.handle ?? any);
    this.#bind(1, content.dose?.texture.handle ?? any);
    gl.uniform1i(at.image, 0);
    gl.uniform1i(at.dose, 1);
    gl.uniform1i(at.hasImage, content.image ? 1 : 0);
    if (content.image) {
      const { layer, texture } = content.image;
      const { centre, width } = layer.window;
      gl.uniform3fv(at.imageSize, layer.grid.dimensions);
      gl.uniform3fv(at.imageFactors, texture.factors);
      gl.uniform1f(at.valueScale, texture.valueScale);
      gl.uniform2f(at.presentSlices, texture.from, texture.to);
      gl.uniform2f(at.window, centre - width / 2, Math.max(width, 1e-6));
      gl.uniform1i(at.inverted, layer.inverted ? 1 : 0);
      gl.uniform1i(at.hasPadding, layer.padding ? 1 : 0);
      gl.uniform2f(at.padding, ...paddingOf(layer, texture));
      gl.uniform1i(at.interpolate, texture.format === 'r32f' && !this.#filtersFloats ? 1 : 0);
    }
    this.#dose(content.dose);
    return true;
  }

  #dose(dose: SliceContent['dose']): void {
    const gl = this.#gl,
      at = this.#at;
    const washed =
      dose !== null &&
      dose.layer.washOpacity > 0 &&
      dose.texture.to - dose.texture.from === dose.layer.grid.dimensions[2];
    gl.uniform1i(at.hasDose, washed ? 1 : 0);
    if (!washed) return;
    const levels = dose.layer.levels
      .filter((level) => level.visible)
      .sort((a, b) => b.dose - a.dose)
      .slice(0, MAXIMUM_LEVELS);
    gl.uniform3fv(at.doseSize, dose.texture.size);
    gl.uniform1i(at.levelCount, levels.length);
    gl.uniform1f(at.washOpacity, dose.layer.washOpacity);
    if (levels.length === 0) return;
    gl.uniform1fv(
      at.levels,
      levels.map((level) => level.dose),
    );
    gl.uniform3fv(
      at.levelColours,
      levels.flatMap((level) => parseColour(level.colour)),
    );
  }

  #bind(unit: number, texture: WebGLTexture): void {
    this.#gl.activeTexture(this.#gl.TEXTURE0 + unit);
    this.#gl.bindTexture(this.#gl.TEXTURE_3D, texture);
  }

  draw(quad: Quad, content: SliceContent): void {
    const gl = this.#gl,
      at = this.#at;
    gl.uniform3fv(at.clip, quad.clip.flat());
    if (content.image) gl.uniform3fv(at.imageAt, indices(content.image.layer.grid, quad));
    if (content.dose) gl.uniform3fv(at.doseAt, doseIndices(content.dose, quad));
    gl.uniform1i(at.cutAway, quad.cutAway ? 1 : 0);
    gl.uniform1f(at.opacity, quad.opacity);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  end(): void {
    this.#gl.bindVertexArray(null);
    this.#gl.activeTexture(this.#gl.TEXTURE0);
  }

  dispose(): void {
    this.#gl.deleteProgram(this.#program);
    this.#gl.deleteVertexArray(this.#vertices);
  }
}

/** A 16-bit texture gives whole numbers only nearly, and −32768 as −32767. */
function paddingOf(layer: ImageLayer, texture: VolumeTexture): [number, number] {
  const { from, to } = layer.padding ?? { from: 0, to: 0 };
  return texture.format === 'r16' ? [from - 0.5, Math.max(to, -32767) + 0.5] : [from, to];
}

/** Voxel indices of a quad's corner, and their change along its sides. */
function indices(grid: Grid, quad: Quad): number[] {
  const toIndex = indexOf(grid);
  return [
    ...transformPoint(toIndex, quad.patient[0]),
    ...transformDirection(toIndex, quad.patient[1]),
    ...transformDirection(toIndex, quad.patient[2]),
  ];
}

/** The same in texels of the dose, which may have been reduced: texel = (index + ½) / factor − ½. */
function doseIndices(dose: NonNullable<SliceContent['dose']>, quad: Quad): number[] {
  const factors = dose.texture.factors;
  return indices(dose.layer.grid, quad).map((value, n) => {
    const factor = factors[(n % 3) as 0 | 1 | 2];
    return n < 3 ? (value + 0.5) / factor - 0.5 : value / factor;
  });
}
