import type { RoiDvh } from '../../../src-shared/api/index.ts';
import type { LoadedStructures } from './caseData.ts';

/** ROIs that the host is asked about at once: few enough that curves keep coming. */
const ROIS_AT_ONCE = 4;

const CLOSED = new Set(['CLOSED_PLANAR', 'CLOSEDPLANAR_XOR']);

/** The ROIs that a DVH can be made of, the quick ones first: the largest take longest. */
export function dvhOrder(structures: LoadedStructures): readonly number[] {
  return structures.rois
    .filter(({ contours }) => contours.some(({ type }) => CLOSED.has(type)))
    .toSorted((a, b) => (a.info.volumeCc ?? 0) - (b.info.volumeCc ?? 0))
    .map(({ info }) => info.number);
}

export interface DvhSteps<Answer> {
  /** In the order in which they are asked for. */
  readonly rois: readonly number[];
  /** What the person looks at: the next to be asked for, alone, wherever it stands in the order. */
  selected(): number | null;
  ask(rois: readonly number[]): Promise<Answer>;
  /** Not told any more once the signal is aborted. */
  onPart(answer: Answer): void;
  readonly signal: AbortSignal;
}

/** Asks for DVHs in a few requests, one after another; rejects with what the host says. */
export async function dvhInSteps<Answer>({
  rois,
  selected,
  ask,
  onPart,
  signal,
}: DvhSteps<Answer>): Promise<void> {
  let waiting = rois;
  while (waiting.length > 0) {
    const wanted = selected();
    const next = wanted !== null && waiting.includes(wanted) ? [wanted] : waiting.slice(0, ROIS_AT_ONCE);
    const answer = await ask(next);
    if (signal.aborted) return;
    onPart(answer);
    waiting = waiting.filter((roi) => !next.includes(roi));
  }
}

/** Rows of both, the newer ones first where both have one, in the structure set's order. */
export function joinDvhs(
  known: readonly RoiDvh[],
  came: readonly RoiDvh[],
  order: readonly number[],
): readonly RoiDvh[] {
  const rows = new Map([...known, ...came].map((row) => [row.number, row]));
  return order.flatMap((number) => rows.get(number) ?? []);
}
