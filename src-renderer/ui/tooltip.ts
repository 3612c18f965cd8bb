import type { Attachment } from 'svelte/attachments';
import { floatingRoot } from './floating.ts';

export interface TooltipText {
  text: string;
  /** 'Ctrl K', shown after the text. */
  keys?: string | undefined;
  /** Beside a column of things, so that it covers none of them. */
  side?: 'below' | 'right';
}

const DELAY_MS = 450;
const GAP_PX = 6;

function place(tip: HTMLElement, anchor: DOMRect, side: 'below' | 'right'): void {
  const size = tip.getBoundingClientRect();
  if (side === 'right') {
    tip.style.transform = `translate(${Math.round(anchor.right + GAP_PX)}px, ${Math.round(anchor.top + (anchor.height - size.height) / 2)}px)`;
    return;
  }
  const below = anchor.bottom + GAP_PX + size.height <= window.innerHeight;
  const top = below ? anchor.bottom + GAP_PX : anchor.top - GAP_PX - size.height;
  const wanted = anchor.left + anchor.width / 2 - size.width / 2;
  const left = Math.max(4, Math.min(window.innerWidth - size.width - 4, wanted));
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

/** Shows a line of text after the pointer has rested on an element, or the keyboard has reached it. */
export const tooltip =
  ({ text, keys, side = 'below' }: TooltipText): Attachment<HTMLElement> =>
  (element) => {
    if (text === '') return;
    let tip: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = (): void => {
      clearTimeout(timer);
      tip?.remove();
      tip = null;
    };
    const show = (): void => {
      hide();
      tip = document.createElement('div');
      tip.className = 'tooltip';
      tip.setAttribute('role', 'tooltip');
      tip.textContent = text;
      if (keys) {
        const key = document.createElement('kbd');
        key.textContent = keys;
        tip.append(key);
      }
      floatingRoot(element).append(tip);
      place(tip, element.getBoundingClientRect(), side);
    };
    const enter = (): void => {
      clearTimeout(timer);
      timer = setTimeout(show, DELAY_MS);
    };
    const focus = (): void => {
      if (element.matches(':focus-visible')) show();
    };
    element.addEventListener('pointerenter', enter);
    element.addEventListener('pointerleave', hide);
    element.addEventListener('pointerdown', hide);
    element.addEventListener('focusin', focus);
    element.addEventListener('focusout', hide);
    return () => {
      hide();
      element.removeEventListener('pointerenter', enter);
      element.removeEventListener('pointerleave', hide);
      element.removeEventListener('pointerdown', hide);
      element.removeEventListener('focusin', focus);
      element.removeEventListener('focusout', hide);
    };
  };
