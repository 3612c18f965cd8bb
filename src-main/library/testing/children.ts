import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./importChild.ts', import.meta.url));

export interface ImportingChild {
  readonly process: ChildProcess;
  /** Once the library is open. */
  readonly opened: Promise<void>;
  /** What it wrote, and how it ended: its exit code, null where it was killed. */
  readonly ended: Promise<{ code: number | null; output: string; errors: string }>;
}

/** An import in a process of its own. */
export function startImport(library: string, paths: readonly string[]): ImportingChild {
  const child = spawn(process.execPath, ['--no-warnings', SCRIPT, library, ...paths], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  let open: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
    if (output.includes('open')) open();
  });
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const ended = new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    child.on('close', (code) => {
      open();
      resolve({ code, output, errors });
    });
  });
  return { process: child, opened, ended };
}
