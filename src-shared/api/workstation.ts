import { z } from 'zod';
import { defineDomain } from './contract.ts';

/** The machine and the person before it: what the status line and the first start show. */
export const workstationDomain = defineDomain({
  name: 'workstation',
  methods: {
    about: {
      request: z.strictObject({}),
      response: z.object({
        version: z.string(),
        door: z.enum(['electron', 'browser']),
        /** Shown, never used as a path by the window. */
        libraryName: z.string(),
        processors: z.number(),
        canAskForFiles: z.boolean(),
        /** What opening the library had to do, a sentence each; mostly empty. */
        notices: z.array(z.string()),
      }),
    },
    memory: { request: z.strictObject({}), response: z.object({ hostBytes: z.number() }) },
    /** Small pieces of window state, kept in the library: panel sizes, key bindings, who works here. */
    getSetting: {
      request: z.strictObject({ key: z.string().regex(/^[a-z][a-zA-Z0-9.-]{0,99}$/) }),
      response: z.object({ value: z.unknown() }),
    },
    setSetting: {
      request: z.strictObject({ key: z.string().regex(/^[a-z][a-zA-Z0-9.-]{0,99}$/), value: z.unknown() }),
      response: z.object({}),
    },
  },
  events: {},
});
