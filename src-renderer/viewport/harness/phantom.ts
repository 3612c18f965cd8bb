import {
  normalise,
  cross,
  type Affine,
  type Grid,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';
import type {
  ContourRoi,
  ContoursLayer,
  DoseLayer,
  ImageLayer,
  IsodoseLevel,
  MarkersLayer,
} from '../types.ts';

/** A grid whose index axes run along L, P, S from `first`. */
export const axialGrid = (dimensions: Vector3, spacing: Vector3, first: Vector3): Grid => ({
  dimensions,
  affine: [spacing[0], 0, 0, first[0], 0, spacing[1], 0, first[1], 0, 0, spacing[2], first[2]],
});

/** The same lattice turned about z by `degrees` and then tipped about x by half of that, about its first voxel. */
export function turnedGrid(grid: Grid, degrees: number): Grid {
  const a = (degrees * Math.PI) / 180,
    t = a / 2;
  const i = normalise([Math.cos(a), Math.sin(a), 0]);
  const j = normalise([-Math.sin(a) * Math.cos(t), Math.cos(a) * Math.cos(t), Math.sin(t)]);
  const k = cross(i, j);
  const [si, sj, sk] = [grid.affine[0], grid.affine[5], grid.affine[10]];
  const affine: Affine = [
    i[0] * si,
    j[0] * sj,
    k[0] * sk,
    grid.affine[3],
    i[1] * si,
    j[1] * sj,
    k[1] * sk,
    grid.affine[7],
    i[2] * si,
    j[2] * sj,
    k[2] * sk,
    grid.affine[11],
  ];
  return { dimensions: grid.dimensions, affine };
}

export const BODY = { halfWidth: 150, halfDepth: 105 } as const;

const ellipse = (x: number, y: number, cx: number, cy: number, rx: number, ry: number): number =>
  ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2;

/** HU of a pelvis-like phantom: a body with a bone to the left, a smaller one to the right, air in front, a cord behind. */
function tissue(x: number, y: number, z: number): number {
  if (ellipse(x, y, 0, 0, BODY.halfWidth, BODY.halfDepth) > 1) return -1000;
  if (ellipse(x, y, 90, 10, 26, 34) < 1) return ellipse(x, y, 90, 10, 20, 28) < 1 ? 350 : 900;
  if (ellipse(x, y, -90, 10, 16, 20) < 1) return 700;
  if (z > 40 && ellipse(x, y, 10, -60, 18, 12) < 1) return -800;
  if (ellipse(x, y, 0, 80, 14, 14) < 1) return ellipse(x, y, 0, 80, 8, 8) < 1 ? 30 : 800;
  if (ellipse(x, y, 0, 0, 34, 30) < 1 && Math.abs(z) < 45) return 70;
  return ellipse(x, y, 0, 0, BODY.halfWidth - 12, BODY.halfDepth - 12) > 1 ? -90 : 20;
}

/** Deterministic noise of about ± 12. */
const noise = (n: number): number => {
  const h = Math.imul(n ^ (n >>> 15), 0x2c1b3c6d);
  return (((h ^ (h >>> 12)) & 0xff) / 255 - 0.5) * 24;
};

export function phantomImage(
  grid: Grid,
  value: (x: number, y: number, z: number) => number = tissue,
  noisy = true,
): ImageLayer {
  const [nx, ny, nz] = grid.dimensions;
  const m = grid.affine;
  const data = new Int16Array(nx * ny * nz);
  for (let k = 0, n = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, n++) {
        const v = value(
          m[0] * i + m[1] * j + m[2] * k + m[3],
          m[4] * i + m[5] * j + m[6] * k + m[7],
          m[8] * i + m[9] * j + m[10] * k + m[11],
        );
        data[n] = v + (noisy && v > -500 ? noise(n) : 0);
      }
    }
  }
  return {
    kind: 'image',
    id: 'ct',
    grid,
    data,
    window: { centre: 40, width: 400 },
    inverted: false,
    visible: true,
    unit: 'HU',
  };
}

export const LEVELS: readonly IsodoseLevel[] = [
  [110, '#ff453a'],
  [107, '#ff8c1a'],
  [100, '#ffd60a'],
  [95, '#34c759'],
  [90, '#32cfe0'],
  [80, '#4a86ff'],
  [50, '#8a7bff'],
].map(([percent, colour]) => ({ dose: (Number(percent) * 60) / 100, colour: String(colour), visible: true }));

export function phantomDose(grid: Grid, dose: (x: number, y: number, z: number) => number): DoseLayer {
  const [nx, ny, nz] = grid.dimensions;
  const m = grid.affine;
  const data = new Float32Array(nx * ny * nz);
  for (let k = 0, n = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, n++) {
        data[n] = dose(
          m[0] * i + m[1] * j + m[2] * k + m[3],
          m[4] * i + m[5] * j + m[6] * k + m[7],
          m[8] * i + m[9] * j + m[10] * k + m[11],
        );
      }
    }
  }
  return {
    kind: 'dose',
    id: 'dose',
    grid,
    data,
    levels: LEVELS,
    washOpacity: 0.33,
    lines: true,
    visible: true,
    prescription: 60,
  };
}

/** Four fields that meet in the middle, with soft edges. */
export function boxDose(x: number, y: number, z: number): number {
  const edge = (t: number): number => 1 / (1 + Math.exp(t / 4));
  const along = edge(Math.abs(z) - 52);
  const lateral = edge(Math.abs(y) - 38) * Math.exp(-(150 + x * Math.sign(x)) / 2000);
  const frontal = edge(Math.abs(x) - 42) * Math.exp(-(105 + y * Math.sign(y)) / 2000);
  return 66 * along * (0.52 * lateral + 0.52 * frontal);
}

export interface TubeShape {
  readonly name: string;
  readonly colour: string;
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
  readonly from: number;
  readonly to: number;
}

/** Elliptic contours every `step` mm. */
export function tube(number: number, shape: TubeShape, step: number, selected = false): ContourRoi {
  const contours: { type: string; points: Float64Array }[] = [];
  for (let z = shape.from; z <= shape.to + 1e-6; z += step) {
    const points = new Float64Array(3 * 72);
    const middle = (shape.from + shape.to) / 2,
      half = Math.max(1, (shape.to - shape.from) / 2 + step);
    const size = Math.sqrt(Math.max(0.1, 1 - 0.7 * ((z - middle) / half) ** 2));
    for (let n = 0; n < 72; n++) {
      const a = (n * Math.PI) / 36;
      points.set(
        [shape.cx + size * shape.rx * Math.cos(a), shape.cy + size * shape.ry * Math.sin(a), z],
        3 * n,
      );
    }
    contours.push({ type: 'CLOSED_PLANAR', points });
  }
  return {
    number,
    name: shape.name,
    colour: shape.colour,
    visible: true,
    selected,
    fillOpacity: selected ? 0.2 : 0,
    contours,
  };
}

export const phantomContours = (step: number): ContoursLayer => ({
  kind: 'contours',
  id: 'rs',
  visible: true,
  rois: [
    tube(1, { name: 'PTV', colour: '#f0524f', cx: 0, cy: 0, rx: 40, ry: 34, from: -48, to: 48 }, step, true),
    tube(2, { name: 'Cord', colour: '#35d0a0', cx: 0, cy: 80, rx: 8, ry: 8, from: -90, to: 87 }, step),
    tube(3, { name: 'Femur_L', colour: '#4fb8e8', cx: 90, cy: 10, rx: 26, ry: 34, from: -90, to: 30 }, step),
    tube(4, { name: 'Femur_R', colour: '#b48cf2', cx: -90, cy: 10, rx: 16, ry: 20, from: -90, to: 30 }, step),
  ],
});

export const phantomMarkers: MarkersLayer = {
  kind: 'markers',
  id: 'isocentre',
  visible: true,
  markers: [{ label: 'Iso', colour: '#e6e8eb', points: [[0, 0, 0]] }],
};
