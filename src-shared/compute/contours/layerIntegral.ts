import { INSIDE_BOTH, INSIDE_LOWER, type Profile } from './profile.ts';

/**
 * Integrals over a layer, of rows of profiles: a place is inside up to (or from) the height T of the layer, T linear
 * along each piece, so that the integrals over the height t (0 to 1) are those of powers of T, in closed form. Sums
 * over rows, to be multiplied by the distance of the rows and the height of the layer.
 */
export class LayerIntegral {
  /** Of 1, of t and of t². */
  volume = 0;
  height = 0;
  heightSquared = 0;
  /** Of the place along the row, and of the row's own. */
  along = 0;
  across = 0;

  /** Adds the profile of a row at `row` mm. */
  add({ pieces, count }: Profile, row: number): void {
    for (let o = 0; o < 5 * count; o += 5) {
      const s0 = pieces[o]!,
        a = pieces[o + 1]!,
        s1 = pieces[o + 2]!,
        b = pieces[o + 3]!,
        kind = pieces[o + 4]!;
      const length = s1 - s0,
        middle = (s0 + s1) / 2;
      if (kind === INSIDE_BOTH) {
        this.volume += length;
        this.height += length / 2;
        this.heightSquared += length / 3;
        this.along += length * middle;
        this.across += length * row;
        continue;
      }
      const upTo0 = (length * (a + b)) / 2,
        upTo1 = (length * (a * a + a * b + b * b)) / 6,
        upTo2 = (length * (a + b) * (a * a + b * b)) / 12,
        upToAlong = upTo0 * middle + (length * length * (b - a)) / 12;
      // What is inside from T on is what is left of the whole.
      const lower = kind === INSIDE_LOWER,
        volume = lower ? upTo0 : length - upTo0;
      this.volume += volume;
      this.height += lower ? upTo1 : length / 2 - upTo1;
      this.heightSquared += lower ? upTo2 : length / 3 - upTo2;
      this.along += lower ? upToAlong : length * middle - upToAlong;
      this.across += volume * row;
    }
  }
}
