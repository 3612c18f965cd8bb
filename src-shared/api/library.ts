import { z } from 'zod';
import { finding, uid, vector3 } from './common.ts';
import { defineDomain } from './contract.ts';

export const seriesSummary = z.object({
  uid: z.string(),
  modality: z.string(),
  kind: z.enum([
    'image',
    'structures',
    'plan',
    'dose',
    'registration',
    'segmentation',
    'document',
    'directory',
    'other',
  ]),
  number: z.number().nullable(),
  description: z.string(),
  date: z.string(),
  files: z.number(),
  patientPosition: z.string(),
  /** Of images: voxels and spacing where they are known to be even; else null. */
  dimensions: vector3.nullable(),
  spacing: vector3.nullable(),
  /** The objects of a series that are not slices: structure sets, plans, doses, each opened by its own UID. */
  objects: z.array(
    z.object({
      uid: z.string(),
      kind: z.string(),
      label: z.string(),
      facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
    }),
  ),
  findings: z.array(finding),
});
export type SeriesSummary = z.output<typeof seriesSummary>;

export const studySummary = z.object({
  uid: z.string(),
  id: z.string(),
  date: z.string(),
  description: z.string(),
  series: z.array(seriesSummary),
});
export type StudySummary = z.output<typeof studySummary>;

export const patientSummary = z.object({
  /** The library's own key of the patient. */
  key: z.string(),
  id: z.string(),
  name: z.string(),
  birthDate: z.string(),
  sex: z.string(),
  importedAt: z.string(),
  openedAt: z.string().nullable(),
  /** Modalities that the patient has, in the order CT, MR, PT, RTSTRUCT, RTPLAN, RTDOSE, others. */
  holds: z.array(z.string()),
  studies: z.array(studySummary),
});
export type PatientSummary = z.output<typeof patientSummary>;

export const importItem = z.object({
  file: z.string(),
  code: z.string(),
  reason: z.string(),
  /** What a person can do about it. */
  advice: z.string(),
  tag: z.string().nullable(),
  /** Of a refused file that says where it belongs; reports of older versions have none. */
  belongs: z.object({ study: z.string(), object: z.string(), modality: z.string() }).optional(),
});

export const importReport = z.object({
  id: z.string(),
  title: z.string(),
  startedAt: z.string(),
  seconds: z.number(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  offered: z.number(),
  imported: z.number(),
  duplicates: z.number(),
  refused: z.array(importItem),
  repaired: z.array(importItem),
  findings: z.array(finding),
  series: z.array(
    z.object({
      uid: z.string(),
      modality: z.string(),
      files: z.number(),
      patient: z.string(),
      description: z.string(),
    }),
  ),
});
export type ImportReport = z.output<typeof importReport>;

export const change = z.object({
  id: z.number(),
  at: z.string(),
  who: z.string(),
  /** 'Patient X to the trash', as a person would say it. */
  what: z.string(),
  undone: z.boolean(),
});

export const verifyResult = z.object({
  objects: z.number(),
  bad: z.array(z.object({ uid: z.string(), sha256: z.string(), reason: z.string() })),
  index: z.enum(['sound', 'damaged', 'rebuilt']),
  auditTrail: z.enum(['sound', 'damaged']),
});
export type VerifyResult = z.output<typeof verifyResult>;

export const backupResult = z.object({
  objects: z.number(),
  /** Of the objects; the file is a little larger. */
  bytes: z.number(),
  name: z.string(),
  /** The host holds the file until it was fetched. */
  toFetch: z.boolean(),
});
export type BackupResult = z.output<typeof backupResult>;

export const libraryDomain = defineDomain({
  name: 'library',
  methods: {
    /** Patients by name; `search` goes over names, ids, descriptions, structure names. */
    tree: {
      request: z.strictObject({ search: z.string().max(200).default('') }),
      response: z.object({ patients: z.array(patientSummary) }),
    },
    status: {
      request: z.strictObject({}),
      response: z.object({
        patients: z.number(),
        studies: z.number(),
        series: z.number(),
        objects: z.number(),
        usedBytes: z.number(),
        freeBytes: z.number().nullable(),
        readOnly: z.boolean(),
        inTrash: z.number(),
      }),
    },
    /** Asks the door for a folder or files (its own dialogue) and imports them. Doors without a dialogue fail NOT_SUPPORTED_HERE. */
    importFromDialogue: {
      request: z.strictObject({ what: z.enum(['folder', 'files']) }),
      response: z.object({ job: z.string().nullable() }),
    },
    /** Begins an upload (POST the files to `url`, several in a body as `uploadBody.ts` has it, then finishUpload). For doors without a dialogue. */
    beginUpload: {
      request: z.strictObject({ title: z.string().max(200), files: z.number().int(), bytes: z.number() }),
      response: z.object({ upload: z.string(), url: z.string() }),
    },
    finishUpload: {
      request: z.strictObject({ upload: z.string() }),
      response: z.object({ job: z.string() }),
    },
    /** Throws away what an upload has brought so far. */
    abandonUpload: { request: z.strictObject({ upload: z.string() }), response: z.object({}) },
    importDemo: { request: z.strictObject({}), response: z.object({ job: z.string() }) },
    reports: { request: z.strictObject({}), response: z.object({ reports: z.array(importReport) }) },
    report: { request: z.strictObject({ id: z.string() }), response: importReport },
    markOpened: { request: z.strictObject({ patient: z.string() }), response: z.object({}) },
    toTrash: {
      request: z.strictObject({ what: z.enum(['patient', 'study']), key: z.string() }),
      response: z.object({ change: z.number() }),
    },
    trash: {
      request: z.strictObject({}),
      response: z.object({
        items: z.array(
          z.object({
            what: z.enum(['patient', 'study']),
            key: z.string(),
            title: z.string(),
            at: z.string(),
            objects: z.number(),
          }),
        ),
      }),
    },
    restore: {
      request: z.strictObject({ what: z.enum(['patient', 'study']), key: z.string() }),
      response: z.object({ change: z.number() }),
    },
    emptyTrash: {
      request: z.strictObject({}),
      response: z.object({ objects: z.number(), bytes: z.number() }),
    },
    changes: {
      request: z.strictObject({ limit: z.number().int().max(1000).default(100) }),
      response: z.object({ changes: z.array(change), canUndo: z.boolean(), canRedo: z.boolean() }),
    },
    undo: { request: z.strictObject({}), response: z.object({ what: z.string().nullable() }) },
    redo: { request: z.strictObject({}), response: z.object({ what: z.string().nullable() }) },
    /** A job; its result is a `verifyResult`. */
    verify: { request: z.strictObject({}), response: z.object({ job: z.string() }) },
    /**
     * A job; its result is a `backupResult`. Doors with a save dialogue ask first (no job where it was closed); at the
     * others the host holds the file until it was fetched.
     */
    backup: { request: z.strictObject({}), response: z.object({ job: z.string().nullable() }) },
    /** A URL that gives the file of a backup once. */
    fetchBackup: {
      request: z.strictObject({ job: z.string() }),
      response: z.object({ url: z.string() }),
    },
  },
  events: {
    /** Something in the library is not what it was; ask again. */
    changed: z.object({ series: z.array(uid) }),
    /** Progress of a running import, as its report so far (lists cut to the last 200). */
    importProgress: importReport,
  },
});
