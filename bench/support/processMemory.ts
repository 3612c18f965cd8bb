import { readdirSync, readFileSync } from 'node:fs';

const field = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Processes end while they are being counted.
    return '';
  }
}

/** A process and all that it has started, by their ids. */
export function familyOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = field(textOf(`/proc/${name}/status`), 'PPid');
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const family = [pid];
  for (let n = 0; n < family.length; n++) family.push(...(children.get(family[n]!) ?? []));
  return family;
}

/** Proportional set size of processes with all their children, bytes: pages that several share count once in the sum. Linux only. */
export function proportionalSetSize(...pids: number[]): number {
  const kilobytes = pids.flatMap(familyOf).map((pid) => field(textOf(`/proc/${pid}/smaps_rollup`), 'Pss'));
  return 1024 * kilobytes.reduce((sum, size) => sum + (Number.isNaN(size) ? 0 : size), 0);
}
