import { dot, scale, type Vector3 } from '../../../src-shared/geometry/index.ts';
import { spaceAxes } from '../geometry/space.ts';
import type { SpaceCamera } from '../types.ts';

/** A face of the patient orientation cube as it is seen: corners in units of half the cube's edge, y down. */
export interface CubeFace {
  readonly letter: string;
  readonly corners: readonly (readonly [number, number])[];
  readonly centre: readonly [number, number];
  /** 0 edge-on to 1 face-on. */
  readonly facing: number;
}

const FACES: readonly { letter: string; normal: Vector3; a: Vector3; b: Vector3 }[] = [
  { letter: 'L', normal: [1, 0, 0], a: [0, 1, 0], b: [0, 0, 1] },
  { letter: 'R', normal: [-1, 0, 0], a: [0, 1, 0], b: [0, 0, 1] },
  { letter: 'P', normal: [0, 1, 0], a: [1, 0, 0], b: [0, 0, 1] },
  { letter: 'A', normal: [0, -1, 0], a: [1, 0, 0], b: [0, 0, 1] },
  { letter: 'S', normal: [0, 0, 1], a: [1, 0, 0], b: [0, 1, 0] },
  { letter: 'I', normal: [0, 0, -1], a: [1, 0, 0], b: [0, 1, 0] },
];

/** The faces of the cube that the camera sees, at most three. */
export function cubeFaces(camera: SpaceCamera): CubeFace[] {
  const axes = spaceAxes(camera);
  const project = (v: Vector3): [number, number] => [dot(v, axes.right), -dot(v, axes.up)];
  return FACES.flatMap(({ letter, normal, a, b }) => {
    const facing = -dot(normal, axes.forward);
    if (facing <= 0.02) return [];
    const corner = (s: number, t: number): [number, number] => {
      const [sa, tb] = [scale(a, s), scale(b, t)];
      return project([normal[0] + sa[0] + tb[0], normal[1] + sa[1] + tb[1], normal[2] + sa[2] + tb[2]]);
    };
    return [
      {
        letter,
        corners: [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)],
        centre: project(normal),
        facing,
      },
    ];
  });
}
