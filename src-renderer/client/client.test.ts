import { afterEach, describe, expect, it, vi } from 'vitest';
import { filesOfUpload, type Bulk } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import { bulkValues, createClient, createFakeClient, fetchBulk, type Transport } from './index.ts';

interface Stand extends Transport {
  readonly asked: { domain: string; method: string; request: unknown }[];
  tell(message: unknown): void;
}

function stand(answer: (method: string, request: unknown) => unknown): Stand {
  const listeners = new Set<(message: unknown) => void>();
  const asked: Stand['asked'] = [];
  return {
    asked,
    async call(domain, method, request) {
      asked.push({ domain, method, request });
      return answer(method, request);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onConnection: (listener) => (listener(true), () => undefined),
    tell: (message) => listeners.forEach((listener) => listener(message)),
    close: () => undefined,
  };
}
const JOB = {
  id: 'j',
  title: 't',
  kind: 'k',
  state: 'done',
  progress: 1,
  step: '',
  rate: '',
  remainingSeconds: null,
  startedAt: '',
  endedAt: null,
  result: null,
  error: null,
};
afterEach(() => vi.unstubAllGlobals());

describe('client (H7)', () => {
  it('sends what fits the contract, defaults filled in, and gives the answer', async () => {
    const transport = stand(() => ({ ok: true, response: { patients: [] } }));
    expect(await createClient(transport).library.tree({})).toEqual({ patients: [] });
    expect(transport.asked).toEqual([{ domain: 'library', method: 'tree', request: { search: '' } }]);
  });

  it('does not send what does not fit', async () => {
    const transport = stand(() => ({ ok: true, response: {} }));
    await expect(createClient(transport).review.open({ uid: '../../x' })).rejects.toMatchObject({
      code: 'USAGE',
    });
    expect(transport.asked).toEqual([]);
  });

  it.each([
    [null],
    ['x'],
    [{}],
    [{ ok: true }],
    [{ ok: true, response: { jobs: [{ id: 1 }] } }],
    [{ ok: false, error: { code: 'NEW', message: 'm', detail: {} } }],
  ])('refuses the answer %j', async (answer) => {
    await expect(createClient(stand(() => answer)).jobs.list({})).rejects.toMatchObject({ code: 'DEFECT' });
  });

  it('gives a Failure back as one', async () => {
    const client = createClient(
      stand(() => ({ ok: false, error: { code: 'NOT_FOUND', message: 'Gone.', detail: { uid: '1' } } })),
    );
    const failure = await client.jobs.cancel({ id: 'x' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'NOT_FOUND', message: 'Gone.', detail: { uid: '1' } });
  });

  it('says that the host does not answer', async () => {
    const client = createClient(
      stand(() => {
        throw new TypeError('fetch failed');
      }),
    );
    await expect(client.jobs.list({})).rejects.toThrow('does not answer');
  });

  it('passes events on that fit, to who listens to them', () => {
    const transport = stand(() => null),
      client = createClient(transport),
      heard: unknown[] = [];
    const stop = client.on('jobs', 'changed', (job) => heard.push(job.id));
    transport.tell({ domain: 'jobs', event: 'changed', payload: JOB });
    transport.tell({ domain: 'jobs', event: 'changed', payload: { ...JOB, state: 'odd' } });
    transport.tell({ domain: 'library', event: 'changed', payload: { series: [] } });
    transport.tell('nonsense');
    stop();
    transport.tell({ domain: 'jobs', event: 'changed', payload: JOB });
    expect(heard).toEqual(['j']);
  });
});

const BULK: Bulk = {
  url: '/bulk/x',
  type: 'int16',
  bytes: 8,
  slabs: [
    { index: 1, offset: 4, bytes: 4 },
    { index: 0, offset: 0, bytes: 4 },
  ],
};
const BYTES = Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0);
const door = (make: (slab: number) => Response): void =>
  vi.stubGlobal('fetch', async (url: string) => make(Number(/slab=(\d+)/.exec(url)?.[1])));

describe('bulk data', () => {
  it('come slab by slab, each in its place, the first one first', async () => {
    door((slab) => new Response(BYTES.slice(slab * 4, slab * 4 + 4)));
    const seen: number[][] = [];
    const buffer = await fetchBulk(BULK, {
      onSlab: ({ index }, soFar) => seen.push([index, ...bulkValues(BULK, soFar)]),
    });
    expect([...bulkValues(BULK, buffer)]).toEqual([1, 2, 3, 4]);
    expect(seen.map(([index]) => index)).toEqual([1, 0]);
    expect(seen[0]?.slice(3)).toEqual([3, 4]);
  });

  it('are shared with workers where the page is isolated', async () => {
    door((slab) => new Response(BYTES.slice(slab * 4, slab * 4 + 4)));
    vi.stubGlobal('crossOriginIsolated', true);
    expect(await fetchBulk(BULK)).toBeInstanceOf(SharedArrayBuffer);
    vi.stubGlobal('crossOriginIsolated', false);
    expect(await fetchBulk(BULK)).toBeInstanceOf(ArrayBuffer);
  });

  it('fail as a whole where a slab is short, gone or refused', async () => {
    door(() => new Response(BYTES.slice(0, 2)));
    await expect(fetchBulk(BULK)).rejects.toThrow('did not come whole');
    door(() => new Response('', { status: 404 }));
    await expect(fetchBulk(BULK)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    door(() => new Response('', { status: 401 }));
    await expect(fetchBulk(BULK)).rejects.toBeInstanceOf(Failure);
  });

  it('stop when they are cancelled', async () => {
    const controller = new AbortController();
    vi.stubGlobal(
      'fetch',
      (_: string, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        ),
    );
    const fetching = fetchBulk(BULK, { signal: controller.signal });
    controller.abort();
    await expect(fetching).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(fetchBulk(BULK, { signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('upload', () => {
  const files = ['CT/1.dcm', 'CT/2.dcm'].map((path) => ({ path, file: new File(['abc'], path) }));
  const library = (method: string): unknown => ({
    ok: true,
    response: {
      beginUpload: { upload: 'u', url: '/upload/u' },
      finishUpload: { job: 'j' },
      abandonUpload: {},
    }[method],
  });

  /** What a request carries, as the host reads it. */
  const received = async (body: Blob): Promise<[string, string][]> => {
    const got: [string, string][] = [];
    const whole = (async function* () {
      yield new Uint8Array(await body.arrayBuffer());
    })();
    for await (const { name, chunks } of filesOfUpload(whole)) {
      let text = '';
      for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
      got.push([name, text]);
    }
    return got;
  };

  it('sends the files under their own paths, tells how far it is, and starts the import', async () => {
    const sent: [string, [string, string][]][] = [],
      told: number[] = [],
      transport = stand(library);
    vi.stubGlobal('fetch', async (url: string, { body }: { body: Blob }) => {
      sent.push([url, await received(body)]);
      return new Response('{}');
    });
    expect(
      await createClient(transport).upload({
        title: 't',
        files,
        onProgress: ({ bytes }) => told.push(bytes),
      }),
    ).toEqual({ job: 'j' });
    expect(sent).toEqual([
      [
        '/upload/u',
        [
          ['CT/1.dcm', 'abc'],
          ['CT/2.dcm', 'abc'],
        ],
      ],
    ]);
    // At the start and at the end: files that go quickly are not told one by one.
    expect(told).toEqual([0, 6]);
    expect(transport.asked[0]).toMatchObject({
      method: 'beginUpload',
      request: { title: 't', files: 2, bytes: 6 },
    });
  });

  it('sends many files in few requests, each whole and once', async () => {
    const many = Array.from({ length: 150 }, (_, n) => ({ path: `${n}.dcm`, file: new File([`${n}`], 'x') }));
    const sent: [string, string][][] = [];
    vi.stubGlobal('fetch', async (_url: string, { body }: { body: Blob }) => {
      sent.push(await received(body));
      return new Response('{}');
    });
    await createClient(stand(library)).upload({ title: 't', files: many });
    expect(sent.map((one) => one.length).sort((a, b) => b - a)).toEqual([64, 64, 22]);
    expect(new Map(sent.flat())).toEqual(new Map(many.map(({ path }, n) => [path, `${n}`])));
  });

  it('says which file could not be read', async () => {
    const gone = new File(['abc'], 'gone');
    gone.slice = () => {
      const blob = new Blob();
      blob.arrayBuffer = () => Promise.reject(new Error('NotReadableError'));
      return blob;
    };
    const transport = stand(library);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(
      createClient(transport).upload({ title: 't', files: [...files, { path: 'CT/gone.dcm', file: gone }] }),
    ).rejects.toThrow('CT/gone.dcm could not be read; nothing was imported.');
    expect(transport.asked.at(-1)?.method).toBe('abandonUpload');
  });

  it('asks for the size of a file once, which the browser looks up on the disk each time', async () => {
    let asked = 0;
    const watched = files.map(({ path, file }) => ({
      path,
      file: new Proxy(file, {
        get: (of, name) => {
          if (name === 'size') asked += 1;
          return Reflect.get(of, name, of) as unknown;
        },
      }),
    }));
    vi.stubGlobal('fetch', async () => new Response('{}'));
    await createClient(stand(library)).upload({ title: 't', files: watched });
    expect(asked).toBe(2);
  });

  it('throws away what it sent where one file is refused, and says why', async () => {
    const transport = stand(library);
    vi.stubGlobal('fetch', async () => new Response('The disk is full; make room.\n', { status: 507 }));
    await expect(createClient(transport).upload({ title: 't', files })).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: 'The disk is full; make room.',
    });
    expect(transport.asked.map(({ method }) => method)).toEqual(['beginUpload', 'abandonUpload']);
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController(),
      transport = stand(library);
    vi.stubGlobal('fetch', async () => {
      controller.abort();
      throw new Error('aborted');
    });
    await expect(
      createClient(transport).upload({ title: 't', files, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(transport.asked.at(-1)?.method).toBe('abandonUpload');
  });
});

describe('restore', () => {
  const backup = new File(['abc'], 'backup.tar');
  const host = (endedAt: string | null) =>
    stand((method) => ({
      ok: true,
      response: {
        beginRestore: { job: 'j', url: '/upload/u' },
        list: { jobs: [{ ...JOB, endedAt }] },
        cancel: {},
      }[method],
    }));
  const asked = (transport: Stand): string[] => transport.asked.map(({ method }) => method);

  it('announces how much comes, and sends it in one piece', async () => {
    const sent: [string, unknown][] = [];
    const transport = host(null);
    vi.stubGlobal('fetch', async (url: string, { body }: RequestInit) => {
      sent.push([url, body]);
      return new Response('{}');
    });
    const { job, sent: done } = await createClient(transport).restore(backup);
    await done;
    expect(job).toBe('j');
    expect(transport.asked).toEqual([{ domain: 'libraries', method: 'beginRestore', request: { bytes: 3 } }]);
    expect(sent).toEqual([['/upload/u', backup]]);
  });

  it('leaves it to the job to say why it was refused, in an answer or by a broken line', async () => {
    for (const answer of [
      () => Promise.resolve(new Response('This file is no backup.', { status: 400 })),
      () => Promise.reject(new TypeError('network error')),
    ]) {
      const transport = host('2026-01-05T12:00:00Z');
      vi.stubGlobal('fetch', answer);
      await (
        await createClient(transport).restore(backup)
      ).sent;
      expect(asked(transport)).not.toContain('cancel');
    }
  });

  it('cancels the job where the file could not be read, and says so', async () => {
    const transport = host(null);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('network error')));
    const { sent } = await createClient(transport).restore(backup);
    await expect(sent).rejects.toMatchObject({ code: 'INPUT_NOT_USABLE' });
    expect(asked(transport)).toContain('cancel');
  });

  it('does not begin with an empty file', async () => {
    const transport = host(null);
    await expect(createClient(transport).restore(new File([], 'x.tar'))).rejects.toMatchObject({
      code: 'INPUT_NOT_USABLE',
    });
    expect(transport.asked).toEqual([]);
  });
});

describe('fake client', () => {
  it('answers what a test gives it, fails for the rest, and emits', async () => {
    const client = createFakeClient({ jobs: { list: async () => ({ jobs: [] }) } }),
      heard: string[][] = [],
      line: boolean[] = [];
    expect(await client.jobs.list({})).toEqual({ jobs: [] });
    await expect(client.library.status({})).rejects.toMatchObject({ code: 'NOT_SUPPORTED_HERE' });
    const stop = client.on('library', 'changed', ({ series }) => heard.push(series));
    client.emit('library', 'changed', { series: ['1.2'] });
    stop();
    client.emit('library', 'changed', { series: ['1.3'] });
    client.onConnection((connected) => line.push(connected));
    client.setConnected(false);
    expect(heard).toEqual([['1.2']]);
    expect(line).toEqual([true, false]);
  });
});
