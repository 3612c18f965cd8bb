import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FailureCode } from '../../../src-shared/model/index.ts';
import { isFailure } from '../../../src-shared/model/index.ts';
import type { HostTransport } from '../../host/transport.ts';
import { ENTRANCE_PAGE, ENTRANCE_SCRIPT, ENTRANCE_STYLE } from './entrance.ts';
import { streamEvents } from './events.ts';
import { SECURITY_HEADERS } from '../headers.ts';
import { listWindowFiles, type WindowFiles } from '../windowFiles.ts';
import { comesFromOurPage, cookieName, hasSession, refuse } from './guard.ts';
import { createSessions, type Sessions } from './sessions.ts';

export interface BrowserDoorOptions {
  readonly transport: HostTransport;
  /** Folder of the built window. */
  readonly windowFolder: string;
  /** 0, the default: any free port. */
  readonly port?: number;
  readonly sessions?: Sessions;
}

export interface BrowserDoor {
  /** 'http://127.0.0.1:PORT' */
  readonly origin: string;
  /** With a new one-time code in its fragment; `route` is where the window begins, as 'review/1.2.3'. */
  newUrl(route?: string): string;
  close(): Promise<void>;
}

const MOST_JSON = 4 * 1024 * 1024;

interface Context {
  readonly transport: HostTransport;
  readonly files: WindowFiles;
  readonly sessions: Sessions;
  readonly host: string;
  readonly port: number;
}

/** The loopback door of house.md: one machine, one person, one page (tested attack by attack in door.test.ts). */
export async function openBrowserDoor(options: BrowserDoorOptions): Promise<BrowserDoor> {
  const sessions = options.sessions ?? createSessions();
  const files = await listWindowFiles(options.windowFolder);
  const server = createServer({ requireHostHeader: true, maxHeaderSize: 16_384 });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const context: Context = { transport: options.transport, files, sessions, host, port };
  // A folder of a thousand files on a slow disk may take longer than Node's five minutes for one request.
  server.requestTimeout = 0;
  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    answer(request, response, context).catch(() => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'Something went wrong inside Fluence.');
    });
  });
  return {
    origin: `http://${host}`,
    newUrl: (route) => `http://${host}/#${sessions.newCode()}${route === undefined ? '' : `/${route}`}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  if (!comesFromOurPage(request, context.host)) {
    refuse(response, 403, 'Not from this page.');
    return;
  }
  const url = URL.parse(request.url ?? '', `http://${context.host}`);
  // An absolute or protocol-relative request target could name another place than the one that Host names.
  if (url === null || url.host !== context.host || !request.url?.startsWith('/')) {
    refuse(response, 400, 'Not a path of this door.');
    return;
  }
  const entered = hasSession(request, context.port, context.sessions);
  if (!entered) return atTheEntrance(request, response, url.pathname, context);
  const [, first = '', ...rest] = url.pathname.split('/');
  if (request.method === 'POST' && first === 'api') return call(request, response, rest, context);
  if (request.method === 'POST' && first === 'upload') return upload(request, response, rest, context);
  if (request.method === 'POST' && first === 'enter') return enter(request, response, context);
  if (request.method !== 'GET') {
    refuse(response, 405, 'Not a request that this door takes.');
    return;
  }
  if (first === 'events') {
    streamEvents(response, context.transport);
    return;
  }
  if (first === 'download') return download(response, rest, context);
  if (first === 'bulk') return bulk(response, rest, url.searchParams, context);
  return file(response, url.pathname, context);
}

function text(response: ServerResponse, type: string, body: string, status = 200): void {
  response.writeHead(status, { 'Content-Type': `${type}; charset=utf-8` });
  response.end(body);
}

async function atTheEntrance(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  context: Context,
): Promise<void> {
  if (request.method === 'POST' && path === '/enter') return enter(request, response, context);
  if (request.method === 'GET' && path === '/') {
    text(response, 'text/html', ENTRANCE_PAGE);
    return;
  }
  if (request.method === 'GET' && path === '/entrance.js') {
    text(response, 'text/javascript', ENTRANCE_SCRIPT);
    return;
  }
  if (request.method === 'GET' && path === '/entrance.css') {
    text(response, 'text/css', ENTRANCE_STYLE);
    return;
  }
  refuse(response, 401, 'This door is closed: start Fluence again to get a link.');
}

async function enter(
  request: IncomingMessage,
  response: ServerResponse,
  { sessions, port }: Context,
): Promise<void> {
  const body = await json(request, 4096);
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
  const token = typeof code === 'string' ? sessions.exchange(code) : null;
  if (token === null) {
    refuse(response, 401, 'This code has been used or is too old.');
    return;
  }
  response.setHeader('Set-Cookie', `${cookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`);
  text(response, 'application/json', '{}');
}

/** A body that may be left half read and still be answered. */
const bodyOf = (request: IncomingMessage): AsyncIterable<Buffer> =>
  request.iterator({ destroyOnReturn: false });

/** The body as JSON; undefined where it is none, or too long. */
async function json(request: IncomingMessage, most: number): Promise<unknown> {
  if (request.headers['content-type'] !== 'application/json') return undefined;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of bodyOf(request)) {
    length += part.length;
    if (length > most) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

async function call(
  request: IncomingMessage,
  response: ServerResponse,
  path: readonly string[],
  { transport }: Context,
): Promise<void> {
  const [domain, method] = path;
  const body = await json(request, MOST_JSON);
  if (domain === undefined || method === undefined || path.length !== 2 || body === undefined) {
    refuse(response, 400, 'Not a request that this door takes.');
    return;
  }
  text(response, 'application/json', JSON.stringify(await transport.call(domain, method, body)));
}

async function bulk(
  response: ServerResponse,
  path: readonly string[],
  query: URLSearchParams,
  { transport }: Context,
): Promise<void> {
  const hash = path[0] ?? '',
    slab = query.get('slab');
  if (path.length !== 1 || !/^[0-9a-f]{64}$/.test(hash) || (slab !== null && !/^\d{1,6}$/.test(slab))) {
    refuse(response, 400, 'Not a name of bulk data.');
    return;
  }
  const found = await transport.bulk(hash, slab === null ? null : Number(slab));
  if (found === null) {
    refuse(response, 404, 'These data are no longer held; ask for them again.');
    return;
  }
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': found.length });
  await pipeline(Readable.from(found.chunks(), { objectMode: false }), response);
}

/** Names are the host's own ('fluence-library-….tar'), and are checked all the same before they go into a header. */
async function download(
  response: ServerResponse,
  path: readonly string[],
  { transport }: Context,
): Promise<void> {
  const token = path[0] ?? '';
  if (path.length !== 1 || !/^[\w-]{43}$/.test(token)) {
    refuse(response, 400, 'Not a download.');
    return;
  }
  const found = await transport.download(token);
  if (found === null || !/^[\w.-]+$/.test(found.name)) {
    refuse(response, 404, 'This link has been used; ask for the file again.');
    return;
  }
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': found.length,
    'Content-Disposition': `attachment; filename="${found.name}"`,
  });
  await pipeline(Readable.from(found.chunks(), { objectMode: false }), response);
}

const STATUS: Partial<Record<FailureCode, number>> = {
  NOT_FOUND: 404,
  DISK_FULL: 507,
  LIBRARY_READ_ONLY: 403,
};

async function upload(
  request: IncomingMessage,
  response: ServerResponse,
  path: readonly string[],
  { transport }: Context,
): Promise<void> {
  const id = path[0] ?? '';
  if (path.length !== 1 || !/^[0-9a-f-]{36}$/.test(id)) {
    refuse(response, 400, 'Not an upload.');
    return;
  }
  try {
    await transport.receive(id, bodyOf(request));
    text(response, 'application/json', '{}');
  } catch (error) {
    if (!isFailure(error)) throw error;
    refuse(response, STATUS[error.code] ?? 400, error.message);
  }
}

async function file(response: ServerResponse, path: string, { files }: Context): Promise<void> {
  const found = await files.read(path);
  if (found === null) {
    refuse(response, 404, 'There is no such file.');
    return;
  }
  response.writeHead(200, { 'Content-Type': found.type, 'Content-Length': found.bytes.length });
  response.end(found.bytes);
}
