/** Triangles on which a field has one value. */
export interface Mesh {
  /** x, y, z per point. */
  readonly positions: Float32Array;
  /** Unit normals, the way the field falls. */
  readonly normals: Float32Array;
  /** Three point numbers per triangle. */
  readonly triangles: Uint32Array;
}

const EDGES: readonly (readonly [number, number])[] = [
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
  [0, 2],
  [1, 3],
  [4, 6],
  [5, 7],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
];

/**
 * Naive surface nets (Gibson, MICCAI 1998): one point per cell that the level passes through, at the mean of its edge
 * crossings; one quad per grid edge that is crossed. Coordinates are grid indices (i fastest in memory).
 */
export function surfaceNets(
  field: Float32Array,
  [nx, ny, nz]: readonly [number, number, number],
  level: number,
): Mesh {
  const positions: number[] = [],
    normals: number[] = [],
    triangles: number[] = [];
  const pointOf = new Int32Array(nx * ny * nz).fill(-1);
  const strides = [1, nx, nx * ny] as const;
  const corner = [0, 1, 2, 3, 4, 5, 6, 7].map(
    (c) => (c & 1) + ((c >> 1) & 1) * strides[1] + (c >> 2) * strides[2],
  );
  const values = new Float64Array(8);
  for (let k = 0; k + 1 < nz; k++) {
    for (let j = 0; j + 1 < ny; j++) {
      for (let i = 0; i + 1 < nx; i++) {
        const n = i + nx * (j + ny * k);
        let inside = 0;
        for (let c = 0; c < 8; c++) {
          values[c] = field[n + corner[c]!]!;
          if (values[c]! >= level) inside |= 1 << c;
        }
        if (inside === 0 || inside === 255) continue;
        pointOf[n] = positions.length / 3;
        const at = [0, 0, 0];
        let crossings = 0;
        for (const [a, b] of EDGES) {
          if (((inside >> a) & 1) === ((inside >> b) & 1)) continue;
          const t = (level - values[a]!) / (values[b]! - values[a]!);
          for (let axis = 0; axis < 3; axis++) {
            const from = (a >> axis) & 1;
            at[axis]! += from + t * (((b >> axis) & 1) - from);
          }
          crossings++;
        }
        positions.push(i + at[0]! / crossings, j + at[1]! / crossings, k + at[2]! / crossings);
        const slope = [0, 0, 0];
        for (let c = 0; c < 8; c++)
          for (let axis = 0; axis < 3; axis++) slope[axis]! += (c >> axis) & 1 ? -values[c]! : values[c]!;
        const length = Math.hypot(...slope) || 1;
        normals.push(slope[0]! / length, slope[1]! / length, slope[2]! / length);
      }
    }
  }
  for (let k = 1; k + 1 < nz; k++) {
    for (let j = 1; j + 1 < ny; j++) {
      for (let i = 1; i + 1 < nx; i++) {
        const n = i + nx * (j + ny * k);
        const here = field[n]! >= level;
        for (let axis = 0; axis < 3; axis++) {
          if (field[n + strides[axis]!]! >= level === here) continue;
          const p = strides[(axis + 1) % 3]!,
            q = strides[(axis + 2) % 3]!;
          const a = pointOf[n]!,
            b = pointOf[n - p]!,
            c = pointOf[n - p - q]!,
            d = pointOf[n - q]!;
          if (here) triangles.push(a, b, c, a, c, d);
          else triangles.push(a, c, b, a, d, c);
        }
      }
    }
  }
  return {
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    triangles: Uint32Array.from(triangles),
  };
}
