import { z } from 'zod';
import { defineDomain } from './contract.ts';

/** A plain name in the folder that the libraries lie in; never a path. */
const libraryName = z
  .string()
  .regex(/^[^/\\\0]{1,255}$/)
  .refine((name) => name !== '.' && name !== '..');

/** What a library holds: patients, studies, series and objects without those in the trash. */
export const libraryHolds = z.object({
  patients: z.number().int().nonnegative(),
  studies: z.number().int().nonnegative(),
  series: z.number().int().nonnegative(),
  objects: z.number().int().nonnegative(),
  /** Of all objects, the trash included. */
  usedBytes: z.number().int().nonnegative(),
  /** Objects. */
  inTrash: z.number().int().nonnegative(),
  /** Of what is held, ISO 8601; null where nothing ever was. */
  lastChange: z.string().nullable(),
});
export type LibraryHolds = z.output<typeof libraryHolds>;

/** The library that a backup became. */
export const restoreResult = z.object({
  name: z.string(),
  /** Shown, never used as a path by the window. */
  folder: z.string(),
  /** When and by which version of Fluence the backup was made; null where it does not say. */
  made: z.string().nullable(),
  version: z.string().nullable(),
  holds: libraryHolds,
  /** 'damaged': the change log was already when the backup was made. */
  auditTrail: z.enum(['sound', 'damaged']),
});
export type RestoreResult = z.output<typeof restoreResult>;

export const libraryEntry = z.object({
  name: z.string(),
  /** Shown, never used as a path by the window. */
  folder: z.string(),
  inUse: z.boolean(),
  /** null of a library that was not restored. */
  restored: z.object({ made: z.string().nullable(), at: z.string() }).nullable(),
  /** null where it cannot be looked into; `problem` says why. */
  holds: libraryHolds.nullable(),
  problem: z.string().nullable(),
  /** Restored and never used. */
  discardable: z.boolean(),
});
export type LibraryEntry = z.output<typeof libraryEntry>;

/** The library that is open, and those beside it that may be used in its stead: restored from backups. */
export const librariesDomain = defineDomain({
  name: 'libraries',
  methods: {
    list: { request: z.strictObject({}), response: z.object({ libraries: z.array(libraryEntry) }) },
    /**
     * Asks the door for a backup (its own dialogue) and restores it beside the library that is open, which stays as it
     * is. A job, whose result is a `restoreResult`; none where the dialogue was closed. Doors without a dialogue fail
     * NOT_SUPPORTED_HERE.
     */
    restoreFromDialogue: {
      request: z.strictObject({}),
      response: z.object({ job: z.string().nullable() }),
    },
    /** The same for a file that the window sends: one POST to `url`, of so many bytes. */
    beginRestore: {
      request: z.strictObject({ bytes: z.number().int().positive() }),
      response: z.object({ job: z.string(), url: z.string() }),
    },
    /** Opens another library of the list in the place of this one, which stays as it is. Every window hears `replaced`. */
    use: { request: z.strictObject({ name: libraryName }), response: z.object({}) },
    /** Throws a restored library away that was never used. */
    discard: { request: z.strictObject({ name: libraryName }), response: z.object({}) },
  },
  events: {
    /** Another library is open now: nothing that a window shows is of it. */
    replaced: z.object({ name: z.string() }),
  },
});
