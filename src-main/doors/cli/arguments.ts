import { Failure } from '../../../src-shared/model/index.ts';

/** 'list': may be given again and again, and takes commas where `separated`. */
export type OptionKind = 'flag' | 'text' | 'number' | 'list';

export interface OptionDefinition {
  readonly kind: OptionKind;
  readonly help: string;
  /** What stands for the value in the help: 'FILE', 'GY'. */
  readonly value?: string;
  readonly separated?: boolean;
  readonly choices?: readonly string[];
  readonly minimum?: number;
  /** Whole numbers only. */
  readonly whole?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionDefinition>>;

/** What every verb takes, and `-o` where it writes. */
export function commonOptions(writes: readonly string[]): OptionTable {
  const output: OptionTable =
    writes.length === 0
      ? {}
      : {
          output: { kind: 'text', value: 'FILE', help: `write the result to a file (${writes.join(', ')})` },
        };
  return { ...output, ...COMMON_OPTIONS };
}

const COMMON_OPTIONS: OptionTable = {
  library: {
    kind: 'text',
    value: 'DIR',
    help: "the library's folder (default: FLUENCE_LIBRARY, or the app's own)",
  },
  json: { kind: 'flag', help: 'exactly one JSON document on stdout' },
  threads: {
    kind: 'number',
    value: 'N',
    minimum: 1,
    whole: true,
    help: 'workers (default: all cores; results do not depend on it)',
  },
  quiet: { kind: 'flag', help: 'no progress on stderr' },
  help: { kind: 'flag', help: 'this help' },
};

const SHORT: Readonly<Record<string, string>> = { '-o': 'output', '-h': 'help' };

export interface ParsedArguments {
  readonly positional: readonly string[];
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  list(name: string): readonly string[];
  flag(name: string): boolean;
  /** As typed, for the envelope. */
  readonly given: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

const usage = (sentence: string): Failure => new Failure('USAGE', sentence);

/**
 * Reads a verb's arguments. `-o` is `--output`, `-h` is `--help`; `--name=value` and `--name value` are the same; what
 * follows `--` is positional.
 * @param writes extensions that `-o` takes
 * @throws Failure USAGE for an unknown option, one given twice, a missing or impossible value.
 */
export function parseArguments(
  words: readonly string[],
  verb: string,
  own: OptionTable,
  writes: readonly string[],
): ParsedArguments {
  const table: OptionTable = { ...own, ...commonOptions(writes) };
  const positional: string[] = [];
  const given: Record<string, string | number | boolean | string[]> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') {
      positional.push(...words.slice(at + 1));
      break;
    }
    if (!isOption(word)) {
      positional.push(word);
      continue;
    }
    const [typed, attached] = word.startsWith('--')
      ? splitOnce(word.slice(2), '=')
      : [SHORT[word] ?? '', undefined];
    const shown = word.startsWith('--') ? `--${typed}` : word;
    const definition = Object.hasOwn(table, typed) ? table[typed] : undefined;
    if (!definition && typed === 'output')
      throw usage(`"fluence ${verb}" writes no file of its own, so it takes no ${shown}.`);
    if (!definition)
      throw usage(`"fluence ${verb}" has no option ${shown}; "fluence ${verb} --help" lists them.`);
    if (definition.kind === 'flag') {
      if (attached !== undefined) throw usage(`${shown} takes no value.`);
      given[typed] = true;
      continue;
    }
    const value = attached ?? words[++at];
    if (value === undefined || value === '' || (attached === undefined && isOption(value)))
      throw usage(`${shown} needs a value (${definition.value ?? 'VALUE'}).`);
    if (definition.choices && !definition.choices.includes(value))
      throw usage(`${shown} is one of ${definition.choices.join(', ')}, not "${value}".`);
    if (definition.kind === 'list') {
      given[typed] = [
        ...((given[typed] as string[] | undefined) ?? []),
        ...(definition.separated ? value.split(',').filter(Boolean) : [value]),
      ];
      continue;
    }
    if (given[typed] !== undefined) throw usage(`${shown} was given twice.`);
    given[typed] = definition.kind === 'number' ? numberOf(shown, value, definition) : value;
  }
  const output = given['output'];
  if (typeof output === 'string' && !writes.some((extension) => output.toLowerCase().endsWith(extension))) {
    throw usage(
      `"fluence ${verb}" writes ${writes.join(', ')}; the extension of ${output} is none of these.`,
    );
  }
  return {
    positional,
    given,
    text: (name) => given[name] as string | undefined,
    number: (name) => given[name] as number | undefined,
    list: (name) => (given[name] as string[] | undefined) ?? [],
    flag: (name) => given[name] === true,
  };
}

/** '-5' and '-' are values. */
const isOption = (word: string): boolean => /^-([a-z]|-)/i.test(word);

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function numberOf(name: string, text: string, definition: OptionDefinition): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw usage(`${name} is a number, not "${text}".`);
  if (definition.whole === true && !Number.isInteger(value))
    throw usage(`${name} is a whole number, not ${text}.`);
  if (definition.minimum !== undefined && value < definition.minimum)
    throw usage(`${name} is at least ${definition.minimum}, not ${text}.`);
  return value;
}

/** The option table as lines of help. */
export function describeOptions(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, option]) => {
    const names = name === 'output' ? '-o, --output' : `--${name}`;
    const value = option.kind === 'flag' ? '' : ` ${option.choices?.join('|') ?? option.value ?? 'VALUE'}`;
    return [
      `  ${names}${value}${option.kind === 'list' && !value.endsWith('…') ? '…' : ''}`,
      option.help,
    ] as const;
  });
  const width = Math.min(34, Math.max(...rows.map(([left]) => left.length)) + 2);
  return rows
    .map(([left, right]) =>
      left.length + 1 >= width ? `${left}\n${' '.repeat(width)}${right}` : left.padEnd(width) + right,
    )
    .join('\n');
}
