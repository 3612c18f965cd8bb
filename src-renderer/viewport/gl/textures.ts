import type { Grid } from '../../../src-shared/geometry/index.ts';
import { noValue, reduceSlab, reductionFactors } from './reduction.ts';

export type VoxelData = Int16Array | Float32Array;

/** A volume on the graphics card: one 3D texture, whatever the number of panes that show it. */
export interface VolumeTexture {
  readonly handle: WebGLTexture;
  readonly format: 'r16' | 'r32f';
  /** What one unit of the texture is in units of the data. */
  readonly valueScale: number;
  /** Voxels per texel along i, j, k; above 1 where the volume is larger than the card takes. */
  readonly factors: readonly [number, number, number];
  readonly size: readonly [number, number, number];
  /** Slices k in [from, to) that are on the card. */
  from: number;
  to: number;
}

/** Bytes that one upload call hands over at most, so that a large volume never blocks a frame for long. */
const SLAB_BYTES = 8 * 1024 * 1024;

/**
 * The 3D textures of one GL context, by the identity of their voxel array. Filled slab by slab from the slice that
 * is looked at outwards.
 */
export class TextureStore {
  readonly #gl: WebGL2RenderingContext;
  readonly #norm16: EXT_texture_norm16 | null;
  readonly #linear: boolean;
  readonly #limit: number;
  readonly #textures = new Map<VoxelData, VolumeTexture>();
  #uploads = 0;

  constructor(gl: WebGL2RenderingContext, limit: number) {
    this.#gl = gl;
    this.#norm16 = gl.getExtension('EXT_texture_norm16') as EXT_texture_norm16 | null;
    this.#linear = gl.getExtension('OES_texture_float_linear') !== null;
    this.#limit = Math.min(limit, gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number);
  }

  /** Slabs put on the card so far. */
  get uploads(): number {
    return this.#uploads;
  }

  get alive(): number {
    return this.#textures.size;
  }

  get(data: VoxelData): VolumeTexture | null {
    return this.#textures.get(data) ?? null;
  }

  /**
   * Texture of a voxel array, made where there is none yet. `exact` keeps 32-bit floats and no filtering, for doses.
   * Null where the card has no memory for it, even reduced.
   */
  obtain(grid: Grid, data: VoxelData, exact: boolean): VolumeTexture | null {
    const known = this.#textures.get(data);
    if (known) return known;
    for (let coarser = 1; coarser <= 8; coarser *= 2) {
      const made = this.#create(grid, data, exact, coarser);
      if (!made) continue;
      this.#textures.set(data, made);
      return made;
    }
    return null;
  }

  #create(grid: Grid, data: VoxelData, exact: boolean, coarser: number): VolumeTexture | null {
    const gl = this.#gl;
    const factors = reductionFactors(grid.dimensions, this.#limit, coarser);
    const size = grid.dimensions.map((n, a) => Math.ceil(n / factors[a]!)) as [number, number, number];
    const snorm = data instanceof Int16Array && this.#norm16;
    while (gl.getError() !== gl.NO_ERROR);
    const handle = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_3D, handle);
    gl.texStorage3D(gl.TEXTURE_3D, 1, snorm ? snorm.R16_SNORM_EXT : gl.R32F, ...size);
    const filter = exact || (!snorm && !this.#linear) ? gl.NEAREST : gl.LINEAR;
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MAG_FILTER, filter);
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R]) {
      gl.texParameteri(gl.TEXTURE_3D, wrap, gl.CLAMP_TO_EDGE);
    }
    if (gl.getError() !== gl.NO_ERROR) {
      gl.deleteTexture(handle);
      return null;
    }
    return {
      handle,
      format: snorm ? 'r16' : 'r32f',
      valueScale: snorm ? 32767 : 1,
      factors,
      size,
      from: 0,
      to: 0,
    };
  }

  /**
   * Uploads the next slab of what is `present` and not yet on the card, growing outwards from slice `around`.
   * True while more is waiting.
   */
  fill(grid: Grid, data: VoxelData, present: readonly [number, number], around: number): boolean {
    const texture = this.#textures.get(data);
    if (!texture) return false;
    const factor = texture.factors[2];
    const lowest = Math.ceil(present[0] / factor) * factor;
    // A texel layer is made when all of its slices are there; the last one may be thinner than the factor.
    const highest =
      present[1] >= grid.dimensions[2] ? grid.dimensions[2] : Math.floor(present[1] / factor) * factor;
    if (texture.from >= texture.to) {
      const start = Math.max(lowest, Math.min(highest - 1, Math.floor(around / factor) * factor));
      texture.from = texture.to = Math.max(lowest, Math.floor(start / factor) * factor);
    }
    const layerBytes = texture.size[0] * texture.size[1] * (texture.format === 'r16' ? 2 : 4);
    const slab = Math.max(1, Math.floor(SLAB_BYTES / layerBytes)) * factor;
    if (texture.to < highest && (around >= (texture.from + texture.to) / 2 || texture.from <= lowest)) {
      const to = Math.min(highest, texture.to + slab);
      this.#upload(grid, data, texture, texture.to, to);
      texture.to = to;
    } else if (texture.from > lowest) {
      const from = Math.max(lowest, texture.from - slab);
      this.#upload(grid, data, texture, from, texture.from);
      texture.from = from;
    }
    return texture.to < highest || texture.from > lowest;
  }

  #upload(grid: Grid, data: VoxelData, texture: VolumeTexture, from: number, to: number): void {
    const gl = this.#gl;
    this.#uploads++;
    const plane = grid.dimensions[0] * grid.dimensions[1];
    const factor = texture.factors[2];
    const layer = from / factor,
      layers = Math.ceil(to / factor) - layer;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_3D, texture.handle);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, texture.format === 'r16' ? 2 : 4);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    const plain = texture.factors.every((f) => f === 1);
    const type = texture.format === 'r16' ? gl.SHORT : gl.FLOAT;
    if (plain && texture.format === 'r16') {
      this.#slab(texture, layer, layers, type, data, from * plane);
    } else {
      const values = plain
        ? floatSlab(data, from * plane, to * plane)
        : reduceSlab(grid, data, texture.factors, from, to);
      this.#slab(
        texture,
        layer,
        layers,
        type,
        texture.format === 'r16' ? Int16Array.from(values, Math.round) : values,
        0,
      );
    }
  }

  #slab(
    texture: VolumeTexture,
    layer: number,
    layers: number,
    type: number,
    source: VoxelData,
    offset: number,
  ): void {
    const gl = this.#gl;
    gl.texSubImage3D(
      gl.TEXTURE_3D,
      0,
      0,
      0,
      layer,
      texture.size[0],
      texture.size[1],
      layers,
      gl.RED,
      type,
      source,
      offset,
    );
  }

  /** Frees the textures whose voxel array is not among `wanted`. */
  retain(wanted: ReadonlySet<VoxelData>): void {
    for (const [data, texture] of this.#textures) {
      if (wanted.has(data)) continue;
      this.#gl.deleteTexture(texture.handle);
      this.#textures.delete(data);
    }
  }

  dispose(): void {
    this.retain(new Set());
  }
}

/** A copy in which NaN is the shader's sign for "no value": comparisons with NaN are not reliable on every card. */
function floatSlab(data: VoxelData, from: number, to: number): Float32Array {
  const values = Float32Array.from(data.subarray(from, to));
  for (let n = 0; n < values.length; n++) if (Number.isNaN(values[n]!)) values[n] = noValue;
  return values;
}
