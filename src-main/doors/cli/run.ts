import { productVersion } from '../../host/product.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import { parseArguments, type ParsedArguments } from './arguments.ts';
import { asFailure } from './errors.ts';
import { topHelp, verbHelp } from './help.ts';
import { errorDocument, EXIT, exitCodeOf, toJson } from './output.ts';
import { checkResultFile, writeResultFile } from './resultFile.ts';
import { openSession, openThreads, type PoolOpener } from './session.ts';
import type { Verb } from './verb.ts';
import { VERBS } from './verbs/index.ts';

/** Where a command writes; resolves when the text is out. */
export interface Console {
  out(text: string): Promise<void>;
  err(text: string): Promise<void>;
  readonly errIsTerminal: boolean;
}

/** How long a cancelled verb may take to put things in order before it is left as it stands. */
const GRACE_MS = 5000;

/**
 * Runs one command line, from its words to its exit code. Whatever goes wrong becomes one sentence (or one JSON object)
 * and a code of the contract.
 */
export async function runCommand(
  words: readonly string[],
  console: Console,
  signal: AbortSignal,
  start: PoolOpener = openThreads,
): Promise<number> {
  const json = words.includes('--json');
  try {
    const [name, ...rest] = words;
    if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
      await console.out(topHelp());
      return EXIT.done;
    }
    if (name === '--version') {
      await console.out(`${productVersion()}\n`);
      return EXIT.done;
    }
    if (name === 'help') return await showHelp(await verbNamed(rest[0]!), console);
    const verb = await verbNamed(name);
    const args = parseArguments(rest, name, verb.options, verb.writes);
    if (args.flag('help')) return await showHelp(verb, console);
    return await runVerb(verb, args, console, signal, start);
  } catch (error) {
    // Whatever broke because of the cancelling, it was cancelled; a verb that knows how far it came says so.
    const known = asFailure(error),
      failure = signal.aborted && known.code !== 'CANCELLED' ? asFailure(signal.reason) : known;
    if (failure.code === 'DEFECT' && process.env.FLUENCE_DEBUG && error instanceof Error)
      await console.err(`${error.stack ?? ''}\n`);
    if (json) await console.out(`${errorDocument(failure)}\n`);
    else await console.err(`${failure.message.replace(/\s+/g, ' ')}\n`);
    return exitCodeOf(failure.code);
  }
}

async function verbNamed(name: string): Promise<Verb> {
  const entry = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!entry) throw new Failure('USAGE', `Fluence has no verb "${name}"; "fluence --help" lists them.`);
  return entry.load();
}

async function showHelp(verb: Verb, console: Console): Promise<number> {
  await console.out(verbHelp(verb));
  return EXIT.done;
}

async function runVerb(
  verb: Verb,
  args: ParsedArguments,
  console: Console,
  signal: AbortSignal,
  start: PoolOpener,
): Promise<number> {
  const { minimum, maximum, what } = verb.positional;
  if (args.positional.length < minimum || args.positional.length > maximum) {
    throw new Failure(
      'USAGE',
      `"fluence ${verb.name}" takes ${what}; "fluence ${verb.name} --help" shows an example.`,
    );
  }
  await checkResultFile(args.text('output'));
  const session = openSession(args, console, signal, start);
  try {
    const result = await orAborted(verb.run(session.context), signal);
    const document = {
      ...result.json,
      fluence: {
        version: productVersion(),
        verb: verb.name,
        parameters: { ...args.given, arguments: args.positional },
        inputs: session.inputs,
        warnings: session.warnings,
      },
    };
    const written = await writeResultFile(args.text('output'), document, result.csv);
    await session.close();
    const text = written === null ? result.text : `${result.text}\n\nwritten  ${written}`;
    await console.out(args.flag('json') ? `${toJson(document)}\n` : `${text}\n`);
    return result.exitCode ?? EXIT.done;
  } finally {
    await session.close();
  }
}

/** The work, or its cancelling where it does not end by itself soon after. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => {
      timer = setTimeout(() => reject(asFailure(signal.reason)), GRACE_MS);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    });
  });
}
