import type { DemoDefinition } from './definition.ts';

/**
 * The bending of the patient: what to add to x and to y of a point of space to find it in the straight patient of
 * the definition. The shift in x depends on y and z alone and the other way round, so that a plane needs only
 * one value per row and one per column.
 */
export interface Bend {
  alongX(y: number, z: number): number;
  alongY(x: number, z: number): number;
}

export const STRAIGHT: Bend = { alongX: () => 0, alongY: () => 0 };

export function bendOf({ amplitude, period }: DemoDefinition['bend']): Bend {
  const turn = (2 * Math.PI) / period;
  return {
    alongX: (y, z) => amplitude * Math.sin(turn * (0.9 * y + 0.7 * z) + 0.6),
    alongY: (x, z) => 0.8 * amplitude * Math.sin(turn * (1.1 * x - 0.6 * z) + 1.9),
  };
}
