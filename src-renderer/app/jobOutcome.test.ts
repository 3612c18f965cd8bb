import { describe, expect, it } from 'vitest';
import type { Job } from '../../src-shared/api/index.ts';
import { outcomeOf } from './jobOutcome.ts';

const job = (kind: string, result: unknown, state: Job['state'] = 'done'): Job => ({
  id: 'a',
  title: 'Job',
  kind,
  state,
  progress: 1,
  step: '',
  rate: '',
  remainingSeconds: null,
  startedAt: '',
  endedAt: '',
  result,
  error: null,
});
const sound = { objects: 3, bad: [], index: 'sound', auditTrail: 'sound' };

describe('what a check of the library found', () => {
  it('is sound where all of it is', () => {
    expect(outcomeOf(job('verify', sound))).toMatchObject({ verdict: 'pass', bad: [] });
  });
  it('says that the index was made anew, and that nothing is lost', () => {
    const outcome = outcomeOf(job('verify', { ...sound, index: 'rebuilt' }));
    expect(outcome?.verdict).toBe('near');
    expect(outcome?.sentences.join(' ')).toContain('made anew; nothing was lost');
  });
  it('is no good news where an object, the index or the change log is damaged', () => {
    const bad = [{ uid: '1.2', sha256: 'ab', reason: 'The stored file is gone.' }];
    expect(outcomeOf(job('verify', { ...sound, bad }))).toMatchObject({ verdict: 'fail', bad });
    expect(outcomeOf(job('verify', { ...sound, index: 'damaged' }))?.verdict).toBe('fail');
    expect(outcomeOf(job('verify', { ...sound, auditTrail: 'damaged' }))?.verdict).toBe('fail');
  });
});

describe('the outcome of other jobs', () => {
  it('names the file of a backup, and whether it is to be fetched', () => {
    const result = { objects: 2, bytes: 5e6, name: 'fluence-library.tar', toFetch: true };
    const outcome = outcomeOf(job('backup', result));
    expect(outcome).toMatchObject({ verdict: 'pass', toFetch: true });
    expect(outcome?.sentences[0]).toContain('fluence-library.tar holds the whole library: 2 objects, 5.0 MB');
  });
  it('names the library that a backup became, and tells of a change log that was broken before', () => {
    const holds = {
      patients: 1,
      studies: 1,
      series: 1,
      objects: 3,
      usedBytes: 9,
      inTrash: 0,
      lastChange: null,
    };
    const restored = {
      name: 'library-restored-1',
      folder: '/home/library-restored-1',
      made: null,
      version: null,
      holds,
      auditTrail: 'sound',
    };
    const outcome = outcomeOf(job('restore', restored));
    expect(outcome).toMatchObject({ verdict: 'pass', toFetch: false, restored });
    expect(outcome?.sentences.join(' ')).toContain('library-restored-1');
    const broken = outcomeOf(job('restore', { ...restored, auditTrail: 'damaged' }));
    expect(broken?.verdict).toBe('near');
    expect(broken?.sentences.at(-1)).toContain('already when the backup was made');
  });
  it('is none where a job failed, is another one, or left something else', () => {
    expect(outcomeOf(job('verify', sound, 'failed'))).toBeNull();
    expect(outcomeOf(job('import', { report: 'r' }))).toBeNull();
    expect(outcomeOf(job('verify', { objects: 'many' }))).toBeNull();
    expect(outcomeOf(job('restore', { name: 'x' }))).toBeNull();
  });
});
