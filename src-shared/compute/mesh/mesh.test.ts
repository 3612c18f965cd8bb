import { describe, expect, it } from 'vitest';
import { surfaceNets, surfaceOfContours, type Mesh } from './index.ts';

const ring = (radius: number, z: number): { type: string; points: Float64Array } => ({
  type: 'CLOSED_PLANAR',
  points: Float64Array.from({ length: 3 * 90 }, (_, n) => {
    const a = (Math.floor(n / 3) * Math.PI) / 45;
    return [10 + radius * Math.cos(a), -5 + radius * Math.sin(a), z][n % 3]!;
  }),
});
const ball = Array.from({ length: 19 }, (_, n) => ring(Math.sqrt(30 ** 2 - (3 * (n - 9)) ** 2), 3 * (n - 9)));

/** By the divergence theorem: right only where the mesh is closed and turned outwards. */
function volume({ positions, triangles }: Mesh): number {
  let sum = 0;
  for (let n = 0; n < triangles.length; n += 3) {
    const [a, b, c] = [0, 1, 2].map((v) => {
      const at = 3 * triangles[n + v]!;
      return [positions[at]!, positions[at + 1]!, positions[at + 2]!] as const;
    }) as [
      readonly [number, number, number],
      readonly [number, number, number],
      readonly [number, number, number],
    ];
    sum +=
      a[0] * (b[1] * c[2] - b[2] * c[1]) +
      a[1] * (b[2] * c[0] - b[0] * c[2]) +
      a[2] * (b[0] * c[1] - b[1] * c[0]);
  }
  return sum / 6;
}

describe('meshes', () => {
  it('M1: a ball is closed, turned outwards and has its volume', () => {
    const side = 30;
    const field = Float32Array.from({ length: side ** 3 }, (_, n) => {
      const [i, j, k] = [n % side, Math.floor(n / side) % side, Math.floor(n / side ** 2)];
      return 10 - Math.hypot(i - 14.3, j - 15.1, k - 14.8);
    });
    const mesh = surfaceNets(field, [side, side, side], 0);
    expect(volume(mesh) / ((4 / 3) * Math.PI * 1000)).toBeCloseTo(1, 1);
    const edges = new Map<string, number>();
    for (let n = 0; n < mesh.triangles.length; n++) {
      const a = mesh.triangles[n]!,
        b = mesh.triangles[n % 3 === 2 ? n - 2 : n + 1]!;
      const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
      edges.set(key, (edges.get(key) ?? 0) + (a < b ? 1 : -1));
    }
    expect([...edges.values()].every((sum) => sum === 0)).toBe(true);
    for (let n = 0; n < mesh.positions.length; n += 3) {
      const from = [mesh.positions[n]! - 14.3, mesh.positions[n + 1]! - 15.1, mesh.positions[n + 2]! - 14.8];
      const outward = from.reduce((sum, part, axis) => sum + part * mesh.normals[n + axis]!, 0);
      expect(outward / Math.hypot(...from)).toBeGreaterThan(0.99);
    }
  });

  it('M2: the surface of a ball lies on its contours', () => {
    const surface = surfaceOfContours({ contours: ball, imageDistance: 3, voxels: 60_000 })!;
    expect(surface.planes).toMatchObject({ normal: [0, 0, 1], distance: 3 });
    let furthest = 0;
    for (let n = 0; n < surface.positions.length; n += 3) {
      const [x, y, z] = surface.positions.subarray(n, n + 3) as unknown as [number, number, number];
      if (Math.abs(z) < 24) furthest = Math.max(furthest, Math.abs(Math.hypot(x - 10, y + 5, z) - 30));
    }
    // Voxels are 1.6 mm.
    expect(furthest).toBeLessThan(2.4);
    expect(furthest).toBeGreaterThan(0);
  });

  it('M2: what has no volume has no surface', () => {
    expect(surfaceOfContours({ contours: [], imageDistance: 3, voxels: 1000 })).toBeNull();
    const point = { type: 'POINT', points: Float64Array.of(1, 2, 3) };
    expect(surfaceOfContours({ contours: [point], imageDistance: 3, voxels: 1000 })).toBeNull();
  });
});
