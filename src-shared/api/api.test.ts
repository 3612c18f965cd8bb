import { describe, expect, it } from 'vitest';
import type { Domain } from './contract.ts';
import jobs from './fixtures/jobs.refused.json' with { type: 'json' };
import libraries from './fixtures/libraries.refused.json' with { type: 'json' };
import library from './fixtures/library.refused.json' with { type: 'json' };
import review from './fixtures/review.refused.json' with { type: 'json' };
import workstation from './fixtures/workstation.refused.json' with { type: 'json' };
import { answerMessage, DOMAINS, eventMessage } from './index.ts';

interface Refused {
  readonly of: string;
  readonly why: string;
  readonly value?: unknown;
}
interface Fixtures {
  readonly requests: readonly Refused[];
  readonly responses: readonly Refused[];
  readonly events: readonly Refused[];
}
const FIXTURES: Readonly<Record<keyof typeof DOMAINS, Fixtures>> = {
  jobs,
  libraries,
  library,
  review,
  workstation,
};

/** The least that each request may be. */
const ACCEPTED: Readonly<Record<keyof typeof DOMAINS, Readonly<Record<string, unknown>>>> = {
  jobs: { list: {}, cancel: { id: 'a' }, dismiss: { id: 'a' } },
  libraries: {
    list: {},
    restoreFromDialogue: {},
    beginRestore: { bytes: 1 },
    use: { name: 'library' },
    discard: { name: 'library-restored-2026-01-05-1200' },
  },
  library: {
    tree: {},
    status: {},
    importFromDialogue: { what: 'folder' },
    beginUpload: { title: 't', files: 1, bytes: 1 },
    finishUpload: { upload: 'u' },
    abandonUpload: { upload: 'u' },
    importDemo: {},
    reports: {},
    report: { id: 'r' },
    markOpened: { patient: 'p' },
    toTrash: { what: 'patient', key: 'k' },
    trash: {},
    restore: { what: 'study', key: 'k' },
    emptyTrash: {},
    changes: {},
    undo: {},
    redo: {},
    verify: {},
    backup: {},
    fetchBackup: { job: 'j' },
  },
  review: {
    open: { uid: '1.2.3' },
    volume: { uid: '1.2.3', choice: null },
    volumeFigures: { uid: '1.2.3', choice: 2 },
    structures: { uid: '1.2.3' },
    dose: { uid: '1.2.3' },
    plan: { uid: '1.2.3' },
    controlPoints: { uid: '1.2.3', beam: 1 },
    dvh: { structures: '1.2', dose: '1.3' },
  },
  workstation: {
    about: {},
    memory: {},
    getSetting: { key: 'person.name' },
    setSetting: { key: 'review.levels', value: [1] },
  },
};

describe.each(Object.keys(DOMAINS) as (keyof typeof DOMAINS)[])('contract of %s', (name) => {
  const domain: Domain = DOMAINS[name],
    fixtures = FIXTURES[name];

  it.each(fixtures.requests)('refuses a request $of: $why', ({ of, value }) => {
    expect(domain.methods[of]).toBeDefined();
    expect(domain.methods[of]?.request.safeParse(value).success).toBe(false);
  });

  it.each([
    ...fixtures.responses,
    ...(fixtures.responses.length === 0
      ? [{ of: Object.keys(domain.methods)[0] ?? '', why: 'nothing', value: undefined }]
      : []),
  ])('refuses a response $of: $why', ({ of, value }) => {
    expect(domain.methods[of]?.response.safeParse(value).success).toBe(false);
  });

  it('refuses the events of its fixtures', () => {
    for (const { of, value } of fixtures.events)
      expect(domain.events[of]?.safeParse(value).success, of).toBe(false);
    expect(
      Object.keys(domain.events).filter((event) => !fixtures.events.some(({ of }) => of === event)),
    ).toEqual([]);
  });

  it('takes the least of each request, and nothing that it does not know', () => {
    expect(Object.keys(ACCEPTED[name]).sort()).toEqual(Object.keys(domain.methods).sort());
    for (const [method, { request }] of Object.entries(domain.methods)) {
      const least = ACCEPTED[name][method];
      expect(request.safeParse(least).success, method).toBe(true);
      expect(request.safeParse({ ...(least as object), path: '/home' }).success, `${method} with more`).toBe(
        false,
      );
    }
  });
});

describe('messages', () => {
  it('are refused where they say two things or none', () => {
    const error = { code: 'NOT_FOUND', message: 'm', detail: {} };
    expect(answerMessage.safeParse({ ok: true, response: 1 }).success).toBe(true);
    expect(answerMessage.safeParse({ ok: false, error }).success).toBe(true);
    for (const wrong of [
      null,
      {},
      { ok: true, response: 1, error },
      { ok: false, response: 1 },
      { ok: false, error: { ...error, code: 'X' } },
      { ok: 'yes', response: 1 },
    ]) {
      expect(answerMessage.safeParse(wrong).success).toBe(false);
    }
    expect(eventMessage.safeParse({ domain: 'jobs', event: 'changed', payload: 1 }).success).toBe(true);
    expect(eventMessage.safeParse({ domain: 'jobs', event: 'changed', payload: 1, to: 2 }).success).toBe(
      false,
    );
  });
});
