import { bendOf, STRAIGHT } from './bend.ts';
import type { Coat, DemoDefinition } from './definition.ts';
import { cover, easelAt, type Easel } from './easel.ts';
import { addTexture, bellShaped, hash } from './random.ts';
import { solidOf, type Solid } from './solid.ts';

export interface Painted {
  /** HU without noise, and with it; i fastest. */
  readonly clean: Int16Array;
  readonly noisy: Int16Array;
  /** 1 where the voxel's centre is in the body. */
  readonly body: Uint8Array;
}

const AIR = -1000;
/** Between the bundles of a muscle, where its texture is this low, there is fat. */
const STREAK_BELOW = -0.55;

interface Paint {
  readonly solid: Solid;
  readonly coat: Coat;
}

/** A muscle's sheath of fat is a coat of its own, under it. */
function paints(coats: readonly Coat[], definition: DemoDefinition): Paint[] {
  return coats.flatMap((coat) => {
    const own = { coat, solid: solidOf(coat.shape, definition.shapes) };
    if (coat.sheath === undefined) return [own];
    const shape = { kind: 'grow', of: coat.shape, by: coat.sheath.width } as const;
    return [{ coat: { shape, hu: coat.sheath.hu }, solid: solidOf(shape, definition.shapes) }, own];
  });
}

/** The CT: coats painted over one another with soft edges (partial volume) in thin slices, then averaged, then noise. */
export function paintAnatomy(definition: DemoDefinition): Painted {
  const { image } = definition,
    [nx, ny, nz] = image.dimensions,
    plane = nx * ny;
  const x = Float64Array.from({ length: nx }, (_, i) => image.origin[0] + i * image.spacing[0]);
  const y = Float64Array.from({ length: ny }, (_, j) => image.origin[1] + j * image.spacing[1]);
  const couch = paints(definition.couch, definition),
    coats = paints(definition.coats, definition);
  const bodySolid = solidOf(definition.body, definition.shapes),
    bend = bendOf(definition.bend);
  const clean = new Int16Array(plane * nz),
    body = new Uint8Array(plane * nz);
  const edge = (image.spacing[0] + image.spacing[1]) / 2;
  const canvas = new Float64Array(plane),
    sum = new Float64Array(plane),
    none = new Float64Array(plane),
    grain = new Float64Array(plane);

  const coatOver = (easel: Easel, { coat, solid }: Paint, z: number, texture: Float64Array): void => {
    const section = solid(z),
      textured = coat.texture ?? 0,
      streak = coat.streak ?? 0;
    if (section === null) return;
    cover(easel, section, edge, (n, share) => {
      const g = texture[n]!,
        hu = coat.hu + textured * g - streak * Math.max(0, STREAK_BELOW - g);
      canvas[n] = canvas[n]! + share * (hu - canvas[n]!);
    });
  };

  for (let k = 0; k < nz; k++) {
    const z = image.origin[2] + k * image.spacing[2];
    sum.fill(0);
    grain.fill(0);
    addTexture(grain, { x, y, z }, 4.5, 0.75, image.seed + 1);
    addTexture(grain, { x, y, z }, 13, 0.65, image.seed + 2);
    for (let s = 0; s < image.subSlices; s++) {
      const thin = z + ((s + 0.5) / image.subSlices - 0.5) * image.spacing[2];
      const room = easelAt(x, y, thin, STRAIGHT),
        patient = easelAt(x, y, thin, bend);
      canvas.fill(AIR);
      for (const paint of couch) coatOver(room, paint, thin, none);
      for (const paint of coats) coatOver(patient, paint, thin, grain);
      for (let n = 0; n < plane; n++) sum[n] = sum[n]! + canvas[n]!;
    }
    for (let n = 0; n < plane; n++) clean[k * plane + n] = Math.round(sum[n]! / image.subSlices);
    const outline = bodySolid(z);
    if (outline !== null)
      cover(
        easelAt(x, y, z, bend),
        outline,
        edge,
        (n, share) => (body[k * plane + n] = share >= 0.5 ? 1 : 0),
      );
  }
  return { clean, noisy: addNoise(clean, definition), body };
}

/** Noise with the grain of a reconstruction: white noise smoothed over neighbours in the slice, weaker in air. */
function addNoise(clean: Int16Array, definition: DemoDefinition): Int16Array {
  const { dimensions, noise, seed } = definition.image,
    [nx, ny, nz] = dimensions,
    plane = nx * ny;
  const noisy = new Int16Array(clean.length),
    white = new Float64Array(plane),
    rows = new Float64Array(plane);
  // Smoothing by (1 2 1)/4 along both axes leaves 3/8 of the standard deviation
  const strength = (noise * 8) / 3;
  for (let k = 0; k < nz; k++) {
    for (let n = 0; n < plane; n++) white[n] = bellShaped(hash(n, k, 0, seed));
    for (let n = 0; n < plane; n++)
      rows[n] = (white[Math.max(0, n - 1)]! + 2 * white[n]! + white[Math.min(plane - 1, n + 1)]!) / 4;
    for (let n = 0; n < plane; n++) {
      const value = clean[k * plane + n]!,
        above = rows[n < nx ? n : n - nx]!,
        below = rows[n >= plane - nx ? n : n + nx]!;
      const share = value <= -950 ? 0.35 : 1;
      noisy[k * plane + n] = Math.max(
        -1024,
        Math.round(value + (share * strength * (above + 2 * rows[n]! + below)) / 4),
      );
    }
  }
  return noisy;
}
