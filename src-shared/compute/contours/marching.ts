/**
 * Outlines of {f > 0} on a lattice of `columns` × `rows` nodes by marching squares. `inside` holds the sign of each node
 * (its border must be outside), `value` the figure itself, asked for only beside the outline.
 * @returns closed outlines as pairs of lattice coordinates, the first point not repeated.
 */
export function marchOutlines(columns: number, rows: number, inside: Uint8Array, value: (i: number, j: number) => number): Float64Array[] {
  // An outline passes a lattice edge once: edge 2n runs from node n to its right, 2n + 1 upwards. next[] links them.
  const next = new Map<number, number>();
  for (let j = 0; j + 1 < rows; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const n = j * columns + i;
      const c = inside[n]! | (inside[n + 1]! << 1) | (inside[n + columns + 1]! << 2) | (inside[n + columns]! << 3);
      if (c === 0 || c === 15) continue;
      const bottom = 2 * n, left = 2 * n + 1, right = 2 * (n + 1) + 1, top = 2 * (n + columns);
      // Inside is on the left of each step.
      switch (c) {
        case 1: next.set(bottom, left); break;
        case 2: next.set(right, bottom); break;
        case 3: next.set(right, left); break;
        case 4: next.set(top, right); break;
        case 6: next.set(top, bottom); break;
        case 7: next.set(top, left); break;
        case 8: next.set(left, top); break;
        case 9: next.set(bottom, top); break;
        case 11: next.set(right, top); break;
        case 12: next.set(left, right); break;
        case 13: next.set(bottom, right); break;
        case 14: next.set(left, bottom); break;
        default: {
          const joined = value(i, j) + value(i + 1, j) + value(i + 1, j + 1) + value(i, j + 1) > 0;
          if (c === 5) {
            next.set(bottom, joined ? right : left);
            next.set(top, joined ? left : right);
          } else {
            next.set(right, joined ? top : bottom);
            next.set(left, joined ? bottom : top);
          }
        }
      }
    }
  }
  const outlines: Float64Array[] = [];
  for (const start of next.keys()) {
    if (!next.has(start)) continue;
    const points: number[] = [];
    let edge: number | undefined = start;
    while (edge !== undefined) {
      const following: number | undefined = next.get(edge);
      if (following === undefined) break;
      next.delete(edge);
      const n = edge >> 1, i = n % columns, j = (n - i) / columns, upwards = edge & 1;
      const a = value(i, j), b = upwards ? value(i, j + 1) : value(i + 1, j);
      const t = a === b ? 0.5 : Math.min(1, Math.max(0, a / (a - b)));
      points.push(upwards ? i : i + t, upwards ? j + t : j);
      edge = following;
    }
    outlines.push(Float64Array.from(points));
  }
  return outlines;
}
