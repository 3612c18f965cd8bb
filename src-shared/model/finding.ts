/**
 * What Fluence says about an object: a refusal, a repair, a broken link, an assumption. The codes are a
 * closed set, because the window, the command line and the import report all show the same ones.
 */
export const FINDING_CODES = [
  // The file as a file
  'NOT_DICOM',
  'FILE_EMPTY',
  'FILE_TRUNCATED',
  'FILE_UNREADABLE',
  'FILE_MALFORMED',
  'FILE_TOO_LARGE',
  'TRANSFER_SYNTAX_UNSUPPORTED',
  'PIXEL_DATA_MISSING',
  'PIXEL_DATA_MALFORMED',
  'REQUIRED_TAG_MISSING',
  'VALUE_INVALID',
  'LINK_NOT_FOLLOWED',
  'DICOMDIR_ESCAPES',
  'DIRECTORY_FILE',
  // Archives
  'ARCHIVE_MALFORMED',
  'ARCHIVE_PATH_ESCAPES',
  'ARCHIVE_ENCRYPTED',
  'ARCHIVE_NESTED',
  'ARCHIVE_LIMIT',
  'ARCHIVE_LINK',
  // Repairs
  'META_HEADER_MISSING',
  'TRANSFER_SYNTAX_WRONG',
  'CHARACTER_SET_ASSUMED',
  'VALUE_REPAIRED',
  'MODALITY_CORRECTED',
  // The same instance twice
  'DUPLICATE_SOP_INSTANCE_IDENTICAL',
  'DUPLICATE_SOP_INSTANCE_CONFLICT',
  // Series geometry
  'SLICE_GAP',
  'DUPLICATE_SLICE_POSITION',
  'UNEVEN_SPACING',
  'GANTRY_TILT',
  'ORIENTATION_MIXED',
  'POSITION_MISSING',
  'NON_SQUARE_PIXELS',
  'SINGLE_SLICE',
  'LOCALIZER_LEFT_OUT',
  'FRAME_OF_REFERENCE_MISSING',
  'FRAME_OF_REFERENCE_MIXED',
  'SIZE_MIXED',
  'VALUES_MIXED',
  'PADDING_PRESENT',
  'VALUES_ROUNDED',
  // Links among objects
  'REFERENCED_IMAGES_MISSING',
  'REFERENCED_STRUCTURE_SET_MISSING',
  'REFERENCED_PLAN_MISSING',
  'FRAME_OF_REFERENCE_MISMATCH',
  'REFERENCE_INVALID',
  // Structures
  'ROI_EMPTY',
  'CONTOUR_GAP',
  'CONTOUR_DUPLICATE',
  'CONTOUR_CROSSING',
  'CONTOUR_TINY',
  'CONTOUR_NOT_PLANAR',
  'CONTOUR_OBLIQUE',
  'SINGLE_PLANE_NO_VOLUME',
  // Dose
  'DOSE_EMPTY',
  'DOSE_NO_VALUE_MARKER',
  'DOSE_RELATIVE',
  'DOSE_KIND',
  'DOSE_OUTSIDE_GRID',
  'DOSE_GRID_DESCENDING',
  'DOSE_PLANE_ONLY',
  // Plan
  'METERSET_WEIGHT_NOT_ONE',
  'METERSET_MISSING',
  'BEAM_WITHOUT_METERSET',
  'COUCH_TURN_UNSUPPORTED',
  'PATIENT_POSITION_MISSING',
  // Everything that has a sentence of its own but no decision hangs on it
  'NOTE',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'information' | 'warning' | 'error';
  /** One sentence a person can act on. */
  readonly message: string;
  /** '(gggg,eeee)' where one tag is to blame. */
  readonly tag?: string;
  /** File names as the user offered them. */
  readonly files?: readonly string[];
  /** SOP Instance UIDs concerned. */
  readonly objects?: readonly string[];
}
