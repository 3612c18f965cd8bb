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
  /** Whether `--name` may come without a value that is taken for true (`--setup` of one verb, flag of another, never both). */
  readonly minimum?: number;
}

export type OptionTable = Readonly<Record<string, OptionDefinition>>;

/** What every verb takes. */
export const COMMON_OPTIONS: OptionTable = {
  library: { kind: 'text', value: 'DIR', help: "the library's folder (default: FLUENCE_LIBRARY, or the app's own)" },
  json: { kind: 'flag', help: 'exactly one JSON document on stdout' },
  output: { kind: 'text', value: 'FILE', help: 'write the result (form by extension)' },
  threads: { kind: 'number', value: 'N', minimum: 1, help: 'workers (default: all cores; results do not depend on it)' },
  quiet: { kind: 'flag', help: 'no progress on stderr' },
  help: { kind: 'flag', help: 'this help' },
};

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
 * Reads a verb's arguments. `-o` is `--output`; `--name=value` and `--name value` are the same; what follows `--` is
 * positional.
 * @throws Failure USAGE for an unknown option, a missing or impossible value.
 */
export function parseArguments(words: readonly string[], verb: string, own: OptionTable): ParsedArguments {
  const table: OptionTable = { ...COMMON_OPTIONS, ...own };
  const positional: string[] = [];
  const given: Record<string, string | number | boolean | string[]> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') {
      positional.push(...words.slice(at + 1));
      break;
    }
    if (!/^-([a-z]|-)/i.test(word)) {
      positional.push(word);
      continue;
    }
    const [typed = '', attached] = word.startsWith('--') ? splitOnce(word.slice(2), '=') : [word === '-o' ? 'output' : word.slice(1), undefined];
    const definition = Object.hasOwn(table, typed) ? table[typed] : undefined;
    if (!definition) throw usage(`"fluence ${verb}" has no option ${word.split('=')[0]}; "fluence ${verb} --help" lists them.`);
    if (definition.kind === 'flag') {
      if (attached !== undefined) throw usage(`--${typed} takes no value.`);
      given[typed] = true;
      continue;
    }
    const value = attached ?? words[++at];
    if (value === undefined) throw usage(`--${typed} needs a value (${definition.value ?? 'VALUE'}).`);
    if (definition.choices && !definition.choices.includes(value)) throw usage(`--${typed} is one of ${definition.choices.join(', ')}, not "${value}".`);
    if (definition.kind === 'number') given[typed] = numberOf(typed, value, definition);
    else if (definition.kind === 'list') given[typed] = [...((given[typed] as string[] | undefined) ?? []), ...(definition.separated ? value.split(',').filter(Boolean) : [value])];
    else given[typed] = value;
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

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function numberOf(name: string, text: string, definition: OptionDefinition): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw usage(`--${name} is a number, not "${text}".`);
  if (definition.minimum !== undefined && value < definition.minimum) throw usage(`--${name} is at least ${definition.minimum}, not ${text}.`);
  return value;
}

/** The option table as lines of help. */
export function describeOptions(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, option]) => {
    const names = name === 'output' ? '-o, --output' : `--${name}`;
    const value = option.kind === 'flag' ? '' : ` ${option.choices?.join('|') ?? option.value ?? 'VALUE'}`;
    return [`  ${names}${value}${option.kind === 'list' ? '…' : ''}`, option.help] as const;
  });
  const width = Math.min(34, Math.max(...rows.map(([left]) => left.length)) + 2);
  return rows.map(([left, right]) => (left.length + 1 >= width ? `${left}\n${' '.repeat(width)}${right}` : left.padEnd(width) + right)).join('\n');
}
