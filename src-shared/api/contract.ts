import type { z } from 'zod';

/**
 * One typed contract per domain: requests, responses and events by schema, validated at both ends.
 * A door carries `call` and `event` messages; it knows nothing of what they mean.
 */
export interface MethodSchema<Q extends z.ZodType = z.ZodType, A extends z.ZodType = z.ZodType> {
  readonly request: Q;
  readonly response: A;
}

export interface Domain<
  M extends Record<string, MethodSchema> = Record<string, MethodSchema>,
  E extends Record<string, z.ZodType> = Record<string, z.ZodType>,
> {
  readonly name: string;
  readonly methods: M;
  readonly events: E;
}

export const defineDomain = <M extends Record<string, MethodSchema>, E extends Record<string, z.ZodType>>(
  domain: Domain<M, E>,
): Domain<M, E> => domain;

/** What a service of the host implements: one function per method. Throws Failure for what is expected to fail. */
export type Service<D extends Domain> = {
  readonly [K in keyof D['methods']]: (
    request: z.output<D['methods'][K]['request']>,
  ) => Promise<z.input<D['methods'][K]['response']>> | z.input<D['methods'][K]['response']>;
};

/** What the window holds: the same functions, as promises. */
export type Client<D extends Domain> = {
  readonly [K in keyof D['methods']]: (
    request: z.input<D['methods'][K]['request']>,
  ) => Promise<z.output<D['methods'][K]['response']>>;
};

export type EventOf<D extends Domain, K extends keyof D['events']> = z.output<D['events'][K]>;

/** Told when a service has something to say that nobody asked for: `emit('changed', job)`. */
export type Emit<D extends Domain> = <K extends keyof D['events'] & string>(
  event: K,
  payload: z.input<D['events'][K]>,
) => void;
