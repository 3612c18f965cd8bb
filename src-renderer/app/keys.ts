/** A key as commands name it: 'Ctrl+Shift+Z', '?', 'ArrowUp', 'Tab'. Ctrl stands for Command on a Mac too. */
export type KeyName = string;

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead']);

/** null while only modifiers are held. Shift is named only where it does not already show in the sign ('?', not 'Shift+?'). */
export function keyOf(press: KeyPress): KeyName | null {
  if (MODIFIERS.has(press.key)) return null;
  const single = press.key.length === 1;
  const letter = single && press.key.toLowerCase() !== press.key.toUpperCase();
  const name = press.key === ' ' ? 'Space' : letter ? press.key.toUpperCase() : press.key;
  const shift = press.shiftKey && (!single || letter);
  return [press.ctrlKey || press.metaKey ? 'Ctrl' : '', press.altKey ? 'Alt' : '', shift ? 'Shift' : '', name]
    .filter((part) => part !== '')
    .join('+');
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: '↵',
  PageUp: 'Page up',
  PageDown: 'Page down',
};

/** As shown to a person: 'Ctrl Shift Z'. */
export const keyLabel = (key: KeyName): string =>
  key
    .split(/\+(?=.)/)
    .map((part) => SIGNS[part] ?? part)
    .join(' ');

/** Whether a plain key belongs to the element that has the focus (it is being typed into). */
export const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)));
