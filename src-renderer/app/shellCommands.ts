import type { Command } from './commands.svelte.ts';
import type { Shell } from './shell.svelte.ts';
import { WORKSPACES } from './workspaces.ts';

const REGIONS = ['rail', 'side', 'main', 'inspector', 'status'];
const FOCUSABLE = 'button:not([disabled]), input:not([disabled]), select, [tabindex="0"]';

/** F6: from one region of the window to the next, in reading order. */
export function nextRegion(step: 1 | -1): void {
  const regions = REGIONS.flatMap((name) => [
    ...document.querySelectorAll<HTMLElement>(`[data-region="${name}"]`),
  ]);
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  for (let tries = 1; tries <= regions.length; tries += 1) {
    const region = regions[(at + step * tries + regions.length * 2) % regions.length];
    const target =
      region?.querySelector<HTMLElement>('[aria-current="page"], [aria-selected="true"][tabindex="0"]') ??
      region?.querySelector<HTMLElement>(FOCUSABLE);
    if (!target) continue;
    target.focus();
    return;
  }
}

/** What is there in every workspace. */
export function shellCommands(shell: Shell): readonly Command[] {
  const place = (): string => shell.workspace;
  return [
    {
      id: 'palette',
      title: 'Search or run a command',
      group: 'General',
      icon: 'search',
      keys: ['Ctrl+K'],
      run: () => void (shell.floating = 'palette'),
    },
    {
      id: 'keys',
      title: 'Keys of this workspace',
      group: 'General',
      icon: 'keys',
      keys: ['?'],
      run: () => void (shell.floating = 'keys'),
    },
    {
      id: 'undo',
      title: 'Undo',
      group: 'General',
      icon: 'undo',
      keys: ['Ctrl+Z'],
      unavailable: () => (shell.history.canUndo ? null : 'nothing to undo'),
      run: () => shell.undo(),
    },
    {
      id: 'redo',
      title: 'Redo',
      group: 'General',
      icon: 'redo',
      keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
      unavailable: () => (shell.history.canRedo ? null : 'nothing to redo'),
      run: () => shell.redo(),
    },
    {
      id: 'panels',
      title: 'Hide or show the panels',
      group: 'General',
      icon: 'layout-one',
      keys: ['Tab'],
      run: () =>
        shell.settings.setPanels(place(), { hidden: !(shell.settings.panelsOf(place()).hidden ?? false) }),
    },
    {
      id: 'region.next',
      title: 'Next region of the window',
      group: 'General',
      keys: ['F6'],
      run: () => nextRegion(1),
    },
    {
      id: 'region.previous',
      title: 'Region of the window before',
      group: 'General',
      keys: ['Shift+F6'],
      run: () => nextRegion(-1),
    },
    {
      id: 'jobs',
      title: 'Show the jobs',
      group: 'General',
      icon: 'clock',
      run: () => void (shell.floating = 'jobs'),
    },
    {
      id: 'theme',
      title: 'Dark or light theme',
      group: 'General',
      icon: 'sun',
      words: 'appearance colours settings',
      run: () => shell.settings.setTheme(shell.settings.theme === 'dark' ? 'light' : 'dark'),
    },
    {
      id: 'design',
      title: 'Design: tokens and components',
      group: 'General',
      icon: 'palette',
      run: () => shell.goTo('design'),
    },
    ...WORKSPACES.map((workspace, index): Command => ({
      id: `go.${workspace.id}`,
      title: `Go to ${workspace.label}`,
      group: 'Workspaces',
      icon: workspace.icon,
      keys: [`Ctrl+${index + 1}`],
      words: workspace.purpose,
      unavailable: () => (workspace.here ? null : 'comes with a later version'),
      run: () => shell.goTo(workspace.id),
    })),
  ];
}
