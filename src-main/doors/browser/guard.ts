import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sessions } from './sessions.ts';

export function refuse(response: ServerResponse, status: number, sentence: string): void {
  // What is left of a refused body is not read: the connection ends with the answer.
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end(`${sentence}\n`);
}

const count = (request: IncomingMessage, name: string): number =>
  request.rawHeaders.filter((value, index) => index % 2 === 0 && value.toLowerCase() === name).length;

/**
 * Whether a request was made to this door by its own page: exactly one Host, ours (a name that was bent to 127.0.0.1
 * is not), and exactly our Origin wherever a browser sends one; what changes anything must have one.
 */
export function comesFromOurPage(request: IncomingMessage, host: string): boolean {
  if (count(request, 'host') !== 1 || request.headers.host !== host) return false;
  const origin = request.headers.origin;
  if (origin !== undefined) return count(request, 'origin') === 1 && origin === `http://${host}`;
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const site = request.headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** Of this door alone: cookies of one machine are shared among its ports. */
export const cookieName = (port: number): string => `fluence-${port}`;

export function hasSession(request: IncomingMessage, port: number, sessions: Sessions): boolean {
  const name = `${cookieName(port)}=`;
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(name));
  return values.length === 1 && sessions.holds((values[0] ?? '').slice(name.length));
}
