import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commonOptions, parseArguments } from './arguments.ts';
import { topHelp, verbHelp } from './help.ts';
import type { Verb } from './verb.ts';
import { VERBS } from './verbs/index.ts';

const NAMES = Object.keys(VERBS);
const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/command-line.md'), 'utf8');
const verbs = new Map<string, Verb>();
const verb = (name: string): Verb => verbs.get(name) as Verb;

/** The words of a command line in help or guide; none holds quotes. */
const words = (line: string): string[] => line.trim().split(/\s+/);

beforeAll(async () => {
  for (const name of NAMES) verbs.set(name, await VERBS[name]!.load());
});

describe.each(NAMES)('%s', (name) => {
  it('answers to its name, and is in the list with its line', () => {
    expect(verb(name).name).toBe(name);
    expect(topHelp()).toMatch(new RegExp(`^  ${name} +${VERBS[name]!.summary.slice(0, 20)}`, 'm'));
    expect(verb(name).usage.split(' ')[0]).toBe(name);
  });

  it('shows every option it takes, each with a text, and an example', () => {
    const help = verbHelp(verb(name)),
      options = { ...verb(name).options, ...commonOptions(verb(name).writes) };
    for (const [option, { help: text }] of Object.entries(options)) {
      expect(help).toMatch(new RegExp(`^  (-o, )?--${option}( |$)`, 'm'));
      expect(text.length).toBeGreaterThan(3);
    }
    expect(help).toContain(`\nExample:\n  npx fluence ${name}`);
    expect(help.includes('--output')).toBe(verb(name).writes.length > 0);
  });

  it('has usage and example that it would take itself', () => {
    const used = [...verb(name).usage.matchAll(/--([a-z-]+)/g)].map((match) => match[1]!);
    for (const option of used) expect({ ...verb(name).options, ...commonOptions([]) }).toHaveProperty(option);
    const [, ...rest] = words(verb(name).example),
      { minimum, maximum } = verb(name).positional;
    const { positional } = parseArguments(rest, name, verb(name).options, verb(name).writes);
    expect(positional.length).toBeGreaterThanOrEqual(minimum);
    expect(positional.length).toBeLessThanOrEqual(maximum);
  });

  it('does not take the name of an option that all have', () => {
    for (const common of Object.keys(commonOptions(['.csv'])))
      expect(verb(name).options).not.toHaveProperty(common);
  });

  it('is in the guide', () => {
    expect(guide).toMatch(new RegExp(`^\\| \`${name}\` `, 'm'));
  });
});

describe('the guide', () => {
  it('lists verbs that there are', () => {
    const listed = [...guide.matchAll(/^\| `([a-z][a-z-]*)` /gm)].map((match) => match[1]!);
    expect(listed).toEqual(NAMES);
  });

  it('lists the options of every verb', () => {
    const listed = [...guide.matchAll(/^\| `(-o|--[a-z]+)/gm)].map((match) =>
      match[1] === '-o' ? 'output' : match[1]!.slice(2),
    );
    expect([...listed].sort()).toEqual(Object.keys(commonOptions(['.csv'])).sort());
  });

  it('shows commands that would be taken', () => {
    const commands = [...guide.matchAll(/npx fluence ([a-z]+[^`|\n]*)/g)]
      .map((match) => match[1]!)
      .filter((command) => !command.startsWith('VERB'));
    expect(commands.length).toBeGreaterThan(NAMES.length);
    for (const command of commands) {
      const [name = '', ...rest] = words(command);
      expect(NAMES).toContain(name);
      expect(() => parseArguments(rest, name, verb(name).options, verb(name).writes)).not.toThrow();
    }
  });
});
