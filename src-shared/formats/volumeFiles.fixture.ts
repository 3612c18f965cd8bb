import { affineFromColumns, distance, voxelCentre, type Vector3 } from '../geometry/index.ts';
import { Failure, type Volume } from '../model/index.ts';

/** A small oblique, anisotropic volume with values of both signs. */
export const oblique = (): Volume => {
  const c = Math.cos(0.4),
    s = Math.sin(0.4);
  return {
    dimensions: [4, 3, 2],
    unit: 'stored',
    frameOfReferenceUid: null,
    padding: null,
    affine: affineFromColumns(
      [0.9 * c, 0.9 * s, 0],
      [-1.36 * s, 1.36 * c, 1.02],
      [1.98 * s, -1.98 * c, 2.64],
      [-31.25, 12.5, 207.75],
    ),
    data: Int16Array.from({ length: 24 }, (_, i) => i * 171 - 1024),
  };
};

/** Largest distance of a corner of one grid from that of the other, mm. */
export function worst(a: Volume, b: Volume): number {
  const corners: Vector3[] = [
    [0, 0, 0],
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 1, 1],
  ];
  return Math.max(
    ...corners.map((c) => {
      const at: Vector3 = [
        c[0] * (a.dimensions[0] - 1),
        c[1] * (a.dimensions[1] - 1),
        c[2] * (a.dimensions[2] - 1),
      ];
      return distance(voxelCentre(a, at), voxelCentre(b, at));
    }),
  );
}

/** Passes where `read` is refused with a sentence that matches; throws otherwise. */
export function refused(read: () => unknown, pattern: RegExp): void {
  try {
    read();
  } catch (error) {
    if (error instanceof Failure && pattern.test(error.message)) return;
    throw error;
  }
  throw new Error(`nothing was refused that should say ${pattern}`);
}
export const text = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'));
export const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((p) => [...p]));
