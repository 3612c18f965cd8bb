import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src-shared/model/index.ts';
import { describeOptions, parseArguments, type OptionTable, type ParsedArguments } from './arguments.ts';

const OWN: OptionTable = {
  dose: { kind: 'text', value: 'D', help: 'the dose' },
  roi: { kind: 'list', value: 'NAME', help: 'one' },
  at: { kind: 'list', separated: true, value: 'D95…', help: 'figures' },
  bin: { kind: 'number', value: 'GY', minimum: 0, help: 'step' },
  'end-caps': { kind: 'text', choices: ['half', 'none'], help: 'caps' },
  stored: { kind: 'flag', help: 'as stored' },
};
const parse = (...words: string[]): ParsedArguments => parseArguments(words, 'dvh', OWN, ['.csv', '.nii.gz']);
const refusal = (...words: string[]): string => {
  try {
    parse(...words);
  } catch (error) {
    if (error instanceof Failure && error.code === 'USAGE') return error.message;
    throw error;
  }
  return 'taken';
};

describe('arguments', () => {
  it('take options by space or equals sign, in any place', () => {
    const args = parse('a', '--dose=RD.dcm', 'b', '--bin', '0.5', '--json', '-o', 'OUT.CSV');
    expect(args.positional).toEqual(['a', 'b']);
    expect(args.given).toEqual({ dose: 'RD.dcm', bin: 0.5, json: true, output: 'OUT.CSV' });
    expect([
      args.text('dose'),
      args.number('bin'),
      args.flag('json'),
      args.flag('quiet'),
      args.list('roi'),
    ]).toEqual(['RD.dcm', 0.5, true, false, []]);
  });

  it('gather lists, split at commas only where names hold none', () => {
    const args = parse('--roi', 'PTV, boost', '--roi', 'Cord', '--at', 'D95,D2', '--at', 'V20Gy');
    expect(args.list('roi')).toEqual(['PTV, boost', 'Cord']);
    expect(args.list('at')).toEqual(['D95', 'D2', 'V20Gy']);
  });

  it('take numbers below zero and a lone dash for values, and all that follows -- for positional', () => {
    expect(parse('-5', '-', '--', '--dose', '-x').positional).toEqual(['-5', '-', '--dose', '-x']);
  });

  it.each([
    [['--nothing'], 'no option --nothing'],
    [['-json'], 'no option -json'],
    [['--constructor'], 'no option --constructor'],
    [['--dose'], '--dose needs a value (D)'],
    [['--dose', '--json'], '--dose needs a value'],
    [['--dose='], '--dose needs a value'],
    [['--dose', 'a', '--dose', 'b'], '--dose was given twice'],
    [['--json=yes'], '--json takes no value'],
    [['--bin', 'much'], '--bin is a number'],
    [['--bin', 'Infinity'], '--bin is a number'],
    [['--bin', '-1'], '--bin is at least 0'],
    [['--threads', '1.5'], '--threads is a whole number'],
    [['--threads', '0'], '--threads is at least 1'],
    [['--end-caps', 'full'], '--end-caps is one of half, none'],
    [['-o'], '-o needs a value'],
    [['-o', 'x.txt'], 'writes .csv, .nii.gz'],
    [['-o', 'csv'], 'writes .csv, .nii.gz'],
  ])('refuse %j', (words, sentence) => {
    expect(refusal(...words)).toContain(sentence);
  });

  it('refuse -o of a verb that writes nothing', () => {
    expect(() => parseArguments(['-o', 'x.csv'], 'verify', {}, [])).toThrow('writes no file of its own');
  });

  it('never fail but by a usage failure', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.constantFrom('--dose', '--roi', '--bin', '-o', '--', '--json', '--__proto__'),
          ),
        ),
        (words) => {
          try {
            parse(...words);
          } catch (error) {
            expect(error).toMatchObject({ code: 'USAGE' });
          }
        },
      ),
    );
  });

  it('are described one a line', () => {
    expect(describeOptions(OWN).split('\n')).toEqual([
      '  --dose D              the dose',
      '  --roi NAME…           one',
      '  --at D95…             figures',
      '  --bin GY              step',
      '  --end-caps half|none  caps',
      '  --stored              as stored',
    ]);
  });
});
