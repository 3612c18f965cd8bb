/** The bit of a node's state that says it is inside. */
export const INSIDE = 1;

/**
 * Outlines of {f > 0} on a lattice of `columns` × `rows` nodes by marching squares. `states` tells by its bit {@link INSIDE}
 * whether a node is inside (the border must not be), `value` the figure itself, asked for only beside the outline.
 * @returns closed outlines as pairs of lattice coordinates, the first point not repeated.
 */
export function marchOutlines(
  columns: number,
  rows: number,
  states: Uint8Array,
  value: (i: number, j: number) => number,
): Float64Array[] {
  // An outline passes a lattice edge once: edge 2n runs from node n to its right, 2n + 1 upwards. next[] links them.
  const next = new Int32Array(2 * columns * rows).fill(-1),
    starts: number[] = [];
  const join = (from: number, to: number): void => {
    next[from] = to;
    starts.push(from);
  };
  for (let j = 0; j + 1 < rows; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const n = j * columns + i;
      const c =
        (states[n]! & 1) |
        ((states[n + 1]! & 1) << 1) |
        ((states[n + columns + 1]! & 1) << 2) |
        ((states[n + columns]! & 1) << 3);
      if (c === 0 || c === 15) continue;
      const bottom = 2 * n,
        left = 2 * n + 1,
        right = 2 * (n + 1) + 1,
        top = 2 * (n + columns);
      // Inside is on the left of each step.
      switch (c) {
        case 1:
          join(bottom, left);
          break;
        case 2:
          join(right, bottom);
          break;
        case 3:
          join(right, left);
          break;
        case 4:
          join(top, right);
          break;
        case 6:
          join(top, bottom);
          break;
        case 7:
          join(top, left);
          break;
        case 8:
          join(left, top);
          break;
        case 9:
          join(bottom, top);
          break;
        case 11:
          join(right, top);
          break;
        case 12:
          join(left, right);
          break;
        case 13:
          join(bottom, right);
          break;
        case 14:
          join(left, bottom);
          break;
        default: {
          const joined = value(i, j) + value(i + 1, j) + value(i + 1, j + 1) + value(i, j + 1) > 0;
          if (c === 5) {
            join(bottom, joined ? right : left);
            join(top, joined ? left : right);
          } else {
            join(right, joined ? top : bottom);
            join(left, joined ? bottom : top);
          }
        }
      }
    }
  }
  const outlines: Float64Array[] = [];
  for (const start of starts) {
    if (next[start]! < 0) continue;
    const points: number[] = [];
    for (let edge = start; next[edge]! >= 0;) {
      const following = next[edge]!;
      next[edge] = -1;
      const n = edge >> 1,
        i = n % columns,
        j = (n - i) / columns,
        upwards = edge & 1;
      const a = value(i, j),
        b = upwards ? value(i, j + 1) : value(i + 1, j);
      const t = a === b ? 0.5 : Math.min(1, Math.max(0, a / (a - b)));
      points.push(upwards ? i : i + t, upwards ? j + t : j);
      edge = following;
    }
    outlines.push(Float64Array.from(points));
  }
  return outlines;
}
