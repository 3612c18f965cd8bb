import { cross, dot, length, scale, subtract, type Vector3 } from '../../geometry/index.ts';
import type { Finding, FindingCode } from '../../model/index.ts';

/** The source of a plane of an even lattice; numbers index the sorted positions. */
type Plane =
  | { readonly kind: 'slice'; readonly slice: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'between'; readonly below: number; readonly above: number; readonly share: number };

interface SpacingFinding {
  readonly code: FindingCode;
  readonly severity: Finding['severity'];
  readonly message: string;
  /** Sorted positions concerned. */
  readonly slices: readonly number[];
}

export interface Layout {
  /** From one plane to the next, mm; sheared where the gantry was tilted. */
  readonly step: Vector3;
  readonly planes: readonly Plane[];
  readonly findings: readonly SpacingFinding[];
  readonly refusal: { readonly code: FindingCode; readonly message: string } | null;
}

/** A position may lie this far from its lattice plane (rounded headers), mm and share of the step. */
const EVEN_MM = 0.1,
  EVEN_SHARE = 0.1;
/** A hole wider than this many usual steps is not bridged by interpolation. */
const WIDEST_BRIDGE = 3;
/** A lattice may have this many times as many planes as there are slices. */
const MOST_PLANES = 4;
const TILT_TOLD_DEGREES = 0.1;

/**
 * Lays positions, sorted along `normal` and all different, out on an even lattice: one plane per slice, planes left
 * empty where slices are missing, or planes between slices where the spacing changes.
 */
export function layOut(positions: readonly Vector3[], normal: Vector3): Layout {
  const first = positions[0]!,
    last = positions.at(-1)!;
  const plain: Layout = {
    step: normal,
    planes: positions.map((_, slice) => ({ kind: 'slice', slice })),
    findings: [],
    refusal: null,
  };
  if (positions.length < 2) return plain;
  const depths = positions.map((p) => dot(subtract(p, first), normal));
  const whole = subtract(last, first),
    extent = depths.at(-1)!;
  const shifted = worstShift(positions, depths, whole, normal);
  if (shifted > EVEN_MM * 5) {
    return {
      ...plain,
      refusal: {
        code: 'UNEVEN_SPACING',
        message: `The slices are shifted against one another by up to ${round(shifted)} mm within their planes, so they make no volume.`,
      },
    };
  }
  const findings = tiltFindings(whole, normal);
  const gaps = depths.slice(1).map((d, n) => d - depths[n]!);
  const usual = gaps.toSorted((a, b) => a - b)[(gaps.length - 1) >> 1]!;
  const indexes = latticeIndexes(depths, gaps, usual);
  if (indexes && !changesSpacing(gaps, usual)) {
    const count = indexes.at(-1)! + 1,
      step = scale(whole, 1 / (count - 1));
    if (count === positions.length) return { ...plain, step, findings };
    const gapFinding = describeGaps(positions, normal, gaps, extent / (count - 1), count - positions.length);
    if (count > MOST_PLANES * positions.length)
      return { ...plain, findings, refusal: { code: 'SLICE_GAP', message: gapFinding.message } };
    const planes: Plane[] = Array.from({ length: count }, () => ({ kind: 'missing' }));
    indexes.forEach((k, slice) => {
      planes[k] = { kind: 'slice', slice };
    });
    return { step, planes, findings: [...findings, gapFinding], refusal: null };
  }
  const widest = Math.max(...gaps);
  if (widest > WIDEST_BRIDGE * usual) {
    return {
      ...plain,
      findings,
      refusal: {
        code: 'SLICE_GAP',
        message: `A gap of ${round(widest)} mm between slices that are otherwise about ${round(usual)} mm apart is too wide to bridge: slices are missing.`,
      },
    };
  }
  const count = Math.min(Math.round(extent / Math.min(...gaps)) + 1, MOST_PLANES * positions.length);
  return {
    step: scale(whole, 1 / (count - 1)),
    planes: Array.from({ length: count }, (_, k) => planeBetween(depths, (k * extent) / (count - 1))),
    findings: [
      ...findings,
      {
        code: 'UNEVEN_SPACING',
        severity: 'warning',
        slices: positions.map((_, n) => n),
        message: `The slices are ${round(Math.min(...gaps))} to ${round(widest)} mm apart; they were interpolated linearly onto an even ${round(extent / (count - 1))} mm.`,
      },
    ],
    refusal: null,
  };
}

/** Lattice index of each depth; null where they fit no lattice of about the usual step. */
function latticeIndexes(depths: readonly number[], gaps: readonly number[], usual: number): number[] | null {
  const indexes = [0];
  for (const gap of gaps) indexes.push(indexes.at(-1)! + Math.max(1, Math.round(gap / usual)));
  const step = depths.at(-1)! / indexes.at(-1)!;
  const tolerance = Math.min(EVEN_MM, EVEN_SHARE * step);
  return depths.every((d, n) => Math.abs(d - indexes[n]! * step) <= tolerance) ? indexes : null;
}

/**
 * Whether the slices were taken further apart in some part of the patient, rather than lost: then wide gaps follow one
 * another and are alike.
 */
function changesSpacing(gaps: readonly number[], usual: number): boolean {
  const wide = gaps.map((gap) => gap > 1.5 * usual);
  const alike = gaps.filter(
    (gap, n) =>
      wide[n] && [n - 1, n + 1].some((m) => wide[m] && Math.abs(gaps[m]! - gap) < EVEN_SHARE * usual),
  );
  return alike.length > wide.filter(Boolean).length / 2;
}

/** Largest distance of a position from the straight line through first and last, mm. */
function worstShift(
  positions: readonly Vector3[],
  depths: readonly number[],
  whole: Vector3,
  normal: Vector3,
): number {
  const extent = depths.at(-1)!;
  return Math.max(
    ...positions.map((p, n) => {
      const off = subtract(subtract(p, positions[0]!), scale(whole, depths[n]! / extent));
      return length(subtract(off, scale(normal, dot(off, normal))));
    }),
  );
}

function tiltFindings(whole: Vector3, normal: Vector3): SpacingFinding[] {
  const degrees = (Math.atan2(length(cross(whole, normal)), dot(whole, normal)) * 180) / Math.PI;
  if (degrees <= TILT_TOLD_DEGREES) return [];
  return [
    {
      code: 'GANTRY_TILT',
      severity: 'information',
      slices: [],
      message: `The slices are stacked at ${degrees.toFixed(1)} degrees to their normal (tilted gantry); the volume keeps this shear.`,
    },
  ];
}

function describeGaps(
  positions: readonly Vector3[],
  normal: Vector3,
  gaps: readonly number[],
  step: number,
  missing: number,
): SpacingFinding {
  const wide = gaps.flatMap((gap, n) => (gap > 1.5 * step ? [n] : []));
  const at = wide[0]!,
    axial = Math.abs(normal[2]) > 0.99;
  const place = (n: number): string =>
    axial ? `z = ${round(positions[n]![2])}` : round(dot(positions[n]!, normal));
  const more = wide.length > 1 ? ` (and ${wide.length - 1} more)` : '';
  return {
    code: 'SLICE_GAP',
    severity: 'error',
    slices: [at, at + 1],
    message: `A gap of ${round(gaps[at]!)} mm between ${place(at)} and ${place(at + 1)} mm${more}, where the slices are ${round(step)} mm apart: ${missing === 1 ? '1 slice is' : `${missing} slices are`} missing.`,
  };
}

function planeBetween(depths: readonly number[], depth: number): Plane {
  let above = depths.findIndex((d) => d >= depth - 1e-6);
  if (above < 0) above = depths.length - 1;
  const below = Math.max(0, above - 1);
  const share = above === below ? 0 : (depth - depths[below]!) / (depths[above]! - depths[below]!);
  if (share > 0.999) return { kind: 'slice', slice: above };
  return share < 0.001 ? { kind: 'slice', slice: below } : { kind: 'between', below, above, share };
}

const round = (value: number): string => String(Number(value.toFixed(3)));
