import { constants, setPriority } from 'node:os';

/**
 * Lets the window's processes have a processor before this one, and before the threads that it will start: an import
 * or a long computation may take both cores, but not the hand's next frame. To be called first of all, as threads
 * inherit it.
 */
export function yieldToTheWindow(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system that does not allow it runs everything alike.
  }
}
