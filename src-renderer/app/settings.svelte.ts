import type { Host } from './host.ts';

export interface PanelSizes {
  readonly side?: number;
  readonly inspector?: number;
  readonly dock?: number;
  readonly hidden?: boolean;
}

export interface Person {
  readonly name: string;
  readonly role: 'planner' | 'physicist' | 'surgeon';
}

const SAVE_AFTER_MS = 400;

interface Waiting {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly value: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Small pieces of window state, kept in the library, so that they come back on the same workstation. */
export class Settings {
  readonly #host: Host;
  readonly #failed: (error: unknown, title: string) => void;
  /** What waits to be written, by its key. */
  readonly #waiting: Record<string, Waiting | undefined> = {};
  theme = $state<'dark' | 'light'>('dark');
  person = $state.raw<Person | null>(null);
  panels = $state.raw<Readonly<Record<string, PanelSizes>>>({});
  loaded = $state(false);

  constructor(host: Host, failed: (error: unknown, title: string) => void) {
    this.#host = host;
    this.#failed = failed;
    // A window that is closed right after a change does not lose it.
    window.addEventListener('pagehide', () => this.writeWaiting());
  }

  async load(): Promise<void> {
    const [theme, person, panels] = await Promise.all([
      this.get('theme'),
      this.get('person'),
      this.get('panels'),
    ]);
    this.theme = theme === 'light' ? 'light' : 'dark';
    if (
      isRecord(person) &&
      typeof person.name === 'string' &&
      (person.role === 'planner' || person.role === 'physicist' || person.role === 'surgeon')
    )
      this.person = { name: person.name, role: person.role };
    if (isRecord(panels)) this.panels = readPanels(panels);
    this.loaded = true;
  }

  async get(key: string): Promise<unknown> {
    return (await this.#host.workstation.getSetting({ key })).value ?? null;
  }

  /** Kept after a moment, so that a drag is one write. */
  set(key: string, value: unknown): void {
    clearTimeout(this.#waiting[key]?.timer);
    this.#waiting[key] = { timer: setTimeout(() => this.#write(key), SAVE_AFTER_MS), value };
  }

  /** Writes what waits at once. */
  writeWaiting(): void {
    for (const key of Object.keys(this.#waiting)) this.#write(key);
  }

  #write(key: string): void {
    const waiting = this.#waiting[key];
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.#waiting[key] = undefined;
    this.#host.workstation
      .setSetting({ key, value: waiting.value })
      .catch((error: unknown) => this.#failed(error, 'A setting could not be kept'));
  }

  setTheme(theme: 'dark' | 'light'): void {
    this.theme = theme;
    this.set('theme', theme);
    this.#write('theme');
  }

  setPerson(person: Person): void {
    this.person = person;
    this.set('person', person);
    this.#write('person');
  }

  /** Sizes are remembered per workspace and per monitor. */
  panelsOf(workspace: string): PanelSizes {
    return this.panels[panelKey(workspace)] ?? {};
  }

  setPanels(workspace: string, change: PanelSizes): void {
    this.panels = { ...this.panels, [panelKey(workspace)]: { ...this.panelsOf(workspace), ...change } };
    this.set('panels', this.panels);
  }
}

const panelKey = (workspace: string): string => `${workspace}@${window.screen.width}x${window.screen.height}`;

function readPanels(value: Readonly<Record<string, unknown>>): Readonly<Record<string, PanelSizes>> {
  const panels: Record<string, PanelSizes> = {};
  for (const [key, sizes] of Object.entries(value)) {
    if (!isRecord(sizes)) continue;
    panels[key] = {
      ...(typeof sizes.side === 'number' ? { side: sizes.side } : {}),
      ...(typeof sizes.inspector === 'number' ? { inspector: sizes.inspector } : {}),
      ...(typeof sizes.dock === 'number' ? { dock: sizes.dock } : {}),
      ...(typeof sizes.hidden === 'boolean' ? { hidden: sizes.hidden } : {}),
    };
  }
  return panels;
}
