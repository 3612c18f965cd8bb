import { dot, type Vector3 } from '../../geometry/index.ts';
import type { Finding } from '../../model/index.ts';

/**
 * Axes of a stack of planes: unit, perpendicular, u × v = normal. The coordinates of a patient point are its dot
 * products with them (mm), so that an axial stack has (u, v, w) = (x, y, z).
 */
export interface PlaneFrame {
  readonly u: Vector3;
  readonly v: Vector3;
  readonly normal: Vector3;
}

/** What an ROI is on one plane: the even–odd combination of its closed contours there. Plain data. */
export interface PlaneSection {
  /** Position along the normal, mm. */
  readonly w: number;
  /** The contours as drawn, duplicates left out: u, v pairs, the first point not repeated. */
  readonly loops: readonly Float64Array[];
  /** u0, v0, u1, v1 of each edge of the outline; edges that lie on one another (keyhole channels) have cancelled. */
  readonly edges: Float64Array;
  /** mm², even–odd. */
  readonly area: number;
  /** Centroid of the area, u and v. */
  readonly centroid: readonly [number, number];
}

/** The planar contours of one ROI, ready for geometry. Plain data that workers can be sent. */
export interface PlaneStack {
  readonly name: string;
  readonly frame: PlaneFrame;
  /** Ascending in w. */
  readonly sections: readonly PlaneSection[];
  /** `linked[k]`: the ROI goes on between sections k and k + 1. One shorter than `sections`. */
  readonly linked: readonly boolean[];
  /** mm; null for a single plane whose images are not known. */
  readonly sliceDistance: number | null;
  readonly findings: readonly Finding[];
}

/** What lies beyond the outermost contours, also at gaps: prisms of half a slice distance, or nothing. */
export type EndCaps = 'half' | 'none';

export const frameCoordinates = (frame: PlaneFrame, p: Vector3): Vector3 => [
  dot(p, frame.u),
  dot(p, frame.v),
  dot(p, frame.normal),
];

/** LPS of (u, v, w). */
export const framePoint = (frame: PlaneFrame, u: number, v: number, w: number): Vector3 => [
  u * frame.u[0] + v * frame.v[0] + w * frame.normal[0],
  u * frame.u[1] + v * frame.v[1] + w * frame.normal[1],
  u * frame.u[2] + v * frame.v[2] + w * frame.normal[2],
];
