import { expect, it } from 'vitest';
import { doseKindFindings } from './doseKind.ts';

it('O41: whose dose it is is told where it is not the physical one of a plan', () => {
  const of = (summation: string, type = 'PHYSICAL', referencedBeamNumbers: number[] = []): string =>
    doseKindFindings({ summation, type, referencedBeamNumbers })
      .map(({ message }) => message)
      .join(' ');
  expect(of('PLAN')).toBe('');
  expect(of('PLAN', 'EFFECTIVE')).toMatch(/not a physical one/);
  expect(of('BEAM', 'PHYSICAL', [2])).toMatch(/one beam \(number 2\), not of the plan/);
  expect(of('BEAM', 'PHYSICAL', [1, 2])).toMatch(/beams 1, 2/);
  expect(of('FRACTION')).toMatch(/fraction or fraction group, not of the plan/);
  expect(of('MULTI_PLAN')).toMatch(/several plans/);
  expect(of('')).toMatch(/does not say/);
  expect(of('constructor')).toMatch(/not one of DICOM's/);
  expect(of('PLAN', 'ERROR')).toMatch(/not a dose/);
});
