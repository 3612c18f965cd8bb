import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventMessage } from '../../../src-shared/api/index.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import type { HostTransport } from '../../host/transport.ts';
import { openBrowserDoor, type BrowserDoor } from './door.ts';
import { createSessions } from './sessions.ts';

const HASH = 'ab'.repeat(32);
const TOKEN = 'a-_4'.repeat(10) + 'abc';
const UPLOAD = '12345678-1234-1234-1234-123456789abc';

let folder: string;
let door: BrowserDoor;
let clock = 0;
let touched: string[] = [];
const listeners = new Set<(message: EventMessage) => void>();

const transport: HostTransport = {
  async call(domain, method, request) {
    touched.push(`call ${domain}.${method}`);
    return { ok: true, response: request };
  },
  onEvent(listener) {
    touched.push('events');
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  async bulk(hash, slab) {
    touched.push(`bulk ${slab}`);
    if (hash !== HASH) return null;
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set([1, 2, 3, 4]);
    return {
      length: 4,
      chunks: async function* () {
        yield shared.subarray(0, 2);
        yield shared.subarray(2);
      },
    };
  },
  async download(token) {
    touched.push('download');
    if (token !== TOKEN) return null;
    return {
      name: 'fluence-library.tar',
      length: 4,
      chunks: async function* () {
        yield Uint8Array.of(1, 2);
        yield Uint8Array.of(3, 4);
      },
    };
  },
  async receive(upload, body) {
    touched.push(`receive ${upload}`);
    for await (const chunk of body) {
      if (Buffer.from(chunk).includes('..'))
        throw new Failure('NOT_ALLOWED', 'A file has a name that leads out of its folder.');
      touched.push(`${chunk.length} bytes`);
    }
  },
};

interface Sent {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}
interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request exactly as written: unlike fetch, any Host and any path. */
const send = ({ path, method = 'GET', headers = {}, body }: Sent): Promise<Got> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(door.origin);
    const sent = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { ...headers },
        setHost: headers['Host'] === undefined,
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

const codeOf = (url: string): string => new URL(url).hash.slice(1);
const enter = (code: string, headers: Record<string, string> = {}): Promise<Got> =>
  send({
    path: '/enter',
    method: 'POST',
    headers: { Origin: door.origin, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ code }),
  });
const cookieOf = (got: Got): string => (got.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
const post = (path: string, headers: Record<string, string>, body = '{}'): Promise<Got> =>
  send({ path, method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });

/** Every way in that there is behind the entrance. */
const WAYS: readonly Sent[] = [
  { path: '/api/library/tree', method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } },
  { path: `/upload/${UPLOAD}`, method: 'POST', body: 'bytes' },
  { path: `/bulk/${HASH}` },
  { path: `/bulk/${HASH}?slab=0` },
  { path: `/download/${TOKEN}` },
  { path: '/events' },
  { path: '/index.html' },
  { path: '/assets/app.js' },
];
const at = (way: Sent, headers: Record<string, string>): Promise<Got> =>
  send({
    ...way,
    headers: { ...way.headers, ...(way.method === 'POST' ? { Origin: door.origin } : {}), ...headers },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluence-door-'));
  await mkdir(join(folder, 'window', 'assets'), { recursive: true });
  await writeFile(join(folder, 'window', 'index.html'), '<title>the window</title>');
  await writeFile(join(folder, 'window', 'assets', 'app.js'), 'export {};');
  await writeFile(join(folder, 'secret.js'), 'secret');
  await symlink(join(folder, 'secret.js'), join(folder, 'window', 'link.js'));
  door = await openBrowserDoor({
    transport,
    windowFolder: join(folder, 'window'),
    sessions: createSessions({ now: () => clock }),
  });
});
afterAll(async () => {
  await door.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  touched = [];
});

describe('the one-time code', () => {
  it('opens the door once, and gives a cookie that scripts and other sites cannot have', async () => {
    const code = codeOf(door.newUrl());
    const first = await enter(code);
    expect(first.status).toBe(200);
    expect(first.headers['set-cookie']?.[0]).toMatch(
      /^fluence-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    expect((await enter(code)).status).toBe(401);
  });

  it('is dead after 60 s, and when a newer one was made', async () => {
    const late = codeOf(door.newUrl());
    clock += 60_001;
    expect((await enter(late)).status).toBe(401);
    const older = codeOf(door.newUrl()),
      newer = codeOf(door.newUrl());
    expect((await enter(older)).status).toBe(401);
    expect((await enter(newer)).status).toBe(200);
  });

  it.each(['', 'x', 'null', '{}', 'a'.repeat(5000)])('is not guessed by %s', async (guess) => {
    door.newUrl();
    expect((await enter(guess)).status).toBe(401);
  });

  it('is not taken from other pages, nor by GET, nor as a form', async () => {
    const code = codeOf(door.newUrl());
    expect((await enter(code, { Origin: 'http://evil.example' })).status).toBe(403);
    expect((await enter(code, { Origin: 'null' })).status).toBe(403);
    expect((await enter(code, { 'Content-Type': 'text/plain' })).status).toBe(401);
    expect((await send({ path: `/enter?code=${code}` })).status).toBe(401);
    expect((await enter(code)).status).toBe(200);
  });
});

describe('without a session', () => {
  it.each(WAYS)('$method $path is closed', async (way) => {
    const got = await at(way, {});
    expect(got.status).toBe(401);
    expect(touched).toEqual([]);
  });

  it('the entrance says what to do, and carries no word of the library', async () => {
    const page = await send({ path: '/' });
    expect(page.status).toBe(200);
    expect(page.body.toString()).toContain('/entrance.js');
    expect((await send({ path: '/entrance.js' })).body.toString()).toContain('start Fluence again');
    expect(touched).toEqual([]);
  });

  it.each([
    ['a made-up token', (name: string) => `${name}=${'A'.repeat(43)}`],
    ['no token', (name: string) => `${name}=`],
    ['another name', () => `fluence=${'A'.repeat(43)}`],
  ])('a cookie with %s is none', async (_, make) => {
    const got = await at({ path: `/bulk/${HASH}` }, { Cookie: make(`fluence-${new URL(door.origin).port}`) });
    expect(got.status).toBe(401);
  });
});

describe('with a session', () => {
  let cookie: string;
  beforeAll(async () => {
    cookie = cookieOf(await enter(codeOf(door.newUrl())));
  });

  it('answers calls, bulk data, slabs and files', async () => {
    const call = await post('/api/library/tree', { Origin: door.origin, Cookie: cookie }, '{"search":"x"}');
    expect(JSON.parse(call.body.toString())).toEqual({ ok: true, response: { search: 'x' } });
    expect([...(await send({ path: `/bulk/${HASH}?slab=0`, headers: { Cookie: cookie } })).body]).toEqual([
      1, 2, 3, 4,
    ]);
    expect((await send({ path: '/', headers: { Cookie: cookie } })).body.toString()).toContain('the window');
    expect(
      (await send({ path: '/assets/app.js', headers: { Cookie: cookie } })).headers['content-type'],
    ).toMatch('text/javascript');
    expect((await send({ path: `/bulk/${'00'.repeat(32)}`, headers: { Cookie: cookie } })).status).toBe(404);
  });

  it('streams events, and stops listening when the window goes', async () => {
    const { port } = new URL(door.origin);
    const heard = await new Promise<string>((resolve) => {
      const stream = httpRequest(
        { host: '127.0.0.1', port, path: '/events', headers: { Cookie: cookie } },
        (answer) => {
          let text = '';
          answer.on('data', (part: Buffer) => {
            text += part.toString();
            if (text.includes('here') && !text.includes('data:'))
              listeners.forEach((listener) => listener({ domain: 'jobs', event: 'changed', payload: 1 }));
            if (text.includes('data:')) {
              stream.destroy();
              resolve(text);
            }
          });
        },
      );
      stream.end();
    });
    expect(heard).toContain('data: {"domain":"jobs","event":"changed","payload":1}\n\n');
    await expect.poll(() => listeners.size).toBe(0);
  });

  it.each(WAYS)('$method $path is closed to a name that was bent to this machine', async (way) => {
    const port = new URL(door.origin).port;
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      `localhost:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port}.evil.example`,
      `[::1]:${port}`,
    ]) {
      expect((await at(way, { Cookie: cookie, Host: host })).status).toBe(403);
    }
    expect(touched).toEqual([]);
  });

  it.each(WAYS)('$method $path is closed to other pages', async (way) => {
    for (const origin of [
      'http://evil.example',
      'null',
      'http://127.0.0.1',
      door.origin.replace('http', 'https'),
      `${door.origin}.evil.example`,
      `${door.origin}/`,
    ]) {
      expect((await at(way, { Cookie: cookie, Origin: origin })).status).toBe(403);
    }
    expect(touched).toEqual([]);
  });

  it('a request that changes something needs an Origin', async () => {
    expect((await post('/api/library/emptyTrash', { Cookie: cookie })).status).toBe(403);
    expect((await post(`/upload/${UPLOAD}`, { Cookie: cookie })).status).toBe(403);
    expect(touched).toEqual([]);
  });

  it('a picture or script that another site embeds is refused', async () => {
    for (const site of ['cross-site', 'same-site']) {
      expect(
        (await send({ path: `/bulk/${HASH}`, headers: { Cookie: cookie, 'Sec-Fetch-Site': site } })).status,
      ).toBe(403);
    }
  });

  it('two Hosts, or a target that names another place, are refused', async () => {
    const { port, host } = new URL(door.origin);
    const raw = (head: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(head));
        let text = '';
        socket.on('data', (part) => (text += part.toString()));
        socket.on('close', () => resolve(text));
        socket.on('error', reject);
      });
    expect(
      await raw(
        `GET / HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1.1 40[03]/);
    expect(
      await raw(
        `GET http://evil.example/ HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1.1 400/);
    expect(
      await raw(
        `GET //evil.example/ HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1.1 400/);
  });

  it.each([
    '/../secret.js',
    '/%2e%2e/secret.js',
    '/..%2fsecret.js',
    '/assets/../../secret.js',
    '/assets/..%5c..%5csecret.js',
    '/link.js',
    '/assets',
    '/assets/app.js%00.png',
  ])('the path %s leads nowhere', async (path) => {
    const got = await send({ path, headers: { Cookie: cookie } });
    expect(got.status).toBe(404);
    expect(got.body.toString()).not.toBe('secret');
  });

  it.each([
    `/bulk/../${HASH}`,
    '/bulk/abc',
    `/bulk/${HASH}/x`,
    `/bulk/${HASH}?slab=-1`,
    `/bulk/${HASH}?slab=1e3`,
    `/bulk/${HASH.toUpperCase()}`,
  ])('%s is no bulk data', async (path) => {
    const got = await send({ path, headers: { Cookie: cookie } });
    expect([400, 404]).toContain(got.status);
    expect(touched).toEqual([]);
  });

  it('a body that is no JSON, too long, or of another type is refused', async () => {
    const own = { Origin: door.origin, Cookie: cookie };
    expect((await post('/api/library/tree', own, '{')).status).toBe(400);
    expect((await post('/api/library/tree', own, JSON.stringify('x'.repeat(5 * 1024 * 1024)))).status).toBe(
      400,
    );
    expect((await post('/api/library/tree', { ...own, 'Content-Type': 'text/plain' })).status).toBe(400);
    expect((await post('/api/library', own)).status).toBe(400);
    expect(touched).toEqual([]);
  });

  it('gives a download under its name, as a file and never as a page', async () => {
    const Cookie = cookie;
    const got = await send({ path: `/download/${TOKEN}`, headers: { Cookie } });
    expect(got.status).toBe(200);
    expect(got.headers).toMatchObject({
      'content-disposition': 'attachment; filename="fluence-library.tar"',
      'content-type': 'application/octet-stream',
      'content-length': '4',
    });
    expect([...got.body]).toEqual([1, 2, 3, 4]);
    expect((await send({ path: `/download/${'b'.repeat(43)}`, headers: { Cookie } })).status).toBe(404);
    expect((await send({ path: '/download/..%2fpasswd', headers: { Cookie } })).status).toBe(400);
  });

  it('takes uploads, and says why one is refused', async () => {
    const own = { Origin: door.origin, Cookie: cookie };
    expect((await post(`/upload/${UPLOAD}`, own, 'abc')).status).toBe(200);
    expect(touched).toEqual([`receive ${UPLOAD}`, '3 bytes']);
    const refused = await post(`/upload/${UPLOAD}`, own, '../a');
    expect(refused.status).toBe(400);
    expect(refused.body.toString()).toContain('leads out of its folder');
    expect((await post('/upload/other', own)).status).toBe(400);
  });

  it('no other method is taken, and a preflight gets nothing', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      expect(
        (await send({ path: '/api/library/tree', method, headers: { Cookie: cookie, Origin: door.origin } }))
          .status,
      ).toBe(405);
    }
    const preflight = await send({
      path: '/api/library/tree',
      method: 'OPTIONS',
      headers: { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.status).toBe(403);
  });

  it('every answer, refusals too, isolates the page and gives no other one leave', async () => {
    const answers = await Promise.all([
      send({ path: '/' }),
      send({ path: '/', headers: { Cookie: cookie } }),
      send({ path: '/nothing', headers: { Cookie: cookie } }),
      send({ path: '/', headers: { Host: 'evil.example' } }),
      post('/api/library/tree', { Origin: door.origin, Cookie: cookie }),
      send({ path: `/bulk/${HASH}`, headers: { Cookie: cookie } }),
    ]);
    for (const { headers } of answers) {
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/,
      );
      expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*'unsafe-/);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('listens on this machine alone', () => {
    expect(door.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});
