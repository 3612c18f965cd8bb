import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const scriptOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface Child {
  readonly process: ChildProcess;
  /** Once it is at work. */
  readonly opened: Promise<void>;
  /** What it wrote, and how it ended: its exit code, null where it was killed. */
  readonly ended: Promise<{ code: number | null; output: string; errors: string }>;
}

/** An import in a process of its own. */
export const startImport = (library: string, paths: readonly string[]): Child =>
  start(scriptOf('./importChild.ts'), [library, ...paths]);

/** A restore of a backup, its use, another one and its end, in a process of its own. */
export const startRestore = (place: string, backup: string): Child =>
  start(scriptOf('./restoreChild.ts'), [place, backup]);

function start(script: string, words: readonly string[]): Child {
  const child = spawn(process.execPath, ['--no-warnings', script, ...words], {
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
