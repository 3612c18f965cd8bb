/** What a pane's orientation letters must keep clear of, px. */
export interface LetterSurroundings {
  readonly width: number;
  readonly height: number;
  /** Where title and position end, at their longest. */
  readonly titleEnd: number;
  /** Where the ruler ends, and where the window's text begins. */
  readonly rulerEnd: number;
  readonly windowStart: number;
}

export interface LetterPlaces {
  /** Null where there is no room. */
  readonly top: { readonly x: number; readonly y: number } | null;
  readonly bottom: { readonly x: number; readonly y: number };
}

/** Room on each side of a letter's middle. */
const CLEAR = 16;

/** The letters above and below: in the middle, or as near to it as the texts beside them leave room. */
export function letterPlaces(around: LetterSurroundings): LetterPlaces {
  const { width, height, titleEnd, rulerEnd, windowStart } = around;
  const middle = width / 2;
  const right = Math.max(middle, titleEnd + CLEAR);
  const left = Math.min(middle, windowStart - CLEAR);
  return {
    top: right > width - CLEAR ? null : { x: right, y: 21 },
    // Between ruler and window, else a row above them.
    bottom: left < rulerEnd + CLEAR ? { x: middle, y: height - 32 } : { x: left, y: height - 12 },
  };
}
