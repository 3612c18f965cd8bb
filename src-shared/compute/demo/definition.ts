import type { PatientPosition, Vector3 } from '../../geometry/index.ts';
import { Failure, type Colour } from '../../model/index.ts';

type Point2 = readonly [number, number];

/** A solid in patient space, LPS mm. A text names one of the definition's `shapes`. */
export type Shape =
  | string
  /** `turn`: degrees about z. */
  | { readonly kind: 'ellipsoid'; readonly centre: Vector3; readonly radii: Vector3; readonly turn?: number }
  /** Superellipses in axial planes, smooth between them; flat at the first and last z. */
  | {
      readonly kind: 'stack';
      readonly exponent?: 2 | 2.5;
      readonly sections: readonly {
        readonly z: number;
        readonly centre: Point2;
        readonly radii: Point2;
        readonly turn?: number;
      }[];
    }
  /** Thick lines in axial planes, all with the same number of points, smooth between the planes. */
  | {
      readonly kind: 'blade';
      readonly sections: readonly {
        readonly z: number;
        readonly points: readonly Point2[];
        readonly radius: number;
      }[];
    }
  /** A bent round tube: x, y, z and radius along its axis. */
  | { readonly kind: 'tube'; readonly points: readonly (readonly [number, number, number, number])[] }
  | { readonly kind: 'box'; readonly from: Vector3; readonly to: Vector3 }
  /** Rounded where parts meet, over about `blend` mm. */
  | { readonly kind: 'union'; readonly of: readonly Shape[]; readonly blend?: number }
  | { readonly kind: 'within'; readonly of: readonly Shape[]; readonly blend?: number }
  | {
      readonly kind: 'without';
      readonly of: Shape;
      readonly minus: readonly Shape[];
      readonly blend?: number;
    }
  /** Grown (or shrunk) by so many mm, then shifted. */
  | { readonly kind: 'grow'; readonly of: Shape; readonly by: number; readonly shift?: Vector3 }
  /** The solid and its mirror image in x = 0. */
  | { readonly kind: 'both'; readonly of: Shape }
  /** Its mirror image alone. */
  | { readonly kind: 'mirror'; readonly of: Shape };

/** One coat of the painting: where `shape` is, the picture becomes `hu`. */
export interface Coat {
  readonly shape: Shape;
  readonly hu: number;
  /** HU per standard deviation of the texture. */
  readonly texture?: number;
  /** HU lost where the texture is low: fat between the bundles of a muscle. */
  readonly streak?: number;
  /** A layer around the shape, mm thick, painted under it. */
  readonly sheath?: { readonly width: number; readonly hu: number };
}

export interface RoiDefinition {
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly colour: Colour;
  readonly shape: Shape;
  /** Distance of the lattice on which its outline is traced, mm. */
  readonly step: number;
}

export interface BeamDefinition {
  readonly name: string;
  readonly gantry: number;
  readonly collimator: number;
  readonly couch: number;
  /** Share of the dose at the isocentre, relative to the other beams. */
  readonly weight: number;
}

export interface PlanDefinition {
  readonly label: string;
  readonly name: string;
  readonly description: string;
  readonly machine: string;
  readonly energy: number;
  readonly sourceAxisDistance: number;
  readonly target: string;
  readonly margin: number;
  readonly prescribedDose: number;
  readonly fractions: number;
  readonly beams: readonly BeamDefinition[];
  /** Leaf boundaries: so many leaves of each width, from negative to positive, mm at the isocentre plane. */
  readonly leaves: readonly { readonly count: number; readonly width: number }[];
}

/** An analytic beam: depth dose × inverse square × the aperture's fluence. Lengths mm, μ per mm of water. */
export interface DoseDefinition {
  readonly spacing: number;
  readonly attenuation: number;
  readonly buildUp: { readonly share: number; readonly depth: number };
  readonly penumbra: number;
  readonly scatter: { readonly share: number; readonly width: number };
  readonly transmission: number;
  /** D95 of the target in per cent of the prescription. */
  readonly coverage: number;
}

export interface DemoDefinition {
  readonly format: 1;
  readonly patient: {
    readonly id: string;
    readonly name: string;
    readonly birthDate: string;
    readonly sex: string;
    readonly comments: string;
  };
  readonly study: {
    readonly id: string;
    readonly date: string;
    readonly time: string;
    readonly description: string;
  };
  readonly patientPosition: PatientPosition;
  readonly bodyPart: string;
  readonly image: {
    readonly dimensions: Vector3;
    readonly spacing: Vector3;
    /** Centre of the first voxel. */
    readonly origin: Vector3;
    readonly subSlices: number;
    readonly noise: number;
    readonly seed: number;
  };
  /** A gentle bending of the whole patient, so that left and right are not mirror images: mm and mm per turn. */
  readonly bend: { readonly amplitude: number; readonly period: number };
  readonly body: string;
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Painted one after the other, each over those before. `couch` lies outside the patient and is not bent. */
  readonly couch: readonly Coat[];
  readonly coats: readonly Coat[];
  readonly rois: readonly RoiDefinition[];
  readonly plan: PlanDefinition;
  readonly dose: DoseDefinition;
}

const PARTS = [
  'patient',
  'study',
  'image',
  'bend',
  'shapes',
  'couch',
  'coats',
  'rois',
  'plan',
  'dose',
] as const;

/**
 * The definition in a JSON document that ships with the product.
 * @throws Failure INPUT_NOT_USABLE where it is another document, or of another format.
 */
export function readDemoDefinition(document: unknown): DemoDefinition {
  const candidate = (
    typeof document === 'object' && document !== null ? document : {}
  ) as Partial<DemoDefinition>;
  if (candidate.format !== 1)
    throw new Failure('INPUT_NOT_USABLE', 'This is not a demo patient definition of format 1.');
  const missing = PARTS.filter((part) => typeof candidate[part] !== 'object');
  if (missing.length > 0)
    throw new Failure('INPUT_NOT_USABLE', `The demo patient definition lacks ${missing.join(', ')}.`);
  return candidate as DemoDefinition;
}
