import { z } from 'zod';
import { failure } from './common.ts';
import { defineDomain } from './contract.ts';

export const job = z.object({
  id: z.string(),
  /** What it does, for a person: 'Import of 512 files'. */
  title: z.string(),
  kind: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  /** 0 to 1. */
  progress: z.number(),
  /** What it is at now: '1,846 of 3,027 files'. */
  step: z.string(),
  /** '168 files/s, 84 MB/s', '' where it makes no sense. */
  rate: z.string(),
  remainingSeconds: z.number().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** The job kind's own result, once done (an import: its report's id). */
  result: z.unknown(),
  error: failure.nullable(),
});
export type Job = z.output<typeof job>;

/** Jobs live in the host: they survive a reload of the window, and their outcome a restart. */
export const jobsDomain = defineDomain({
  name: 'jobs',
  methods: {
    list: { request: z.strictObject({}), response: z.object({ jobs: z.array(job) }) },
    cancel: { request: z.strictObject({ id: z.string() }), response: z.object({}) },
    /** Forgets an ended job. */
    dismiss: { request: z.strictObject({ id: z.string() }), response: z.object({}) },
  },
  events: { changed: job },
});
