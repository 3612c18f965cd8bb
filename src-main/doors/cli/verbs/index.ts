import type { Verb } from '../verb.ts';

/** Every verb with its line of help; its code is loaded when it is run. */
export const VERBS: Readonly<Record<string, { readonly summary: string; load(): Promise<Verb> }>> = {
  import: { summary: 'bring files, folders and zip archives into the library', load: async () => (await import('./import.ts')).importVerb },
  list: { summary: 'patients, studies, series or objects of the library', load: async () => (await import('./list.ts')).listVerb },
  export: { summary: 'files as stored, byte for byte', load: async () => (await import('./export.ts')).exportVerb },
  verify: { summary: 'is the library sound?', load: async () => (await import('./verify.ts')).verifyVerb },
};
