export * from './common.ts';
export * from './contract.ts';
export * from './jobs.ts';
export * from './libraries.ts';
export * from './library.ts';
export * from './messages.ts';
export * from './review.ts';
export * from './uploadBody.ts';
export * from './workstation.ts';

import { jobsDomain } from './jobs.ts';
import { librariesDomain } from './libraries.ts';
import { libraryDomain } from './library.ts';
import { reviewDomain } from './review.ts';
import { workstationDomain } from './workstation.ts';

export const DOMAINS = {
  jobs: jobsDomain,
  libraries: librariesDomain,
  library: libraryDomain,
  review: reviewDomain,
  workstation: workstationDomain,
} as const;
export type Domains = typeof DOMAINS;
