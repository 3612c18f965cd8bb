import type { Finding } from './finding.ts';

/** Contour Geometric Type (3006,0042). */
export type ContourType = 'CLOSED_PLANAR' | 'CLOSEDPLANAR_XOR' | 'OPEN_PLANAR' | 'OPEN_NONPLANAR' | 'POINT';

export interface Contour {
  readonly type: ContourType;
  /** x, y, z triples, LPS mm. */
  readonly points: Float64Array;
  readonly referencedImageUid: string | null;
}

export type Colour = readonly [number, number, number];

export interface Roi {
  readonly number: number;
  readonly name: string;
  /** RT ROI Interpreted Type ('PTV', 'ORGAN', 'EXTERNAL' …), '' where not given. */
  readonly type: string;
  /** 0 to 255; null where the file gives none. */
  readonly colour: Colour | null;
  readonly frameOfReferenceUid: string | null;
  readonly contours: readonly Contour[];
}

export interface StructureSet {
  readonly sopInstanceUid: string;
  readonly label: string;
  readonly date: string;
  readonly approval: string;
  readonly frameOfReferenceUids: readonly string[];
  /** Series whose images the contours were drawn on. */
  readonly referencedSeriesUids: readonly string[];
  readonly referencedImageUids: readonly string[];
  readonly rois: readonly Roi[];
  readonly findings: readonly Finding[];
}
