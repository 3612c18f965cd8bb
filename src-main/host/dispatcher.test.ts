import { EventEmitter } from 'node:events';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { defineDomain, type EventMessage } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import { endOnDefect } from './defects.ts';
import { createDispatcher } from './dispatcher.ts';

const domain = defineDomain({
  name: 'sample',
  methods: {
    double: { request: z.strictObject({ value: z.number() }), response: z.object({ value: z.number() }) },
    fail: { request: z.strictObject({}), response: z.object({}) },
    leak: { request: z.strictObject({}), response: z.object({ value: z.number() }) },
  },
  events: { changed: z.object({ value: z.number() }) },
});

function setUp(
  fail: () => never = () => {
    throw new Failure('LIBRARY_BUSY', 'Busy; wait.', { by: 'cli' });
  },
  leak: unknown = { value: 1 },
) {
  const log: string[] = [],
    asked: unknown[] = [];
  const dispatcher = createDispatcher((line) => log.push(line));
  let tell: (payload: { value: number }) => void = () => undefined;
  dispatcher.serve(domain, (emit) => {
    tell = (payload) => emit('changed', payload);
    return {
      double: ({ value }) => (asked.push(value), { value: 2 * value }),
      fail,
      leak: () => leak as { value: number },
    };
  });
  return { dispatcher, log, asked, tell: (payload: { value: number }) => tell(payload) };
}

describe('dispatcher', () => {
  it('answers a request that fits', async () => {
    const { dispatcher } = setUp();
    expect(await dispatcher.call('sample', 'double', { value: 21 })).toEqual({
      ok: true,
      response: { value: 42 },
    });
  });

  it.each(['halve', 'constructor', '__proto__', 'toString', 'hasOwnProperty', ''])(
    'H1: refuses the method %j',
    async (method) => {
      const { dispatcher } = setUp();
      expect(await dispatcher.call('sample', method, {})).toMatchObject({
        ok: false,
        error: { code: 'NOT_FOUND' },
      });
      expect(await dispatcher.call(method, 'double', { value: 1 })).toMatchObject({
        ok: false,
        error: { code: 'NOT_FOUND' },
      });
    },
  );

  it.each([
    [undefined],
    [null],
    ['x'],
    [{}],
    [{ value: '3' }],
    [{ value: Number.NaN }],
    [{ value: 1, path: '/home/Doe' }],
    [[1]],
  ])(
    'H2: refuses the request %j without calling the service, and does not repeat its values',
    async (request) => {
      const { dispatcher, asked } = setUp();
      const answer = await dispatcher.call('sample', 'double', request);
      expect(answer).toMatchObject({ ok: false, error: { code: 'USAGE' } });
      expect(JSON.stringify(answer)).not.toContain('Doe');
      expect(asked).toEqual([]);
    },
  );

  it('H3: cuts off what the contract does not name, and refuses what does not fit', async () => {
    const more = setUp(undefined, { value: 1, patient: 'Doe' });
    expect(await more.dispatcher.call('sample', 'leak', {})).toEqual({ ok: true, response: { value: 1 } });
    const wrong = setUp(undefined, { value: 'Doe' });
    expect(await wrong.dispatcher.call('sample', 'leak', {})).toMatchObject({
      ok: false,
      error: { code: 'DEFECT' },
    });
    expect(wrong.log.join()).not.toContain('Doe');
  });

  it('H4: hands a Failure on', async () => {
    const { dispatcher, log } = setUp();
    expect(await dispatcher.call('sample', 'fail', {})).toEqual({
      ok: false,
      error: { code: 'LIBRARY_BUSY', message: 'Busy; wait.', detail: { by: 'cli' } },
    });
    expect(log).toEqual([]);
  });

  it('H5: hides what nobody expected behind an id that the log knows', async () => {
    const { dispatcher, log } = setUp(() => {
      throw new TypeError('cannot read Doe^Jane');
    });
    const answer = await dispatcher.call('sample', 'fail', {});
    if (answer.ok) throw new Error('it should have failed');
    expect(answer.error.code).toBe('DEFECT');
    expect(JSON.stringify(answer)).not.toContain('Doe');
    expect(log.join()).toContain(String(answer.error.detail['id']));
    expect(log.join()).toContain('TypeError');
    expect(log.join()).not.toContain('Doe');
  });

  it('H5: takes no line of a message for a place in the code', async () => {
    const { dispatcher, log } = setUp(() => {
      throw new TypeError('several lines\n    at Doe^Jane (1.2.3)\n    at the end');
    });
    await dispatcher.call('sample', 'fail', {});
    expect(log.join()).toMatch(/\n\s+at .*dispatcher\.test\.ts/);
    expect(log.join()).not.toContain('Doe');
  });

  it('H5: what nobody caught ends the program, without its message in the log', () => {
    const program = new EventEmitter(),
      log: string[] = [],
      ended: number[] = [];
    endOnDefect(
      program as NodeJS.Process,
      (line) => log.push(line),
      (code) => ended.push(code),
    );
    program.emit('uncaughtException', new RangeError('no slice 3 of Doe^Jane'));
    expect(ended).toEqual([70]);
    expect(log.join()).toContain('RangeError');
    expect(log.join()).not.toContain('Doe');
  });

  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EROFS', 'LIBRARY_READ_ONLY'],
    ['ECONNRESET', 'CANCELLED'],
  ])('what the system calls %s is %s, and no defect', async (code, expected) => {
    const { dispatcher, log } = setUp(() => {
      throw Object.assign(new Error('write /home/Doe'), { code });
    });
    const answer = await dispatcher.call('sample', 'fail', {});
    expect(answer).toMatchObject({ ok: false, error: { code: expected } });
    expect(JSON.stringify(answer)).not.toContain('Doe');
    expect(log).toEqual([]);
  });

  it('H6: sends events that fit, until one no longer listens', () => {
    const { dispatcher, log, tell } = setUp();
    const heard: EventMessage[] = [];
    const stop = dispatcher.onEvent((message) => heard.push(message));
    tell({ value: 1 });
    tell({ value: 'x' } as unknown as { value: number });
    stop();
    tell({ value: 2 });
    expect(heard).toEqual([{ domain: 'sample', event: 'changed', payload: { value: 1 } }]);
    expect(log).toHaveLength(1);
  });
});
