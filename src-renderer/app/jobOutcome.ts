import { backupResult, verifyResult, type Job, type VerifyResult } from '../../src-shared/api/index.ts';
import type { Verdict } from '../ui/index.ts';
import { bytesText, plural } from './format.ts';

/** What an ended job found or made, as a person reads it. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly word: string;
  readonly sentences: readonly string[];
  /** Objects that are not what they were. */
  readonly bad: VerifyResult['bad'];
  /** The host holds a file until it is fetched. */
  readonly toFetch: boolean;
}

function ofCheck({ objects, bad, index, auditTrail }: VerifyResult): Outcome {
  const sentences = [
    bad.length === 0
      ? `${plural(objects, 'stored object')} read again; each is what was imported.`
      : `${plural(bad.length, 'object')} of ${plural(objects, 'stored object')} ${bad.length === 1 ? 'is' : 'are'} not what was imported. Import the files again, or restore a backup; the others are sound.`,
    {
      sound: 'The index agrees with the objects.',
      rebuilt: 'The index did not agree with the objects and was made anew; nothing was lost.',
      damaged:
        'The index does not agree with the objects. It can be made anew where the library can be written to.',
    }[index],
    auditTrail === 'sound'
      ? 'The change log is unbroken.'
      : 'The change log was changed from outside or is damaged; restore a backup from before.',
  ];
  const failed = bad.length > 0 || index === 'damaged' || auditTrail === 'damaged';
  return {
    verdict: failed ? 'fail' : index === 'rebuilt' ? 'near' : 'pass',
    word: failed ? 'not sound' : index === 'rebuilt' ? 'repaired' : 'sound',
    sentences,
    bad,
    toFetch: false,
  };
}

/** The outcome of a check or backup of the library that is done; null of everything else. */
export function outcomeOf(job: Job): Outcome | null {
  if (job.state !== 'done') return null;
  if (job.kind === 'verify') {
    const result = verifyResult.safeParse(job.result);
    return result.success ? ofCheck(result.data) : null;
  }
  if (job.kind !== 'backup') return null;
  const result = backupResult.safeParse(job.result);
  if (!result.success) return null;
  const { objects, bytes, name, toFetch } = result.data;
  return {
    verdict: 'pass',
    word: 'done',
    sentences: [
      `${name} holds the whole library: ${plural(objects, 'object')}, ${bytesText(bytes)}, with trash, change log and settings.`,
    ],
    bad: [],
    toFetch,
  };
}
