import { commonOptions, describeOptions } from './arguments.ts';
import type { Verb } from './verb.ts';
import { VERBS } from './verbs/index.ts';

const MEDICAL = 'Fluence is not a medical device.';

export function topHelp(): string {
  const width = Math.max(...Object.keys(VERBS).map((name) => name.length)) + 2;
  const verbs = Object.entries(VERBS).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`);
  return [
    'fluence VERB … [options]',
    '',
    ...verbs,
    '',
    'fluence VERB --help shows a verb with an example; fluence --version, the version.',
    MEDICAL,
    '',
  ].join('\n');
}

export const verbHelp = (verb: Verb): string =>
  [
    `fluence ${verb.usage}`,
    '',
    verb.summary,
    '',
    describeOptions({ ...verb.options, ...commonOptions(verb.writes) }),
    '',
    'Example:',
    `  npx fluence ${verb.example}`,
    '',
  ].join('\n');
