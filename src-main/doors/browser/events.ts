import type { ServerResponse } from 'node:http';
import type { HostTransport } from '../../host/transport.ts';

const HEARTBEAT = 15_000;
/** What a reader that has stalled may owe before it is let go; it connects again and asks for what it missed. */
const MOST_OWED = 4 * 1024 * 1024;

/** Server-Sent Events: every event of the host, as one line of JSON each, until the window goes. */
export function streamEvents(response: ServerResponse, transport: HostTransport): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
  response.write(': here\n\n');
  const stop = transport.onEvent((message) => {
    if (response.writableLength > MOST_OWED) response.destroy();
    else response.write(`data: ${JSON.stringify(message)}\n\n`);
  });
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT);
  response.on('close', () => {
    clearInterval(heartbeat);
    stop();
  });
}
