import type { Finding } from '../../../src-shared/model/index.ts';

/** Structures that are named before the rest is counted. */
const NAMED = 3;

const several = (names: readonly string[]): string =>
  names.length <= NAMED + 1
    ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
    : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;

/**
 * Each thing once: what several structures have in common is one sentence with their names, and the structures without
 * contours, which the structure set names itself, are not told again one by one.
 *
 * @param names of the structures whose findings begin with '<name>: '
 */
export function listFindings(all: readonly Finding[], names: readonly string[]): readonly Finding[] {
  const messages = new Set<string>();
  const groups: { readonly finding: Finding; readonly rest: string | null; readonly names: string[] }[] = [];
  let empty = false;
  for (const finding of all) {
    if (messages.has(finding.message)) continue;
    messages.add(finding.message);
    if (finding.code === 'ROI_EMPTY') {
      if (empty) continue;
      empty = true;
    }
    // The longest name that fits: one may begin like another.
    const name = names
      .filter((one) => finding.message.startsWith(`${one}: `))
      .reduce<string | null>((best, one) => (best === null || one.length > best.length ? one : best), null);
    const rest = name === null ? null : finding.message.slice(name.length + 2);
    const alike =
      rest === null
        ? undefined
        : groups.find(
            (one) =>
              one.rest === rest &&
              one.finding.code === finding.code &&
              one.finding.severity === finding.severity,
          );
    if (alike && name !== null) alike.names.push(name);
    else groups.push({ finding, rest, names: name === null ? [] : [name] });
  }
  return groups.map((group) =>
    group.names.length > 1
      ? { ...group.finding, message: `${several(group.names)}: ${group.rest}` }
      : group.finding,
  );
}
