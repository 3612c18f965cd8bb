import { cross, type Vector3 } from './vector.ts';

/** A cutting plane in patient space: `origin + a·u + b·v`, u and v unit and perpendicular, LPS mm. */
export interface Plane {
  readonly origin: Vector3;
  readonly u: Vector3;
  readonly v: Vector3;
  readonly thicknessMm: number;
}

export const planeNormal = (plane: Plane): Vector3 => cross(plane.u, plane.v);

/** The patient directions that a vector points to, strongest first: 'L', 'PS', 'LAI' … (parts under 0.1 left out). */
export function orientationLetters(direction: Vector3): string {
  const letters: readonly (readonly [string, string])[] = [
    ['R', 'L'],
    ['A', 'P'],
    ['I', 'S'],
  ];
  return letters
    .map((pair, axis) => ({
      letter: direction[axis as 0 | 1 | 2] < 0 ? pair[0] : pair[1],
      size: Math.abs(direction[axis as 0 | 1 | 2]),
    }))
    .filter((part) => part.size >= 0.1)
    .sort((a, b) => b.size - a.size)
    .map((part) => part.letter)
    .join('');
}
