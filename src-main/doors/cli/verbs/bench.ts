import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../../../src-shared/model/index.ts';
import { productFolder } from '../../../host/product.ts';
import type { Verb } from '../verb.ts';

/** The benches lie beside the sources: a packaged Fluence does not carry them. */
function benches(): Map<string, string> {
  const folder = foundFolder();
  if (folder === null || !existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder)
      .filter((name) => /^[a-z-]+\.ts$/.test(name))
      .sort()
      .map((name) => [name.slice(0, -3), join(folder, name)]),
  );
}

function foundFolder(): string | null {
  try {
    return productFolder('bench');
  } catch {
    return null;
  }
}

const run = (name: string, file: string, signal: AbortSignal): Promise<string> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--experimental-strip-types', '--no-warnings', file], {
      cwd: dirname(dirname(file)),
      stdio: ['ignore', 'pipe', 'inherit'],
      signal,
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done(text.trim());
      else fail(new Failure('DEFECT', `The bench ${name} ended with ${code ?? 'a signal'}.`));
    });
  });

export const benchVerb: Verb = {
  name: 'bench',
  summary: 'Runs the benches and prints the tables of docs/validation.md; ratios are of one run.',
  usage: 'bench [NAME]',
  example: 'bench dvh',
  positional: { minimum: 0, maximum: 1, what: 'at most one name' },
  options: {},
  writes: [],
  async run(context) {
    const all = benches();
    if (all.size === 0)
      throw new Failure(
        'NOT_SUPPORTED_HERE',
        'The benches come with the sources of Fluence, not with the packaged app.',
      );
    const [name] = context.arguments.positional;
    const chosen = name === undefined ? [...all] : [...all].filter(([known]) => known === name);
    if (chosen.length === 0)
      throw new Failure(
        'USAGE',
        `There is no bench "${name ?? ''}"; there are ${[...all.keys()].join(', ')}.`,
      );
    const tables: { name: string; table: string }[] = [];
    // One after another: two benches at once measure one another.
    for (const [known, file] of chosen)
      tables.push({ name: known, table: await run(known, file, context.signal) });
    return {
      json: { tables },
      text: tables.map(({ name: title, table }) => `## ${title}\n\n${table}`).join('\n\n'),
    };
  },
};
