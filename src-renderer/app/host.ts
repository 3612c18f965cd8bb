import type { FluenceClient } from '../client/index.ts';

/** What the window needs of the client: the domains' functions, events, bulk data, uploads, the state of the line. */
export type Host = FluenceClient;
