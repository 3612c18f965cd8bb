import {
  backupResult,
  restoreResult,
  verifyResult,
  type Job,
  type RestoreResult,
  type VerifyResult,
} from '../../src-shared/api/index.ts';
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
  /** A library that may be used now, or thrown away. */
  readonly restored: RestoreResult | null;
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
    restored: null,
  };
}

function ofRestore(restored: RestoreResult): Outcome {
  const sound = restored.auditTrail === 'sound';
  return {
    verdict: sound ? 'pass' : 'near',
    word: sound ? 'restored' : 'restored, with a remark',
    sentences: [
      `Every object is what it was when it was backed up. The library that is open was not touched; this one lies beside it as ${restored.name}.`,
      ...(sound
        ? []
        : ['Its change log was changed from outside or damaged already when the backup was made.']),
    ],
    bad: [],
    toFetch: false,
    restored,
  };
}

/** The outcome of a check, backup or restore of the library that is done; null of everything else. */
export function outcomeOf(job: Job): Outcome | null {
  if (job.state !== 'done') return null;
  if (job.kind === 'verify') {
    const result = verifyResult.safeParse(job.result);
    return result.success ? ofCheck(result.data) : null;
  }
  if (job.kind === 'restore') {
    const result = restoreResult.safeParse(job.result);
    return result.success ? ofRestore(result.data) : null;
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
    restored: null,
  };
}
