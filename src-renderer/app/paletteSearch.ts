export interface Match {
  /** Higher is better. */
  readonly score: number;
  /** Character ranges of the title that matched, in order, end exclusive. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** How a typed word lies in a text: at its start best, at the start of a word next, inside a word last. */
function wordMatch(text: string, word: string): { at: number; score: number } | null {
  let best: { at: number; score: number } | null = null;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const start = at === 0 ? 3 : /[\s_\-/(]/.test(text[at - 1] ?? '') ? 2 : 1;
    if (!best || start > best.score) best = { at, score: start };
  }
  return best;
}

/** Every word typed must be found in the title or among the other words; null where one is not. */
export function matchTitle(title: string, typed: string, otherWords = ''): Match | null {
  const text = title.toLowerCase();
  const other = otherWords.toLowerCase();
  const ranges: (readonly [number, number])[] = [];
  let score = 0;
  for (const word of typed
    .toLowerCase()
    .split(/\s+/)
    .filter((one) => one !== '')) {
    const found = wordMatch(text, word);
    if (found) {
      ranges.push([found.at, found.at + word.length]);
      score += found.score * 10 + word.length / Math.max(1, text.length);
    } else if (other.includes(word)) score += 1;
    else return null;
  }
  return { score, ranges: mergeRanges(ranges) };
}

function mergeRanges(ranges: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** A title cut into parts, those that matched marked. */
export function markRanges(
  title: string,
  ranges: Match['ranges'],
): readonly { text: string; marked: boolean }[] {
  const parts: { text: string; marked: boolean }[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (from > at) parts.push({ text: title.slice(at, from), marked: false });
    parts.push({ text: title.slice(from, to), marked: true });
    at = to;
  }
  if (at < title.length) parts.push({ text: title.slice(at), marked: false });
  return parts;
}

/** The best first; equal ones stay in their order. */
export function searchEntries<Entry extends { readonly title: string; readonly words?: string }>(
  entries: readonly Entry[],
  typed: string,
): readonly { entry: Entry; match: Match }[] {
  return entries
    .map((entry) => ({ entry, match: matchTitle(entry.title, typed, entry.words) }))
    .filter((one): one is { entry: Entry; match: Match } => one.match !== null)
    .toSorted((a, b) => b.match.score - a.match.score);
}
