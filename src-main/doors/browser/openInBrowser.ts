import { spawn } from 'node:child_process';

/** The system's own way to open a URL. The code in it is for one use; whoever sees it later finds it dead. */
export function openInBrowser(url: string): void {
  const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  };
  const [program = 'xdg-open', ...rest] = openers[process.platform] ?? [];
  // Where there is no browser to open, the line on stdout is enough.
  spawn(program, [...rest, url], { detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref();
}
