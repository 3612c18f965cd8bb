/** Arrow keys among the `[role]` children of a group: moves focus, wraps, and says which index was reached. */
export function moveByArrow(event: KeyboardEvent, group: HTMLElement, selector: string): number | null {
  const steps: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const items = [...group.querySelectorAll<HTMLElement>(selector)];
  const at = items.findIndex((item) => item === document.activeElement);
  let next: number;
  if (event.key === 'Home') next = 0;
  else if (event.key === 'End') next = items.length - 1;
  else {
    const step = steps[event.key];
    if (step === undefined) return null;
    next = (at + step + items.length) % items.length;
  }
  event.preventDefault();
  event.stopPropagation();
  items[next]?.focus();
  return next;
}
