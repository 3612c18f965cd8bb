import { availableParallelism } from 'node:os';
import { Failure, isFailure } from '../../../src-shared/model/index.ts';
import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import type { Library } from '../../library/types.ts';
import { COMMON_OPTIONS, describeOptions, parseArguments, type ParsedArguments } from './arguments.ts';
import { errorDocument, EXIT, exitCodeOf, toJson } from './output.ts';
import type { InputEntry, Verb, VerbContext } from './verb.ts';
import { VERBS } from './verbs/index.ts';

declare const __FLUENCE_VERSION__: string;

const MEDICAL = 'Fluence is not a medical device.';

function topHelp(): string {
  const width = Math.max(...Object.keys(VERBS).map((name) => name.length)) + 2;
  const verbs = Object.entries(VERBS).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`);
  return ['fluence VERB … [options]', '', ...verbs, '', 'fluence VERB --help shows a verb with an example.', MEDICAL, ''].join('\n');
}

const verbHelp = (verb: Verb): string =>
  [
    `fluence ${verb.usage}`,
    '',
    verb.summary,
    '',
    describeOptions({ ...verb.options, ...COMMON_OPTIONS }),
    '',
    'Example:',
    `  npx fluence ${verb.example}`,
    '',
  ].join('\n');

/** The rest of stdout may still be on its way to a pipe when the process ends: wait for it. */
const write = (stream: NodeJS.WriteStream, text: string): Promise<void> =>
  new Promise((resolve) => {
    stream.write(text, () => resolve());
  });

interface Session {
  readonly context: VerbContext;
  readonly inputs: InputEntry[];
  readonly warnings: string[];
  close(): Promise<void>;
}

function openSession(args: ParsedArguments, signal: AbortSignal): Session {
  const inputs: InputEntry[] = [];
  const warnings: string[] = [];
  const quiet = args.flag('quiet');
  let pool: Promise<{ runner: TaskRunner; close: () => Promise<void> }> | null = null;
  let library: Promise<Library> | null = null;
  let shown = '';

  const clear = (): void => {
    if (shown) process.stderr.write(process.stderr.isTTY ? `\r${' '.repeat(shown.length)}\r` : '');
    shown = '';
  };
  const openPool = (): Promise<{ runner: TaskRunner; close: () => Promise<void> }> =>
    (pool ??= import('./pool.ts').then(({ openPool: open }) => open(args.number('threads') ?? availableParallelism())));

  const context: VerbContext = {
    arguments: args,
    signal,
    runner: async () => (await openPool()).runner,
    library: (options) =>
      (library ??= (async () => {
        const { openCommandLibrary } = await import('./library.ts');
        return openCommandLibrary(args.text('library'), (await openPool()).runner, options?.create ?? false);
      })()),
    note: (input) => inputs.push(input),
    warn: (sentence) => {
      if (warnings.includes(sentence)) return;
      warnings.push(sentence);
      clear();
      if (!args.flag('json') || !quiet) process.stderr.write(`${sentence}\n`);
    },
    progress: (line) => {
      if (quiet || !process.stderr.isTTY || line === shown) return;
      clear();
      process.stderr.write(line);
      shown = line;
    },
  };
  return {
    context,
    inputs,
    warnings,
    async close() {
      clear();
      if (library) await library.then((open) => open.close(), () => undefined);
      if (pool) await pool.then(({ close }) => close(), () => undefined);
    },
  };
}

async function runVerb(verb: Verb, args: ParsedArguments, signal: AbortSignal): Promise<number> {
  const { minimum, maximum, what } = verb.positional;
  if (args.positional.length < minimum || args.positional.length > maximum) {
    throw new Failure('USAGE', `"fluence ${verb.name}" takes ${what}; "fluence ${verb.name} --help" shows an example.`);
  }
  const session = openSession(args, signal);
  try {
    const result = await verb.run(session.context);
    const document = {
      ...result.json,
      fluence: {
        version: __FLUENCE_VERSION__,
        verb: verb.name,
        parameters: { ...args.given, arguments: args.positional },
        inputs: session.inputs,
        warnings: session.warnings,
      },
    };
    await session.close();
    await write(process.stdout, args.flag('json') ? `${toJson(document)}\n` : `${result.text}\n`);
    return result.exitCode ?? EXIT.done;
  } finally {
    await session.close();
  }
}

async function fail(error: unknown, json: boolean): Promise<number> {
  const failure = isFailure(error)
    ? error
    : new Failure('DEFECT', `Fluence made a mistake of its own and stopped; nothing was changed (${error instanceof Error ? error.message.split('\n')[0] : 'unknown'}).`);
  if (!isFailure(error) && process.env.FLUENCE_DEBUG && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  if (json) await write(process.stdout, `${errorDocument(failure)}\n`);
  else await write(process.stderr, `${failure.message.replace(/\s+/g, ' ')}\n`);
  return exitCodeOf(failure.code);
}

async function main(words: readonly string[]): Promise<number> {
  const json = words.includes('--json');
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === 'help' || name === '-h') {
    await write(process.stdout, topHelp());
    return EXIT.done;
  }
  if (name === '--version') {
    await write(process.stdout, `${__FLUENCE_VERSION__}\n`);
    return EXIT.done;
  }
  const cancel = new AbortController();
  const stop = (): void => {
    // A second Ctrl C means: now.
    if (cancel.signal.aborted) process.exit(EXIT.cancelled);
    cancel.abort(new Failure('CANCELLED', 'Cancelled; nothing was left half-written.'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const entry = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (!entry) throw new Failure('USAGE', `Fluence has no verb "${name}"; "fluence --help" lists them.`);
    const verb = await entry.load();
    const args = parseArguments(rest, name, verb.options);
    if (args.flag('help')) {
      await write(process.stdout, verbHelp(verb));
      return EXIT.done;
    }
    return await runVerb(verb, args, cancel.signal);
  } catch (error) {
    return fail(cancel.signal.aborted ? cancel.signal.reason : error, json);
  }
}

// Workers and servers of a verb may still be open: the result is out, so the process ends here.
process.exit(await main(process.argv.slice(2)));
