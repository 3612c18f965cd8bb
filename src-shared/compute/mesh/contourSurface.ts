import {
  transformDirection,
  transformPoint,
  type Affine,
  type Grid,
  type Vector3,
} from '../../geometry/index.ts';
import type { ContourType } from '../../model/index.ts';
import { rasterise, stackPlanes, type PlaneStack } from '../contours/index.ts';
import type { Task } from '../tasks/index.ts';
import { surfaceNets, type Mesh } from './surfaceNets.ts';

export interface ContourSurfaceInput {
  readonly contours: readonly { readonly type: string; readonly points: Float64Array }[];
  /** Distance of the images, mm: that of a single contour plane. */
  readonly imageDistance: number;
  /** Voxels of the mask from which the surface is made, about. */
  readonly voxels: number;
}

/** A surface in LPS mm; null for an ROI without a volume. */
export interface ContourSurface extends Mesh {
  /** The planes of the contours: unit normal, position of one along it and their distance, mm. */
  readonly planes: { readonly normal: Vector3; readonly at: number; readonly distance: number };
}

/** Finer voxels than this show nothing more, coarser ones lose the shape; mm. */
const FINEST = 0.8;
const COARSEST = 6;
/** Empty voxels around the mask. */
const BORDER = 3;

/**
 * The surface of an ROI for looking at, not for measuring: the mask of the DVH's own interpolation between contours,
 * smoothed over a voxel and a half.
 */
export function surfaceOfContours(input: ContourSurfaceInput): ContourSurface | null {
  const stack = stackPlanes(
    {
      number: 0,
      name: '',
      type: '',
      colour: null,
      frameOfReferenceUid: null,
      contours: input.contours.map(({ type, points }) => ({
        type: type as ContourType,
        points,
        referencedImageUid: null,
      })),
    },
    { imageDistance: input.imageDistance },
  );
  const grid = gridOf(stack, input.voxels);
  const first = stack.sections[0];
  if (!grid || !first) return null;
  const [nx, ny, nz] = grid.dimensions as [number, number, number];
  const field = Float32Array.from(rasterise(stack, grid));
  for (let pass = 0; pass < 2; pass++)
    for (const [count, stride] of [
      [nx, 1],
      [ny, nx],
      [nz, nx * ny],
    ] as const)
      smooth(field, count, stride);
  const mesh = surfaceNets(field, [nx, ny, nz], 0.5);
  if (mesh.triangles.length === 0) return null;
  const spacing = Math.hypot(grid.affine[0], grid.affine[4], grid.affine[8]);
  for (let n = 0; n < mesh.positions.length; n += 3) {
    const at: Vector3 = [mesh.positions[n]!, mesh.positions[n + 1]!, mesh.positions[n + 2]!];
    const way: Vector3 = [mesh.normals[n]!, mesh.normals[n + 1]!, mesh.normals[n + 2]!];
    mesh.positions.set(transformPoint(grid.affine, at), n);
    mesh.normals.set(
      transformDirection(grid.affine, way).map((part) => part / spacing),
      n,
    );
  }
  return {
    ...mesh,
    planes: { normal: stack.frame.normal, at: first.w, distance: stack.sliceDistance ?? input.imageDistance },
  };
}

/** Cubic voxels along the axes of the contours' planes. */
function gridOf(stack: PlaneStack, voxels: number): Grid | null {
  const { frame, sections } = stack;
  const half = (stack.sliceDistance ?? 0) / 2;
  const least = [Infinity, Infinity, Infinity],
    greatest = [-Infinity, -Infinity, -Infinity];
  const hold = (axis: number, value: number): void => {
    if (value < least[axis]!) least[axis] = value;
    if (value > greatest[axis]!) greatest[axis] = value;
  };
  for (const { w, loops } of sections) {
    hold(2, w - half);
    hold(2, w + half);
    for (const loop of loops) for (let n = 0; n < loop.length; n++) hold(n % 2, loop[n]!);
  }
  const sides = [0, 1, 2].map((axis) => greatest[axis]! - least[axis]!);
  if (!sides.every((side) => Number.isFinite(side) && side > 0)) return null;
  const h = Math.min(COARSEST, Math.max(FINEST, Math.cbrt((sides[0]! * sides[1]! * sides[2]!) / voxels)));
  const dimensions = sides.map((side) => Math.ceil(side / h) + 1 + 2 * BORDER) as [number, number, number];
  const origin = [0, 1, 2].map((axis) => least[axis]! - BORDER * h);
  const axes = [frame.u, frame.v, frame.normal] as const;
  const affine = [0, 1, 2].flatMap((row) => [
    ...axes.map((axis) => axis[row as 0 | 1 | 2] * h),
    axes.reduce((sum, axis, n) => sum + axis[row as 0 | 1 | 2] * origin[n]!, 0),
  ]);
  return { dimensions, affine: affine as unknown as Affine };
}

/** (1 2 1) / 4 along one axis; the border is empty. */
function smooth(field: Float32Array, count: number, stride: number): void {
  const block = stride * count;
  for (let start = 0; start < field.length; start += block) {
    for (let o = start; o < start + stride; o++) {
      let before = 0;
      for (let c = 0, n = o; c < count; c++, n += stride) {
        const here = field[n]!,
          after = c + 1 < count ? field[n + stride]! : 0;
        field[n] = (before + 2 * here + after) / 4;
        before = here;
      }
    }
  }
}

export const contourSurface: Task<ContourSurfaceInput, ContourSurface | null> = {
  name: 'mesh.contourSurface',
  run: surfaceOfContours,
  transfer: (surface) =>
    surface
      ? [surface.positions, surface.normals, surface.triangles].map((values) => values.buffer as ArrayBuffer)
      : [],
};
