import type { Attachment } from 'svelte/attachments';

export type Anchor = HTMLElement | DOMRect;

const EDGE_PX = 8;
const rectangle = (anchor: Anchor): DOMRect =>
  anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : anchor;

/** Where what floats over an element is put: the page's body, or the part of it that has a theme of its own. */
export function floatingRoot(element: Element): Element {
  const themed = element.closest('[data-theme]');
  return themed === null || themed === document.documentElement ? document.body : themed;
}

/** Moves an element out to the themed root, so that no panel clips it. */
export const portal: Attachment<HTMLElement> = (element) => {
  floatingRoot(element).append(element);
  return () => element.remove();
};

/** Keeps a fixed element beside its anchor and inside the window: below if there is room, else above. */
export const floatBeside =
  (anchor: Anchor, align: 'start' | 'end'): Attachment<HTMLElement> =>
  (element) => {
    const place = (): void => {
      const at = rectangle(anchor);
      const width = element.offsetWidth;
      const height = element.offsetHeight;
      const below = at.bottom + 4;
      const above = at.top - 4 - height;
      const room = window.innerHeight - EDGE_PX - height;
      const top = below <= room ? below : above >= EDGE_PX ? above : Math.max(EDGE_PX, room);
      const wanted = align === 'start' ? at.left : at.right - width;
      const left = Math.max(EDGE_PX, Math.min(window.innerWidth - EDGE_PX - width, wanted));
      element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    };
    place();
    const observer = new ResizeObserver(place);
    observer.observe(element);
    window.addEventListener('resize', place);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', place);
    };
  };

const FOCUSABLE =
  'button:not([disabled]), [href], input:not([disabled]), select:not([disabled]), textarea, [tabindex]:not([tabindex="-1"])';

/** Holds the focus inside while the element lives, and gives it back where it was. */
export const trapFocus: Attachment<HTMLElement> = (element) => {
  const before = document.activeElement;
  const inside = (): HTMLElement[] => [...element.querySelectorAll<HTMLElement>(FOCUSABLE)];
  // Only once the element has been moved to where it floats.
  queueMicrotask(() => {
    if (!element.contains(document.activeElement))
      (element.querySelector<HTMLElement>('[data-autofocus]') ?? inside()[0] ?? element).focus();
  });
  const keydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Tab') return;
    event.stopPropagation();
    const all = inside();
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement !== edge && element.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  };
  element.addEventListener('keydown', keydown);
  return () => {
    element.removeEventListener('keydown', keydown);
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
};
