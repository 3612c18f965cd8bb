import type { ObjectKind } from '../../model/index.ts';

export interface SopClass {
  readonly kind: ObjectKind;
  readonly name: string;
}

const STORAGE = '1.2.840.10008.5.1.4.1.1.';

export const SopClassUid = {
  MediaStorageDirectory: '1.2.840.10008.1.3.10',
  CtImage: `${STORAGE}2`,
  EnhancedCtImage: `${STORAGE}2.1`,
  MrImage: `${STORAGE}4`,
  EnhancedMrImage: `${STORAGE}4.1`,
  MrSpectroscopy: `${STORAGE}4.2`,
  PetImage: `${STORAGE}128`,
  SecondaryCaptureImage: `${STORAGE}7`,
  RtImage: `${STORAGE}481.1`,
  RtDose: `${STORAGE}481.2`,
  RtStructureSet: `${STORAGE}481.3`,
  RtPlan: `${STORAGE}481.5`,
  RtIonPlan: `${STORAGE}481.8`,
  SpatialRegistration: `${STORAGE}66.1`,
  DeformableSpatialRegistration: `${STORAGE}66.3`,
  Segmentation: `${STORAGE}66.4`,
  LabelMapSegmentation: `${STORAGE}66.7`,
  EncapsulatedPdf: `${STORAGE}104.1`,
  EncapsulatedStl: `${STORAGE}104.3`,
} as const;

/** Rows: class UID below 1.2.840.10008.5.1.4.1.1, kind, name. Source: DICOM PS3.6 table A-1. */
const ROWS: readonly (readonly [string, ObjectKind, string])[] = [
  ['1', 'image', 'CR image'],
  ['1.1', 'image', 'Digital X-ray image'],
  ['1.1.1', 'image', 'Digital X-ray image'],
  ['1.2', 'image', 'Mammography image'],
  ['1.2.1', 'image', 'Mammography image'],
  ['1.3', 'image', 'Intra-oral X-ray image'],
  ['1.3.1', 'image', 'Intra-oral X-ray image'],
  ['2', 'image', 'CT image'],
  ['2.1', 'image', 'Enhanced CT image'],
  ['2.2', 'image', 'Legacy converted enhanced CT image'],
  ['3', 'image', 'Ultrasound multi-frame image'],
  ['3.1', 'image', 'Ultrasound multi-frame image'],
  ['4', 'image', 'MR image'],
  ['4.1', 'image', 'Enhanced MR image'],
  ['4.2', 'other', 'MR spectroscopy'],
  ['4.3', 'image', 'Enhanced MR colour image'],
  ['4.4', 'image', 'Legacy converted enhanced MR image'],
  ['5', 'image', 'Nuclear medicine image'],
  ['6', 'image', 'Ultrasound image'],
  ['6.1', 'image', 'Ultrasound image'],
  ['6.2', 'image', 'Enhanced ultrasound volume'],
  ['7', 'image', 'Secondary capture image'],
  ['7.1', 'image', 'Multi-frame single-bit secondary capture'],
  ['7.2', 'image', 'Multi-frame grey byte secondary capture'],
  ['7.3', 'image', 'Multi-frame grey word secondary capture'],
  ['7.4', 'image', 'Multi-frame true colour secondary capture'],
  ['12.1', 'image', 'X-ray angiography image'],
  ['12.1.1', 'image', 'Enhanced X-ray angiography image'],
  ['12.2', 'image', 'X-ray fluoroscopy image'],
  ['12.2.1', 'image', 'Enhanced X-ray fluoroscopy image'],
  ['13.1.1', 'image', 'X-ray 3D angiography image'],
  ['13.1.2', 'image', 'X-ray 3D craniofacial image'],
  ['13.1.3', 'image', 'Breast tomosynthesis image'],
  ['13.1.4', 'image', 'Breast projection X-ray image'],
  ['13.1.5', 'image', 'Breast projection X-ray image'],
  ['14.1', 'image', 'Intravascular OCT image'],
  ['14.2', 'image', 'Intravascular OCT image'],
  ['20', 'image', 'Nuclear medicine image'],
  ['30', 'image', 'Parametric map'],
  ['66', 'other', 'Raw data'],
  ['66.1', 'registration', 'Spatial registration'],
  ['66.2', 'registration', 'Spatial fiducials'],
  ['66.3', 'registration', 'Deformable spatial registration'],
  ['66.4', 'segmentation', 'Segmentation'],
  ['66.5', 'other', 'Surface segmentation'],
  ['66.7', 'segmentation', 'Label map segmentation'],
  ['67', 'other', 'Real world value mapping'],
  ['77.1.1', 'image', 'Endoscopic image'],
  ['77.1.2', 'image', 'Microscopic image'],
  ['77.1.3', 'image', 'Slide-coordinates microscopic image'],
  ['77.1.4', 'image', 'Photograph'],
  ['77.1.5.1', 'image', 'Ophthalmic photograph'],
  ['77.1.5.2', 'image', 'Ophthalmic photograph'],
  ['77.1.5.4', 'image', 'Ophthalmic tomography image'],
  ['77.1.6', 'image', 'Whole-slide image'],
  ['77.1.7', 'image', 'Dermoscopic photograph'],
  ['91.1', 'other', 'Microscopy annotations'],
  ['104.1', 'document', 'Encapsulated PDF'],
  ['104.2', 'document', 'Encapsulated CDA'],
  ['104.3', 'document', 'Encapsulated STL'],
  ['104.4', 'document', 'Encapsulated OBJ'],
  ['104.5', 'document', 'Encapsulated MTL'],
  ['128', 'image', 'PET image'],
  ['128.1', 'image', 'Legacy converted enhanced PET image'],
  ['130', 'image', 'Enhanced PET image'],
  ['481.1', 'image', 'RT image'],
  ['481.2', 'dose', 'RT dose'],
  ['481.3', 'structures', 'RT structure set'],
  ['481.4', 'other', 'RT beams treatment record'],
  ['481.5', 'plan', 'RT plan'],
  ['481.6', 'other', 'RT brachy treatment record'],
  ['481.7', 'other', 'RT treatment summary record'],
  ['481.8', 'plan', 'RT ion plan'],
  ['481.9', 'other', 'RT ion beams treatment record'],
];

const CLASSES = new Map<string, SopClass>(ROWS.map(([tail, kind, name]) => [STORAGE + tail, { kind, name }]));
CLASSES.set(SopClassUid.MediaStorageDirectory, { kind: 'directory', name: 'DICOM directory' });

/** Prefixes of whole families whose members Fluence lists without opening them. */
const FAMILIES: readonly (readonly [string, SopClass])[] = [
  [`${STORAGE}88.`, { kind: 'document', name: 'Structured report' }],
  [`${STORAGE}9.`, { kind: 'other', name: 'Waveform' }],
  [`${STORAGE}11.`, { kind: 'other', name: 'Presentation state' }],
  [`${STORAGE}481.`, { kind: 'other', name: 'RT object' }],
  ['1.2.840.10008.5.1.4.', { kind: 'other', name: 'DICOM object' }],
];

/** What a SOP class is for Fluence; undefined for classes that DICOM does not define (private ones). */
export const sopClassOf = (uid: string): SopClass | undefined =>
  CLASSES.get(uid) ?? FAMILIES.find(([prefix]) => uid.startsWith(prefix))?.[1];

const KIND_OF_MODALITY: Readonly<Record<string, ObjectKind>> = {
  RTSTRUCT: 'structures',
  RTPLAN: 'plan',
  RTDOSE: 'dose',
  REG: 'registration',
  SEG: 'segmentation',
  SR: 'document',
  DOC: 'document',
  CT: 'image',
  MR: 'image',
  PT: 'image',
  NM: 'image',
  US: 'image',
  CR: 'image',
  DX: 'image',
  MG: 'image',
  XA: 'image',
  RF: 'image',
  OT: 'image',
  SC: 'image',
  RTIMAGE: 'image',
};

/** Kind by Modality, for files that name no SOP class; undefined where the modality says nothing. */
export const kindOfModality = (modality: string): ObjectKind | undefined => KIND_OF_MODALITY[modality];

export const TransferSyntaxUid = {
  ImplicitVRLittleEndian: '1.2.840.10008.1.2',
  ExplicitVRLittleEndian: '1.2.840.10008.1.2.1',
  DeflatedExplicitVRLittleEndian: '1.2.840.10008.1.2.1.99',
  ExplicitVRBigEndian: '1.2.840.10008.1.2.2',
  JpegBaseline: '1.2.840.10008.1.2.4.50',
  JpegExtended: '1.2.840.10008.1.2.4.51',
  JpegLosslessSelection1: '1.2.840.10008.1.2.4.70',
  JpegLsLossless: '1.2.840.10008.1.2.4.80',
  JpegLsNearLossless: '1.2.840.10008.1.2.4.81',
  Jpeg2000Lossless: '1.2.840.10008.1.2.4.90',
  Jpeg2000: '1.2.840.10008.1.2.4.91',
  RleLossless: '1.2.840.10008.1.2.5',
  DeflatedFrames: '1.2.840.10008.1.2.8.1',
} as const;

/** How pixel data are packed. 'video' and 'unknown' cannot be decoded. */
export type Packing =
  | 'native'
  | 'rle'
  | 'jpeg'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'htj2k'
  | 'deflated-frames'
  | 'video'
  | 'referenced'
  | 'unknown';

export interface TransferSyntax {
  readonly name: string;
  readonly packing: Packing;
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  readonly deflated: boolean;
}

const little = (name: string, packing: Packing): TransferSyntax => ({
  name,
  packing,
  explicit: true,
  littleEndian: true,
  deflated: false,
});

const SYNTAXES = new Map<string, TransferSyntax>([
  ['1.2.840.10008.1.2', { ...little('Implicit VR little endian', 'native'), explicit: false }],
  ['1.2.840.10008.1.2.1', little('Explicit VR little endian', 'native')],
  ['1.2.840.10008.1.2.1.98', little('Encapsulated uncompressed', 'native')],
  ['1.2.840.10008.1.2.1.99', { ...little('Deflated explicit VR little endian', 'native'), deflated: true }],
  ['1.2.840.10008.1.2.2', { ...little('Explicit VR big endian', 'native'), littleEndian: false }],
  ['1.2.840.10008.1.2.5', little('RLE lossless', 'rle')],
  ['1.2.840.10008.1.2.8.1', little('Deflated image frames', 'deflated-frames')],
  ['1.2.840.10008.1.2.4.50', little('JPEG baseline', 'jpeg')],
  ['1.2.840.10008.1.2.4.51', little('JPEG extended', 'jpeg')],
  ['1.2.840.10008.1.2.4.53', little('JPEG spectral selection', 'jpeg')],
  ['1.2.840.10008.1.2.4.55', little('JPEG full progression', 'jpeg')],
  ['1.2.840.10008.1.2.4.57', little('JPEG lossless', 'jpeg')],
  ['1.2.840.10008.1.2.4.70', little('JPEG lossless, selection value 1', 'jpeg')],
  ['1.2.840.10008.1.2.4.80', little('JPEG-LS lossless', 'jpeg-ls')],
  ['1.2.840.10008.1.2.4.81', little('JPEG-LS near lossless', 'jpeg-ls')],
  ['1.2.840.10008.1.2.4.90', little('JPEG 2000 lossless', 'jpeg-2000')],
  ['1.2.840.10008.1.2.4.91', little('JPEG 2000', 'jpeg-2000')],
  ['1.2.840.10008.1.2.4.201', little('HTJ2K lossless', 'htj2k')],
  ['1.2.840.10008.1.2.4.202', little('HTJ2K lossless RPCL', 'htj2k')],
  ['1.2.840.10008.1.2.4.203', little('HTJ2K', 'htj2k')],
  ['1.2.840.10008.1.2.4.94', little('JPIP referenced', 'referenced')],
  ['1.2.840.10008.1.2.4.95', { ...little('JPIP referenced deflated', 'referenced'), deflated: true }],
  ['1.2.840.10008.1.2.4.204', little('JPIP HTJ2K referenced', 'referenced')],
  ['1.2.840.10008.1.2.4.205', { ...little('JPIP HTJ2K referenced deflated', 'referenced'), deflated: true }],
  ['1.2.840.10008.1.2.4.100', little('MPEG-2 main profile', 'video')],
  ['1.2.840.10008.1.2.4.101', little('MPEG-2 high level', 'video')],
  ['1.2.840.10008.1.2.4.102', little('MPEG-4 AVC', 'video')],
  ['1.2.840.10008.1.2.4.103', little('MPEG-4 AVC BD-compatible', 'video')],
  ['1.2.840.10008.1.2.4.104', little('MPEG-4 AVC 2D', 'video')],
  ['1.2.840.10008.1.2.4.105', little('MPEG-4 AVC 3D', 'video')],
  ['1.2.840.10008.1.2.4.106', little('MPEG-4 AVC stereo', 'video')],
  ['1.2.840.10008.1.2.4.107', little('HEVC main profile', 'video')],
  ['1.2.840.10008.1.2.4.108', little('HEVC main 10 profile', 'video')],
]);

/** Transfer syntaxes that are not known are read as explicit VR little endian, as DICOM demands of every compressed one. */
export const transferSyntaxOf = (uid: string): TransferSyntax =>
  SYNTAXES.get(uid) ?? little(`the transfer syntax ${uid || '(none)'}`, 'unknown');
