import { z } from 'zod';
import { FAILURE_CODES, FINDING_CODES } from '../model/index.ts';

export const uid = z.string().regex(/^[0-9A-Za-z._-]{1,128}$/);
export const vector3 = z.tuple([z.number(), z.number(), z.number()]);
export const affine = z.array(z.number()).length(12);
export const colour = z.tuple([z.number(), z.number(), z.number()]);
/** A number that JSON can carry: NaN and infinity travel as null. */
export const figure = z.number().nullable();

export const finding = z.object({
  code: z.enum(FINDING_CODES),
  severity: z.enum(['information', 'warning', 'error']),
  message: z.string(),
  tag: z.string().optional(),
  files: z.array(z.string()).optional(),
  objects: z.array(z.string()).optional(),
});

export const failure = z.object({
  code: z.enum(FAILURE_CODES),
  message: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

export const grid = z.object({ dimensions: vector3, affine });

/**
 * Bulk data never goes through JSON: `url` answers with raw little-endian values. `slabs` are byte ranges that
 * `url` + '?slab=N' answers with, in the order in which they are best asked for (the middle of a volume first).
 */
export const bulk = z.object({
  url: z.string(),
  type: z.enum(['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float32', 'float64']),
  bytes: z.number().int().nonnegative(),
  slabs: z.array(z.object({ index: z.number().int(), offset: z.number().int(), bytes: z.number().int() })),
});
export type Bulk = z.output<typeof bulk>;
