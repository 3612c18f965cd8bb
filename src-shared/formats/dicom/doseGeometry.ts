import {
  affineFromColumns,
  cross,
  dot,
  length,
  normalise,
  scale,
  type Affine,
  type Vector3,
} from '../../geometry/index.ts';
import { Failure, type Finding } from '../../model/index.ts';
import { tagText, type DataSet, type TagKey } from './dataSet.ts';
import { Tag } from './tags.ts';

export interface DoseGeometry {
  readonly columns: number;
  readonly rows: number;
  /** Depth of each frame of the file along the normal, mm, from the first frame. */
  readonly depths: readonly number[];
  /** Frames in ascending order along the normal. */
  readonly order: readonly number[];
  /** Of the planes of the volume, whose first is frame `order[0]`. */
  readonly affine: Affine;
  /** Even distance of the planes, mm. */
  readonly step: number;
  /** Planes of the volume; more than frames where the offsets are uneven. */
  readonly planes: number;
  readonly even: boolean;
  readonly findings: readonly Finding[];
}

/** Offsets may leave an even lattice by this much, mm (they are decimal strings). */
const EVEN_MM = 0.01;

/**
 * The lattice of an RTDOSE of `frames` frames, planes ascending along row × column.
 * @throws Failure INPUT_NOT_USABLE where position, orientation, spacing or the places of the frames are missing or make no grid.
 */
export function readDoseGeometry(set: DataSet, frames: number): DoseGeometry {
  const findings: Finding[] = [];
  const position = required(set, Tag.ImagePositionPatient, 3, 'position');
  const orientation = required(set, Tag.ImageOrientationPatient, 6, 'orientation');
  const spacing = required(set, Tag.PixelSpacing, 2, 'pixel spacing');
  const columns = set.number(Tag.Columns) ?? 0,
    rows = set.number(Tag.Rows) ?? 0;
  if (!(columns > 0) || !(rows > 0)) refuse('The dose grid has no rows or columns.', Tag.Rows);
  if (!(spacing[0]! > 0) || !(spacing[1]! > 0))
    refuse('The pixel spacing of the dose is not above 0.', Tag.PixelSpacing);
  const r: Vector3 = [orientation[0]!, orientation[1]!, orientation[2]!],
    c: Vector3 = [orientation[3]!, orientation[4]!, orientation[5]!];
  if (!(length(r) > 0.9) || !(length(c) > 0.9) || Math.abs(dot(r, c)) > 0.01)
    refuse(
      'The orientation of the dose is not given by two perpendicular directions.',
      Tag.ImageOrientationPatient,
    );
  const row = normalise(r),
    column = normalise(c),
    normal = normalise(cross(row, column));
  const first: Vector3 = [position[0]!, position[1]!, position[2]!];
  if (Math.abs(spacing[0]! - spacing[1]!) > 1e-4 * spacing[1]!) {
    findings.push({
      code: 'NON_SQUARE_PIXELS',
      severity: 'information',
      message: `The dose pixels are not square: ${spacing[1]} × ${spacing[0]} mm (columns × rows).`,
      tag: tagText(Tag.PixelSpacing),
    });
  }
  const depths = frameDepths(set, frames, first, normal, findings);
  const order = depths.map((_, n) => n).sort((a, b) => depths[a]! - depths[b]!);
  const sorted = order.map((n) => depths[n]!),
    gaps = sorted.slice(1).map((d, n) => d - sorted[n]!);
  if (gaps.some((g) => g < 1e-4))
    refuse('Two planes of the dose lie at the same place.', Tag.GridFrameOffsetVector);
  const extent = sorted.at(-1)! - sorted[0]!;
  let planes = frames,
    step = frames > 1 ? extent / (frames - 1) : planeThickness(set, findings);
  const even = sorted.every((d, n) => Math.abs(d - sorted[0]! - n * step) <= EVEN_MM);
  if (!even) {
    const narrowest = Math.min(...gaps);
    const common = commonStep(gaps, frames);
    planes = common
      ? Math.round(extent / common) + 1
      : Math.min(Math.round(extent / narrowest) + 1, 4 * frames);
    step = extent / (planes - 1);
    findings.push({
      code: 'UNEVEN_SPACING',
      severity: 'warning',
      message: `The dose planes are ${round(narrowest)} to ${round(Math.max(...gaps))} mm apart; they were interpolated linearly onto an even ${round(step)} mm.`,
      tag: tagText(Tag.GridFrameOffsetVector),
    });
  }
  if (frames > 1 && order[0] !== 0) {
    findings.push({
      code: 'DOSE_GRID_DESCENDING',
      severity: 'information',
      message:
        'The dose planes run against the normal of their rows and columns; they were put in ascending order.',
      tag: tagText(Tag.GridFrameOffsetVector),
    });
  }
  const start = sorted[0]!;
  const origin: Vector3 = [
    first[0] + start * normal[0],
    first[1] + start * normal[1],
    first[2] + start * normal[2],
  ];
  return {
    columns,
    rows,
    depths,
    order,
    step,
    planes,
    even,
    findings,
    affine: affineFromColumns(
      scale(row, spacing[1]!),
      scale(column, spacing[0]!),
      scale(normal, step),
      origin,
    ),
  };
}

/** An even lattice of uneven planes has at most this many planes for each of theirs. */
const PLANES_PER_FRAME = 16;

/**
 * The widest step, mm, of a lattice on which all planes lie, so that none of their values is lost; null where it would
 * take too many planes.
 */
function commonStep(gaps: readonly number[], frames: number): number | null {
  const units = gaps.map((gap) => Math.round(gap / EVEN_MM));
  const divisor = units.reduce((a, b) => {
    while (b > 0) [a, b] = [b, a % b];
    return a;
  });
  const planes = units.reduce((sum, unit) => sum + unit, 0) / divisor + 1;
  return divisor > 0 && planes <= PLANES_PER_FRAME * frames ? divisor * EVEN_MM : null;
}

/**
 * Depths of the frames by Grid Frame Offset Vector (PS3.3 C.8.8.3.2): offsets along the normal where the first is 0;
 * z coordinates of the planes where it is not and the planes are axial.
 */
function frameDepths(
  set: DataSet,
  frames: number,
  first: Vector3,
  normal: Vector3,
  findings: Finding[],
): number[] {
  if (frames === 1) return [0];
  const offsets = set.numbers(Tag.GridFrameOffsetVector),
    tag = tagText(Tag.GridFrameOffsetVector);
  if (offsets.length === 0) {
    const thickness = set.number(Tag.SliceThickness) ?? 0;
    if (!(thickness > 0))
      refuse('The dose has several planes but does not say where they lie.', Tag.GridFrameOffsetVector);
    findings.push({
      code: 'NOTE',
      severity: 'warning',
      message: `The dose does not say where its planes lie; they are taken to be ${round(thickness)} mm apart (its slice thickness).`,
      tag,
    });
    return Array.from({ length: frames }, (_, n) => n * thickness);
  }
  const used = offsets.subarray(0, frames);
  if (used.length < frames || !used.every(Number.isFinite))
    refuse(
      `The dose has ${frames} planes but gives places for only ${used.filter(Number.isFinite).length}.`,
      Tag.GridFrameOffsetVector,
    );
  if (offsets.length > frames)
    findings.push({
      code: 'VALUE_INVALID',
      severity: 'warning',
      message: `The dose gives places for ${offsets.length} planes but holds ${frames}; the first ${frames} were taken.`,
      tag,
    });
  const relative = Math.abs(used[0]!) < 1e-6;
  const axial = Math.abs(normal[2]) > 0.999;
  if (!relative && !(axial && Math.abs(used[0]! - first[2]) < EVEN_MM))
    findings.push({
      code: 'VALUE_INVALID',
      severity: 'warning',
      message: `The places of the dose planes begin at ${round(used[0]!)} mm, neither at 0 nor at the z of the first plane (${round(first[2])} mm); their distances alone were used.`,
      tag,
    });
  // Absolute z only means something on axial planes; elsewhere a first offset that is not 0 can only be a shift
  const sign = relative || !axial ? 1 : Math.sign(normal[2]);
  return Array.from(used, (offset) => (offset - used[0]!) * sign);
}

function planeThickness(set: DataSet, findings: Finding[]): number {
  const offsets = set.numbers(Tag.GridFrameOffsetVector),
    stated = set.number(Tag.SliceThickness) ?? 0;
  const between = offsets.length > 1 ? Math.abs(offsets[1]! - offsets[0]!) : 0;
  const [thickness, why] =
    stated > 0
      ? ([stated, 'its stated thickness'] as const)
      : between > 0
        ? ([between, 'the distance of the offsets it gives'] as const)
        : ([1, 'an assumption: the file gives no thickness'] as const);
  findings.push({
    code: 'DOSE_PLANE_ONLY',
    severity: 'information',
    message: `The dose is a single plane; it is taken to be ${round(thickness)} mm thick (${why}).`,
  });
  return thickness;
}

function required(set: DataSet, tag: TagKey, count: number, what: string): Float64Array {
  const values = set.numbers(tag);
  if (values.length < count || !values.subarray(0, count).every(Number.isFinite))
    refuse(`The dose has no usable ${what}, so it has no place in the patient.`, tag);
  return values;
}

function refuse(message: string, tag: TagKey): never {
  throw new Failure('INPUT_NOT_USABLE', message, { finding: 'REQUIRED_TAG_MISSING', tag: tagText(tag) });
}

const round = (value: number): string => String(Number(value.toFixed(4)));
