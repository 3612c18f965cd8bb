import type { Vector3 } from '../../geometry/index.ts';
import { Failure } from '../../model/index.ts';
import type { Shape } from './definition.ts';
import { locate, smoothly } from './interpolate.ts';

/** Distance to the solid's surface in mm, below 0 inside; exact on the surface, approximate away from it. */
export type Field = (x: number, y: number) => number;

/** The cut of a solid with an axial plane. Outside `box` (x0, x1, y0, y1) it is not there. */
export interface Section {
  readonly field: Field;
  readonly box: readonly [number, number, number, number];
}

/** A solid by its axial sections; null where the plane at z misses it. */
export type Solid = (z: number) => Section | null;

/** @throws Failure where a shape names another that is not defined. */
export function solidOf(shape: Shape, shapes: Readonly<Record<string, Shape>>): Solid {
  const inner = (one: Shape): Solid => solidOf(one, shapes);
  if (typeof shape === 'string') {
    const named = shapes[shape];
    if (named === undefined)
      throw new Failure('INPUT_NOT_USABLE', `The demo patient definition has no shape '${shape}'.`);
    return inner(named);
  }
  switch (shape.kind) {
    case 'ellipsoid':
      return ellipsoid(shape.centre, shape.radii, shape.turn ?? 0);
    case 'stack':
      return stack(shape.sections, shape.exponent ?? 2);
    case 'blade':
      return blade(shape.sections);
    case 'tube':
      return tube(shape.points);
    case 'box':
      return box(shape.from, shape.to);
    case 'union':
      return union(shape.of.map(inner), shape.blend ?? 0);
    case 'within':
      return shape.of.map(inner).reduce((a, b) => cut(a, b, shape.blend ?? 0, 1));
    case 'without':
      return shape.minus.map(inner).reduce((a, b) => cut(a, b, shape.blend ?? 0, -1), inner(shape.of));
    case 'grow':
      return grow(inner(shape.of), shape.by, shape.shift ?? [0, 0, 0]);
    case 'both':
      return both(inner(shape.of));
    case 'mirror':
      return mirror(inner(shape.of));
  }
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
/** Growing needs the field a little outside the solid; nothing here is grown by more. */
const REACH = 12;
/** Ellipsoids are blended over more than that, in axial planes beyond their ends too. */
const REACH_BEYOND = 32;

function ellipsoid(c: Vector3, r: Vector3, turn: number): Solid {
  const cos = Math.cos(radians(turn)),
    sin = Math.sin(radians(turn)),
    reach = Math.max(r[0], r[1]) + REACH;
  return (z) => {
    const dz = (z - c[2]) / r[2];
    if (Math.abs(z - c[2]) > r[2] + REACH_BEYOND) return null;
    return {
      box: [c[0] - reach, c[0] + reach, c[1] - reach, c[1] + reach],
      field: (x, y) => {
        const u = (cos * (x - c[0]) + sin * (y - c[1])) / r[0],
          v = (-sin * (x - c[0]) + cos * (y - c[1])) / r[1];
        const k0 = Math.sqrt(u * u + v * v + dz * dz);
        const k1 = Math.sqrt((u / r[0]) ** 2 + (v / r[1]) ** 2 + (dz / r[2]) ** 2);
        return k1 > 0 ? (k0 * (k0 - 1)) / k1 : -Math.min(r[0], r[1], r[2]);
      },
    };
  };
}

function stack(sections: Extract<Shape, { kind: 'stack' }>['sections'], exponent: 2 | 2.5): Solid {
  const zs = sections.map((s) => s.z);
  const columns = [
    sections.map((s) => s.centre[0]),
    sections.map((s) => s.centre[1]),
    sections.map((s) => s.radii[0]),
    sections.map((s) => s.radii[1]),
    sections.map((s) => s.turn ?? 0),
  ];
  return (z) => {
    const at = locate(zs, z);
    if (at === null) return null;
    const [cx, cy, rx, ry, turn] = columns.map((values) => smoothly(zs, values, at)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const cos = Math.cos(radians(turn)),
      sin = Math.sin(radians(turn)),
      reach = Math.max(rx, ry) + REACH;
    return {
      box: [cx - reach, cx + reach, cy - reach, cy + reach],
      field: (x, y) => {
        const u = Math.abs(cos * (x - cx) + sin * (y - cy)) / rx,
          v = Math.abs(-sin * (x - cx) + cos * (y - cy)) / ry;
        // The gradient of uⁿ + vⁿ; square roots are the same on every machine, powers are not
        const un = exponent === 2 ? u : u * Math.sqrt(u),
          vn = exponent === 2 ? v : v * Math.sqrt(v),
          sum = un * u + vn * v;
        if (sum === 0) return -Math.min(rx, ry);
        return Math.max(
          -Math.min(rx, ry),
          (sum - 1) / (exponent * Math.sqrt((un / rx) ** 2 + (vn / ry) ** 2)),
        );
      },
    };
  };
}

/** A straight piece of a line with its radius at both ends. */
interface Piece {
  readonly from: readonly number[];
  readonly step: readonly [number, number, number];
  readonly lengthSquared: number;
  readonly radius: number;
  readonly radiusStep: number;
}

/** Pieces between points of x, y, z and radius. */
const piecesOf = (line: readonly (readonly number[])[]): Piece[] =>
  line.slice(1).map((b, n) => {
    const a = line[n]!,
      step = [b[0]! - a[0]!, b[1]! - a[1]!, b[2]! - a[2]!] as const;
    return {
      from: a,
      step,
      lengthSquared: step[0] ** 2 + step[1] ** 2 + step[2] ** 2,
      radius: a[3]!,
      radiusStep: b[3]! - a[3]!,
    };
  });

function distanceToPieces(pieces: readonly Piece[], x: number, y: number, z: number): number {
  let least = Infinity;
  for (const { from, step, lengthSquared, radius, radiusStep } of pieces) {
    const px = x - from[0]!,
      py = y - from[1]!,
      pz = z - from[2]!;
    const t = Math.min(1, Math.max(0, (px * step[0] + py * step[1] + pz * step[2]) / lengthSquared));
    const ex = px - t * step[0],
      ey = py - t * step[1],
      ez = pz - t * step[2];
    least = Math.min(least, Math.sqrt(ex * ex + ey * ey + ez * ez) - radius - t * radiusStep);
  }
  return least;
}

function blade(sections: Extract<Shape, { kind: 'blade' }>['sections']): Solid {
  const zs = sections.map((s) => s.z),
    count = sections[0]!.points.length;
  return (z) => {
    const at = locate(zs, z);
    if (at === null) return null;
    const radius = smoothly(
      zs,
      sections.map((s) => s.radius),
      at,
    );
    const points = Array.from({ length: count }, (_, n) =>
      [0, 1]
        .map((axis) =>
          smoothly(
            zs,
            sections.map((s) => s.points[n]![axis]!),
            at,
          ),
        )
        .concat(0, radius),
    );
    const line = refine(points, 4),
      pieces = piecesOf(line),
      xs = line.map((p) => p[0]!),
      ys = line.map((p) => p[1]!),
      reach = radius + REACH;
    return {
      box: [
        Math.min(...xs) - reach,
        Math.max(...xs) + reach,
        Math.min(...ys) - reach,
        Math.max(...ys) + reach,
      ],
      field: (x, y) => distanceToPieces(pieces, x, y, 0),
    };
  };
}

function tube(points: readonly (readonly [number, number, number, number])[]): Solid {
  const pieces = piecesOf(refine(points, 5));
  return (z) => {
    const near = pieces.filter(({ from, step, radius, radiusStep }) => {
      const reach = Math.max(radius, radius + radiusStep) + REACH;
      return z > from[2]! + Math.min(0, step[2]) - reach && z < from[2]! + Math.max(0, step[2]) + reach;
    });
    if (near.length === 0) return null;
    const ends = (axis: 0 | 1): number[] =>
      near.flatMap(({ from, step }) => [from[axis]!, from[axis]! + step[axis]]);
    const reach =
      Math.max(...near.map(({ radius, radiusStep }) => Math.max(radius, radius + radiusStep))) + REACH;
    const xs = ends(0),
      ys = ends(1);
    return {
      box: [
        Math.min(...xs) - reach,
        Math.max(...xs) + reach,
        Math.min(...ys) - reach,
        Math.max(...ys) + reach,
      ],
      field: (x, y) => distanceToPieces(near, x, y, z),
    };
  };
}

/** A Catmull–Rom curve through the points, `pieces` straight pieces between two of them. */
function refine(points: readonly (readonly number[])[], pieces: number): number[][] {
  const at = (n: number): readonly number[] => points[Math.min(points.length - 1, Math.max(0, n))]!;
  const line: number[][] = [];
  for (let n = 0; n < points.length - 1; n++) {
    for (let s = 0; s < pieces; s++) {
      const t = s / pieces;
      line.push(
        at(n).map((b, axis) => {
          const a = at(n - 1)[axis]!,
            c = at(n + 1)[axis]!,
            d = at(n + 2)[axis]!;
          return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
        }),
      );
    }
  }
  line.push([...at(points.length - 1)]);
  return line;
}

const box =
  (from: Vector3, to: Vector3): Solid =>
  (z) =>
    z < from[2] || z > to[2]
      ? null
      : {
          box: [from[0], to[0], from[1], to[1]],
          field: (x, y) => Math.max(from[0] - x, x - to[0], from[1] - y, y - to[1]),
        };

/** The lesser of two distances, rounded over `blend` mm where they are equal (polynomial smooth minimum). */
function lesser(a: number, b: number, blend: number): number {
  const least = a < b ? a : b,
    near = blend - Math.abs(a - b);
  return near > 0 ? least - (near * near) / (4 * blend) : least;
}

function union(parts: readonly Solid[], blend: number): Solid {
  return (z) => {
    const there = parts.flatMap((part) => part(z) ?? []);
    if (there.length <= 1) return there[0] ?? null;
    const boxes = there.map((section) => section.box);
    return {
      box: [
        Math.min(...boxes.map((b) => b[0])),
        Math.max(...boxes.map((b) => b[1])),
        Math.min(...boxes.map((b) => b[2])),
        Math.max(...boxes.map((b) => b[3])),
      ],
      field: (x, y) => {
        let least = Infinity;
        for (const { field, box } of there) {
          // Boxes have room for REACH: outside of one the part is too far away to blend with
          if (blend <= REACH && (x < box[0] || x > box[1] || y < box[2] || y > box[3])) continue;
          least = least === Infinity ? field(x, y) : lesser(least, field(x, y), blend);
        }
        return least;
      },
    };
  };
}

/** What of `a` lies inside `b` (side 1) or outside it (side −1). */
function cut(a: Solid, b: Solid, blend: number, side: 1 | -1): Solid {
  return (z) => {
    const first = a(z),
      second = b(z);
    if (first === null || second === null) return side === 1 ? null : first;
    return {
      box: first.box,
      field: (x, y) => {
        const one = first.field(x, y);
        return one > REACH ? one : -lesser(-one, -side * second.field(x, y), blend);
      },
    };
  };
}

function grow(solid: Solid, by: number, shift: Vector3): Solid {
  return (z) => {
    const section = solid(z - shift[2]);
    if (section === null) return null;
    const [x0, x1, y0, y1] = section.box,
      extra = Math.max(0, by);
    return {
      box: [x0 + shift[0] - extra, x1 + shift[0] + extra, y0 + shift[1] - extra, y1 + shift[1] + extra],
      field: (x, y) => section.field(x - shift[0], y - shift[1]) - by,
    };
  };
}

function both(solid: Solid): Solid {
  return (z) => {
    const section = solid(z);
    if (section === null) return null;
    const reach = Math.max(-section.box[0], section.box[1]);
    return {
      box: [-reach, reach, section.box[2], section.box[3]],
      field: (x, y) => section.field(Math.abs(x), y),
    };
  };
}

function mirror(solid: Solid): Solid {
  return (z) => {
    const section = solid(z);
    return section === null
      ? null
      : {
          box: [-section.box[1], -section.box[0], section.box[2], section.box[3]],
          field: (x, y) => section.field(-x, y),
        };
  };
}
