import { untrack } from 'svelte';
import type { IconName } from '../ui/index.ts';
import { keyOf, type KeyName } from './keys.ts';

export interface Command {
  /** 'review.window.lung': stable, for bindings and tests. */
  readonly id: string;
  readonly title: string;
  /** Where it belongs: 'Review', 'Library', 'General' … */
  readonly group: string;
  readonly icon?: IconName;
  /** Keys it comes with; a person may bind another. */
  readonly keys?: readonly KeyName[];
  /** Other words a person may look for. */
  readonly words?: string;
  /** Why it cannot run now; null where it can. */
  unavailable?(): string | null;
  run(): void | Promise<void>;
}

/** What else the palette finds: structures, patients, definitions. Asked each time it opens. */
export interface PaletteEntry {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly hint: string;
  readonly icon: IconName;
  run(): void | Promise<void>;
}

export type KeyBindings = Readonly<Record<string, KeyName | null>>;

/** Every action of the window by its id: one place for keys, palette and the list of keys. */
export class Commands {
  #commands = $state.raw<readonly Command[]>([]);
  #sources: readonly (() => readonly PaletteEntry[])[] = [];
  #bindings = $state.raw<KeyBindings>({});
  readonly #failed: (error: unknown, title: string) => void;

  constructor(failed: (error: unknown, title: string) => void) {
    this.#failed = failed;
  }

  get all(): readonly Command[] {
    return this.#commands;
  }

  get bindings(): KeyBindings {
    return this.#bindings;
  }

  set bindings(bindings: KeyBindings) {
    this.#bindings = bindings;
  }

  /** Adds commands while their workspace is there; the answer takes them away again. */
  register(commands: readonly Command[]): () => void {
    // Whoever registers in an effect must not come to depend on the list itself.
    untrack(() => (this.#commands = [...this.#commands, ...commands]));
    return () =>
      untrack(() => (this.#commands = this.#commands.filter((command) => !commands.includes(command))));
  }

  addSource(source: () => readonly PaletteEntry[]): () => void {
    this.#sources = [...this.#sources, source];
    return () => {
      this.#sources = this.#sources.filter((one) => one !== source);
    };
  }

  entries(): readonly PaletteEntry[] {
    return this.#sources.flatMap((source) => source());
  }

  keysOf(command: Command): readonly KeyName[] {
    const bound = this.#bindings[command.id];
    if (bound === undefined) return command.keys ?? [];
    return bound === null ? [] : [bound];
  }

  /** The key of a command by its id, for tooltips. */
  keyOf(id: string): KeyName | undefined {
    const command = this.#commands.find((one) => one.id === id);
    return command && this.keysOf(command)[0];
  }

  /** Gives a command a key of its own; whoever had it loses it. */
  bind(id: string, key: KeyName): void {
    const taken = this.#commands.filter((one) => one.id !== id && this.keysOf(one).includes(key));
    this.#bindings = {
      ...this.#bindings,
      ...Object.fromEntries(taken.map((one) => [one.id, null])),
      [id]: key,
    };
  }

  match(event: KeyboardEvent): Command | null {
    const key = keyOf(event);
    if (key === null) return null;
    return this.#commands.findLast((command) => this.keysOf(command).includes(key)) ?? null;
  }

  run(command: Command | string): void {
    const found = typeof command === 'string' ? this.#commands.find((one) => one.id === command) : command;
    if (!found || (found.unavailable?.() ?? null) !== null) return;
    void (async () => {
      try {
        await found.run();
      } catch (error) {
        this.#failed(error, `${found.title} did not work`);
      }
    })();
  }
}
