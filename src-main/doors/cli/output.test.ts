import { describe, expect, it } from 'vitest';
import { Failure, FAILURE_CODES } from '../../../src-shared/model/index.ts';
import { asFailure } from './errors.ts';
import { errorDocument, exitCodeOf, facts, figure, table, toJson } from './output.ts';
import { meter, watched } from './progress.ts';
import { csvText } from './resultFile.ts';
import { chosenRois } from './rois.ts';

describe('output', () => {
  it('has no NaN and no infinity in JSON, and typed arrays as lists', () => {
    expect(toJson({ a: NaN, b: -Infinity, c: Float64Array.of(1, NaN), d: [undefined], e: 'NaN' })).toBe(
      '{"a":null,"b":null,"c":[1,null],"d":[null],"e":"NaN"}',
    );
  });

  it('sets numbers to the right and text to the left', () => {
    expect(
      table(
        ['name', 'n'],
        [
          ['a', 1],
          ['long name', 100],
          [null, null],
        ],
      ),
    ).toBe('name         n\n---------  ---\na            1\nlong name  100\n-            -');
    expect(table(['name'], [], 'No patients found.')).toBe('No patients found.');
    expect(
      facts([
        ['a', 1],
        ['long', null],
      ]),
    ).toBe('a     1\nlong  -');
    expect([figure(1.005), figure(null), figure(Infinity), figure(2, 0)]).toEqual(['1.00', '-', '-', '2']);
  });

  it('quotes in CSV what must be quoted, and leaves empty what has no value', () => {
    const text = csvText({
      columns: ['name', 'value'],
      rows: [
        ['PTV, "boost"', 1.5],
        ['two\nlines', NaN],
        ['', null],
      ],
    });
    expect(text).toBe('name,value\r\n"PTV, ""boost""",1.5\r\n"two\nlines",\r\n,\r\n');
  });
});

describe('failures', () => {
  it('have the exit codes of the contract', () => {
    const codes = Object.fromEntries(FAILURE_CODES.map((code) => [code, exitCodeOf(code)]));
    expect(codes).toMatchObject({
      USAGE: 2,
      NOT_FOUND: 3,
      INPUT_NOT_USABLE: 3,
      FRAME_OF_REFERENCE_MISMATCH: 3,
      DISK_FULL: 3,
      CHECK_FAILED: 4,
      CANCELLED: 5,
      DEFECT: 70,
    });
  });

  it('are one JSON object with code, message and detail', () => {
    expect(
      JSON.parse(errorDocument(new Failure('NOT_FOUND', 'There is none.', { tag: '(0008,0018)' }))),
    ).toEqual({
      error: { code: 'NOT_FOUND', message: 'There is none.', detail: { tag: '(0008,0018)' } },
    });
  });

  it.each([
    [Object.assign(new Error('x'), { code: 'ENOSPC' }), 'DISK_FULL'],
    [Object.assign(new Error('x'), { code: 'EACCES', path: '/a' }), 'INPUT_NOT_USABLE'],
    [Object.assign(new Error('x'), { code: 'ENOENT', path: '/a' }), 'NOT_FOUND'],
    [Object.assign(new Error('x'), { name: 'AbortError' }), 'CANCELLED'],
    [new RangeError('Array buffer allocation failed'), 'INPUT_NOT_USABLE'],
    [new RangeError('Invalid count value'), 'DEFECT'],
    [new TypeError('a is undefined\n    at b (c.ts:1:2)'), 'DEFECT'],
    ['a string', 'DEFECT'],
    [new Failure('USAGE', 'No.'), 'USAGE'],
  ])('are made of whatever is thrown: %s', (error, code) => {
    const failure = asFailure(error);
    expect(failure.code).toBe(code);
    expect(failure.message).not.toMatch(/\n|\bat .*:\d+:\d+/);
  });
});

describe('ROIs by name', () => {
  const rois = [
    { name: 'PTV 60' },
    { name: 'ptv_60 boost' },
    { name: 'Cord' },
    { name: 'cord' },
    { name: 'Twice' },
    { name: 'Twice' },
  ];
  it('are found as written, or without regard to case, blanks and dashes; each once', () => {
    expect(chosenRois(rois, [])).toBeNull();
    expect(chosenRois(rois, ['ptv-60', 'PTV 60', 'cord'])).toEqual([rois[0], rois[3]]);
  });
  it.each([
    ['Liver', 'NOT_FOUND'],
    ['', 'NOT_FOUND'],
    ['CORD', 'USAGE'],
    ['Twice', 'USAGE'],
  ])('are told when "%s" is none or several', (name, code) => {
    expect(() => chosenRois(rois, [name])).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('progress', () => {
  it('counts what is done', () => {
    const lines: string[] = [];
    meter((line) => lines.push(line), { total: 8, unit: 'files', done: 'decoded' })(0.5);
    expect(lines).toEqual(['50 %  4 of 8 files decoded']);
  });
  it('follows the work given to a runner', async () => {
    const shares: number[] = [],
      runner = watched({ workers: 1, run: async (task, input) => task.run(input) }, (share) =>
        shares.push(share),
      );
    const double = { name: 'double', run: (n: number) => 2 * n };
    expect(await Promise.all([runner.run(double, 1), runner.run(double, 2)])).toEqual([2, 4]);
    expect(shares).toEqual([0.5, 1]);
  });
});
