import { z } from 'zod';
import { VOLUME_UNITS } from '../model/index.ts';
import { bulk, colour, figure, finding, grid, uid, vector3 } from './common.ts';
import { defineDomain } from './contract.ts';

/** One image volume that can be opened: what its headers say. */
export const volumeInfo = grid.extend({
  uid: z.string(),
  modality: z.string(),
  description: z.string(),
  unit: z.enum(VOLUME_UNITS),
  frameOfReferenceUid: z.string().nullable(),
  patientPosition: z.string(),
  /** All volumes that the series holds, the largest first, and the number of this one. */
  volumes: z.array(z.object({ number: z.number().int(), label: z.string(), refusal: z.string().nullable() })),
  number: z.number().int(),
  padding: z.object({ from: z.number(), to: z.number() }).nullable(),
  data: bulk,
});
export type VolumeInfo = z.output<typeof volumeInfo>;

/** Which volume of a series of several, from 1; null for the one to look at first. */
const choice = z.number().int().min(1).max(100_000).nullable();

/** What only all voxels of a volume tell. */
export const volumeFigures = z.object({
  /** Of what is no padding; null where there is nothing else. */
  minimum: figure,
  maximum: figure,
  findings: z.array(finding),
});
export type VolumeFigures = z.output<typeof volumeFigures>;

/** `contours` of one ROI lie in the set's `points` (float64 x, y, z triples, LPS mm), from `start` for `count` points. */
export const roiInfo = z.object({
  number: z.number(),
  name: z.string(),
  type: z.string(),
  colour,
  /** Half end caps; null where the ROI has no volume. */
  volumeCc: figure,
  centroid: vector3.nullable(),
  contours: z.array(z.object({ type: z.string(), start: z.number().int(), count: z.number().int() })),
  findings: z.array(finding),
});
export type RoiInfo = z.output<typeof roiInfo>;

export const structuresInfo = z.object({
  uid: z.string(),
  label: z.string(),
  approval: z.string(),
  frameOfReferenceUid: z.string().nullable(),
  points: bulk,
  rois: z.array(roiInfo),
  findings: z.array(finding),
});
export type StructuresInfo = z.output<typeof structuresInfo>;

export const doseInfo = grid.extend({
  uid: z.string(),
  label: z.string(),
  unit: z.enum(['Gy', 'percent']),
  type: z.string(),
  summation: z.string(),
  frameOfReferenceUid: z.string().nullable(),
  planUid: z.string().nullable(),
  maximum: figure,
  /** Float32, no-value markers as NaN. */
  data: bulk,
  findings: z.array(finding),
});
export type DoseInfo = z.output<typeof doseInfo>;

const device = z.object({ type: z.string(), positions: z.array(z.number()) });
export const controlPointInfo = z.object({
  index: z.number(),
  weight: figure,
  energy: figure,
  gantry: figure,
  rotation: z.string(),
  collimator: figure,
  couch: figure,
  isocentre: vector3.nullable(),
  devices: z.array(device),
});
export const beamInfo = z.object({
  number: z.number(),
  name: z.string(),
  type: z.string(),
  radiation: z.string(),
  delivery: z.string(),
  machine: z.string(),
  energy: figure,
  fluenceMode: z.string(),
  mu: figure,
  beamDose: figure,
  gantry: figure,
  /** Where the gantry of an arc ends; equal to `gantry` for a static beam. */
  gantryEnd: figure,
  rotation: z.string(),
  collimator: figure,
  couch: figure,
  isocentre: vector3.nullable(),
  source: vector3.nullable(),
  controlPoints: z.number(),
});
export const planInfo = z.object({
  uid: z.string(),
  kind: z.enum(['external', 'ion', 'brachy']),
  label: z.string(),
  name: z.string(),
  date: z.string(),
  intent: z.string(),
  approval: z.string(),
  patientPosition: z.string(),
  structuresUid: z.string().nullable(),
  prescriptions: z.array(
    z.object({ description: z.string(), structure: z.string(), dose: figure, type: z.string() }),
  ),
  /** Gy, the one that per cent of prescription refers to by default; null where the plan states none. */
  prescribedDose: figure,
  /** Gy, where no prescription is stated: what the beams give together to their dose points in all fractions. No prescription. */
  beamDoseSum: figure,
  fractionGroups: z.array(
    z.object({ number: z.number(), fractions: figure, beams: z.array(z.number()), mu: figure }),
  ),
  beams: z.array(beamInfo),
  findings: z.array(finding),
});
export type PlanInfo = z.output<typeof planInfo>;

/** What can be opened together, with the choice a reader would make first. */
export const reviewCase = z.object({
  patient: z.object({
    key: z.string(),
    id: z.string(),
    name: z.string(),
    birthDate: z.string(),
    sex: z.string(),
  }),
  study: z.object({ uid: z.string(), date: z.string(), description: z.string() }),
  images: z.array(
    z.object({
      uid: z.string(),
      modality: z.string(),
      description: z.string(),
      files: z.number(),
      frameOfReferenceUid: z.string().nullable(),
    }),
  ),
  structures: z.array(z.object({ uid: z.string(), label: z.string(), rois: z.number().nullable() })),
  plans: z.array(z.object({ uid: z.string(), label: z.string() })),
  doses: z.array(
    z.object({ uid: z.string(), label: z.string(), summation: z.string(), planUid: z.string().nullable() }),
  ),
  suggested: z.object({
    image: z.string().nullable(),
    structures: z.string().nullable(),
    dose: z.string().nullable(),
    plan: z.string().nullable(),
  }),
  findings: z.array(finding),
});
export type ReviewCase = z.output<typeof reviewCase>;

export const endCaps = z.enum(['half', 'none']);

export const roiDvh = z.object({
  name: z.string(),
  number: z.number(),
  endCaps,
  volumeCc: figure,
  /** Share of the volume inside the dose grid, 0 to 1. */
  insideGrid: figure,
  min: figure,
  max: figure,
  mean: figure,
  /** By canonical key: 'D95%', 'D0.03cc', 'V20Gy' (per cent), 'V20Gy[cc]'. */
  values: z.record(z.string(), figure),
  curve: z.object({ dose: z.array(z.number()), volumePercent: z.array(z.number()) }),
  findings: z.array(finding),
});
export type RoiDvh = z.output<typeof roiDvh>;

export const dvhRequest = z.strictObject({
  structures: uid,
  dose: uid,
  /** ROI numbers; all with a volume where empty. */
  rois: z.array(z.number().int()).default([]),
  endCaps: endCaps.default('half'),
  binGy: z.number().positive().default(0.01),
  prescription: z.number().positive().nullable().default(null),
  /** What else to read off: 'D95', 'D0.03cc', 'V20Gy', 'V95%' … */
  at: z.array(z.string().max(40)).max(200).default([]),
});

export const reviewDomain = defineDomain({
  name: 'review',
  methods: {
    /** Of a study, or of any object of it. */
    open: { request: z.strictObject({ uid }), response: reviewCase },
    /** Answers as soon as the geometry is known; a slab of its data comes as soon as its own planes are read. */
    volume: { request: z.strictObject({ uid, choice }), response: volumeInfo },
    /** Answers when the whole volume is read, or says why it cannot be. */
    volumeFigures: { request: z.strictObject({ uid, choice }), response: volumeFigures },
    structures: { request: z.strictObject({ uid }), response: structuresInfo },
    dose: { request: z.strictObject({ uid }), response: doseInfo },
    plan: { request: z.strictObject({ uid }), response: planInfo },
    controlPoints: {
      request: z.strictObject({ uid, beam: z.number().int() }),
      response: z.object({ controlPoints: z.array(controlPointInfo) }),
    },
    dvh: {
      request: dvhRequest,
      response: z.object({
        endCaps,
        unit: z.enum(['Gy', 'percent']),
        rois: z.array(roiDvh),
        engine: z.string(),
        seconds: z.number(),
      }),
    },
  },
  events: {},
});
