import { z } from 'zod';
import { failure } from './common.ts';

/** What a door carries back for a call. Bytes never go this way: see `bulk`. */
export const answerMessage = z.union([
  z.strictObject({ ok: z.literal(true), response: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: failure }),
]);
export type AnswerMessage = z.output<typeof answerMessage>;

/** What a door carries of its own accord. */
export const eventMessage = z.strictObject({ domain: z.string(), event: z.string(), payload: z.unknown() });
export type EventMessage = z.output<typeof eventMessage>;
