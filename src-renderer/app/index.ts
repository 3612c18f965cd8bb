export { keyLabel, keyOf } from './keys.ts';
export { Commands, type Command, type PaletteEntry } from './commands.svelte.ts';
export * from './format.ts';
export type { Host } from './host.ts';
export { problemOf, type Problem } from './problem.ts';
export type { PanelSizes, Person } from './settings.svelte.ts';
export {
  getShell,
  NO_READING,
  setShell,
  Shell,
  type Banner,
  type LibraryStatus,
  type Reading,
} from './shell.svelte.ts';
export { default as Workbench } from './Workbench.svelte';
