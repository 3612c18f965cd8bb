import type { Verb } from '../verb.ts';

/** Every verb with its line of help; its code is loaded when it is run. */
export const VERBS: Readonly<Record<string, { readonly summary: string; load(): Promise<Verb> }>> = {
  import: {
    summary: 'bring files, folders and zip archives into the library',
    load: async () => (await import('./import.ts')).importVerb,
  },
  list: {
    summary: 'patients, studies, series or objects of the library',
    load: async () => (await import('./list.ts')).listVerb,
  },
  show: { summary: 'the facts of an object', load: async () => (await import('./show.ts')).showVerb },
  export: {
    summary: 'files as stored, byte for byte',
    load: async () => (await import('./export.ts')).exportVerb,
  },
  verify: { summary: 'is the library sound?', load: async () => (await import('./verify.ts')).verifyVerb },
  backup: {
    summary: 'the whole library in one file',
    load: async () => (await import('./backup.ts')).backupVerb,
  },
  restore: {
    summary: 'a new library from a backup',
    load: async () => (await import('./restore.ts')).restoreVerb,
  },
  convert: {
    summary: 'a volume to NRRD, NIfTI or MetaImage',
    load: async () => (await import('./convert.ts')).convertVerb,
  },
  dvh: { summary: 'dose-volume histograms', load: async () => (await import('./dvh.ts')).dvhVerb },
  metrics: {
    summary: 'dose statistics without curves',
    load: async () => (await import('./metrics.ts')).metricsVerb,
  },
  demo: {
    summary: 'the demo patient: opens the app on it, or writes it out',
    load: async () => (await import('./demo.ts')).demoVerb,
  },
  bench: {
    summary: 'the tables of docs/validation.md',
    load: async () => (await import('./bench.ts')).benchVerb,
  },
};
