import { SECURITY_HEADERS } from '../headers.ts';
import type { WindowFiles } from '../windowFiles.ts';
import type { HostLink } from './hostLink.ts';

export const SCHEME = 'fluence',
  HOST = 'app',
  ORIGIN = `${SCHEME}://${HOST}`;

/** Registered before the app is ready: standard, secure, fetch and stream; neither CORS nor a way round the CSP. */
export const SCHEME_PRIVILEGES = {
  scheme: SCHEME,
  privileges: {
    standard: true,
    secure: true,
    supportFetchAPI: true,
    stream: true,
    corsEnabled: false,
    bypassCSP: false,
  },
};

const answer = (status: number, type: string, body: string | Uint8Array<ArrayBuffer>): Response =>
  new Response(body, { status, headers: { ...SECURITY_HEADERS, 'Content-Type': type } });
const refuse = (status: number, sentence: string): Response =>
  answer(status, 'text/plain; charset=utf-8', `${sentence}\n`);

const STATUS: Readonly<Record<string, number>> = { NOT_FOUND: 404, DISK_FULL: 507, LIBRARY_READ_ONLY: 403 };

/** What `fluence://app/…` answers: the window's files, bulk data, uploads. Calls and events go by their own port. */
export function schemeHandler(
  files: WindowFiles,
  host: Pick<HostLink, 'bulk' | 'upload'>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = URL.parse(request.url);
    if (url?.protocol !== `${SCHEME}:` || url.host !== HOST) return refuse(403, 'Not a place of this app.');
    const origin = request.headers.get('origin');
    if (origin !== null && origin !== ORIGIN) return refuse(403, 'Not from this page.');
    const [, first = '', second = '', ...rest] = url.pathname.split('/');
    if (request.method === 'POST' && first === 'upload') {
      if (rest.length > 0 || !/^[0-9a-f-]{36}$/.test(second) || !request.body)
        return refuse(400, 'Not an upload.');
      const refusal = await host.upload({ upload: second }, request.body);
      return refusal
        ? refuse(STATUS[refusal.code] ?? 400, refusal.sentence)
        : answer(200, 'application/json', '{}');
    }
    if (request.method !== 'GET') return refuse(405, 'Not a request that this app takes.');
    if (first === 'bulk') {
      const slab = url.searchParams.get('slab');
      if (rest.length > 0 || !/^[0-9a-f]{64}$/.test(second) || (slab !== null && !/^\d{1,6}$/.test(slab)))
        return refuse(400, 'Not a name of bulk data.');
      const bytes = await host.bulk({ hash: second, slab: slab === null ? null : Number(slab) });
      return bytes
        ? answer(200, 'application/octet-stream', new Uint8Array(bytes))
        : refuse(404, 'These data are no longer held; ask for them again.');
    }
    const found = await files.read(url.pathname);
    return found
      ? answer(200, found.type, new Uint8Array(found.bytes))
      : refuse(404, 'There is no such file.');
  };
}
