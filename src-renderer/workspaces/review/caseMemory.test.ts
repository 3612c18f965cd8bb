import { describe, expect, it } from 'vitest';
import { readCaseMemory, type CaseMemory } from './caseMemory.ts';
import { defaultLevels } from './isodose.ts';

const memory: CaseMemory = {
  layout: 'one-and-three',
  levels: defaultLevels('standard').slice(0, 3),
  palette: 'colour-blind',
  washOpacity: 0.5,
  showDose: true,
  showLines: false,
  showStructures: true,
  fill: true,
  hidden: { of: '1.2.3', numbers: [4, 7] },
  endCaps: 'none',
  extraKeys: ['V20Gy'],
};

describe('how a study was looked at', () => {
  it('comes back as it was kept', () => {
    expect(readCaseMemory(JSON.parse(JSON.stringify(memory)))).toEqual(memory);
  });
  it.each([
    ['layout', 'upside down'],
    ['levels', [{ id: 0, value: -5, unit: '%', colour: '#ff0000', visible: true }]],
    ['levels', [{ id: 0, value: 5, unit: '%', colour: 'url(x)', visible: true }]],
    ['washOpacity', 7],
    ['showLines', 'no'],
    ['hidden', { of: '1.2.3', numbers: ['a'] }],
    ['endCaps', 'whole'],
    ['extraKeys', [1]],
  ] as const)('a part that is not what it must be (%s) is left out alone', (part, value) => {
    const { [part]: _left, ...rest } = memory;
    expect(readCaseMemory({ ...memory, [part]: value })).toEqual(rest);
  });
  it('is nothing where nothing was kept', () => {
    expect(readCaseMemory(null)).toEqual({});
    expect(readCaseMemory([memory])).toEqual({});
  });
});
