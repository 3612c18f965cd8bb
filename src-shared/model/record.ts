import type { Vector3 } from '../geometry/index.ts';
import type { Finding } from './finding.ts';

/** What an object is for Fluence, whatever its modality tag says: the SOP class decides. */
export type ObjectKind =
  | 'image'
  | 'structures'
  | 'plan'
  | 'dose'
  | 'registration'
  | 'segmentation'
  | 'document'
  | 'directory'
  | 'other';

/** What the library keeps of one DICOM instance: enough to list, link and open it without its file. Plain data. */
export interface InstanceRecord {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly kind: ObjectKind;
  readonly patient: {
    readonly id: string;
    readonly name: string;
    readonly birthDate: string;
    readonly sex: string;
  };
  readonly study: {
    readonly uid: string;
    readonly id: string;
    readonly date: string;
    readonly time: string;
    readonly description: string;
    readonly accession: string;
  };
  readonly series: {
    readonly uid: string;
    readonly number: number | null;
    readonly modality: string;
    readonly description: string;
    readonly date: string;
    readonly frameOfReferenceUid: string | null;
    readonly patientPosition: string;
    readonly manufacturer: string;
  };
  readonly instanceNumber: number | null;
  /** Structure-set label, plan label, dose comment … */
  readonly label: string;
  readonly image: {
    readonly rows: number;
    readonly columns: number;
    readonly frames: number;
    readonly bitsAllocated: number;
    readonly position: Vector3 | null;
    readonly orientation: readonly [number, number, number, number, number, number] | null;
    /** Row then column spacing, mm, as Pixel Spacing. */
    readonly pixelSpacing: readonly [number, number] | null;
    readonly sliceThickness: number | null;
    readonly imageType: readonly string[];
    /** What tells one pass over the patient from the next (acquisition number, phase, echo …), '' where not given. */
    readonly passes?: readonly string[];
  } | null;
  /** Objects this one refers to by UID. Image references carry their series where the file says so. */
  readonly references: readonly {
    readonly uid: string;
    readonly kind: ObjectKind | 'unknown';
    readonly seriesUid?: string;
  }[];
  /** All frames of reference the object speaks of (an RTSTRUCT may have several). */
  readonly frameOfReferenceUids: readonly string[];
  /** Facts shown in the library ('16 structures', '9 beams, 684.2 MU', 'max 74.21 Gy'); name → value. */
  readonly facts: Readonly<Record<string, string | number | null>>;
  /** Names inside the object that a search finds it by: structures, beams. */
  readonly names?: readonly string[];
  /** Repairs made while reading, and what is wrong with this object alone. */
  readonly findings: readonly Finding[];
}
