import { cross, distance, dot, length, normalise, type Vector3 } from '../../geometry/index.ts';
import type { Finding, FindingCode } from '../../model/index.ts';
import type { SliceFacts } from './seriesFacts.ts';

/** A slice whose place is known. */
export interface PlacedSlice {
  /** Index into the facts that were planned. */
  readonly index: number;
  readonly facts: SliceFacts;
  readonly position: Vector3;
  /** Unit vectors along a row (towards higher columns) and along a column (towards higher rows). */
  readonly row: Vector3;
  readonly column: Vector3;
  readonly normal: Vector3;
  readonly pixelSpacing: readonly [number, number];
}

export interface Grouping {
  /** Slices that are parallel, of one size, frame of reference and meaning of their values; the largest group first. */
  readonly groups: readonly (readonly PlacedSlice[])[];
  readonly findings: readonly Finding[];
}

/** Sorts the slices of a series into sets that can be volumes, and says what it leaves out. */
export function groupSlices(facts: readonly SliceFacts[]): Grouping {
  const findings: Finding[] = [];
  const localizer = facts.map((f) => f.imageType.some((type) => type === 'LOCALIZER' || type === 'SCOUT'));
  const mixed = localizer.includes(true) && localizer.includes(false);
  const placed: PlacedSlice[] = [],
    unplaced: SliceFacts[] = [],
    localizers: SliceFacts[] = [];
  facts.forEach((f, index) => {
    const slice = placeSlice(f, index);
    if (mixed && localizer[index]) localizers.push(f);
    else if (slice) placed.push(slice);
    else unplaced.push(f);
  });
  if (localizers.length > 0) {
    findings.push(
      tell(
        'LOCALIZER_LEFT_OUT',
        'information',
        `${many(localizers.length, 'localizer')} in the series ${localizers.length === 1 ? 'is' : 'are'} left out of the volume.`,
        localizers,
      ),
    );
  }
  if (unplaced.length > 0) findings.push(unplacedFinding(unplaced, placed.length));
  placed.sort((a, b) =>
    a.facts.sopInstanceUid < b.facts.sopInstanceUid
      ? -1
      : a.facts.sopInstanceUid > b.facts.sopInstanceUid
        ? 1
        : a.facts.frame - b.facts.frame,
  );
  const groups = mergeNearlyParallel(groupAlike(placed), findings);
  return { groups: dropStrays(groups, findings), findings };
}

export const tell = (
  code: FindingCode,
  severity: Finding['severity'],
  message: string,
  slices: readonly { sopInstanceUid: string }[],
): Finding => ({ code, severity, message, objects: [...new Set(slices.map((s) => s.sopInstanceUid))] });

export const many = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function placeSlice(facts: SliceFacts, index: number): PlacedSlice | null {
  const { position, orientation: o, pixelSpacing } = facts;
  if (!position || !o || !pixelSpacing || !(facts.rows > 0) || !(facts.columns > 0)) return null;
  if (!(pixelSpacing[0] > 0) || !(pixelSpacing[1] > 0) || !position.every(Number.isFinite)) return null;
  const r: Vector3 = [o[0], o[1], o[2]],
    c: Vector3 = [o[3], o[4], o[5]];
  if (!(length(r) > 0.9) || !(length(c) > 0.9) || Math.abs(dot(r, c)) > 0.01) return null;
  const row = normalise(r),
    column = normalise(c);
  return { index, facts, position, row, column, normal: normalise(cross(row, column)), pixelSpacing };
}

function unplacedFinding(slices: readonly SliceFacts[], placed: number): Finding {
  const noSpacing = slices.every(
    (s) => s.position !== null && s.orientation !== null && s.pixelSpacing === null,
  );
  const lack = noSpacing ? 'no pixel spacing' : 'no usable position or orientation';
  const finding = tell(
    'POSITION_MISSING',
    placed === 0 ? 'error' : 'warning',
    placed === 0
      ? `The images carry ${lack}, so they make no volume; single pictures are not shown yet.`
      : `${many(slices.length, 'image')} with ${lack} ${slices.length === 1 ? 'is' : 'are'} left out of the volume.`,
    slices,
  );
  return {
    ...finding,
    tag: noSpacing ? '(0028,0030)' : slices[0]?.position === null ? '(0020,0032)' : '(0020,0037)',
  };
}

const PARALLEL = 1e-4;

const sameSize = (a: PlacedSlice, b: PlacedSlice): boolean =>
  a.facts.rows === b.facts.rows &&
  a.facts.columns === b.facts.columns &&
  Math.abs(a.pixelSpacing[0] - b.pixelSpacing[0]) <= 1e-4 * a.pixelSpacing[0] &&
  Math.abs(a.pixelSpacing[1] - b.pixelSpacing[1]) <= 1e-4 * a.pixelSpacing[1];
const sameFrame = (a: PlacedSlice, b: PlacedSlice): boolean =>
  a.facts.frameOfReferenceUid === b.facts.frameOfReferenceUid;
const meaning = ({ facts }: PlacedSlice): string => facts.meaning ?? '';
const sameMeaning = (a: PlacedSlice, b: PlacedSlice): boolean => meaning(a) === meaning(b);
const parallel = (a: PlacedSlice, b: PlacedSlice): boolean =>
  distance(a.row, b.row) <= PARALLEL && distance(a.column, b.column) <= PARALLEL;

function groupAlike(slices: readonly PlacedSlice[]): PlacedSlice[][] {
  const groups: PlacedSlice[][] = [];
  for (const slice of slices) {
    const home = groups.find(
      (g) =>
        sameFrame(g[0]!, slice) &&
        sameSize(g[0]!, slice) &&
        sameMeaning(g[0]!, slice) &&
        parallel(g[0]!, slice),
    );
    if (home) home.push(slice);
    else groups.push([slice]);
  }
  return groups.sort((a, b) => b.length - a.length);
}

/** Takes a lone slice into the main group where its turn moves no pixel by half a pixel. */
function mergeNearlyParallel(groups: PlacedSlice[][], findings: Finding[]): PlacedSlice[][] {
  const main = groups[0];
  if (!main || main.length < 2) return groups;
  const [lead] = main,
    kept: PlacedSlice[][] = [main],
    turned: PlacedSlice[] = [];
  for (const group of groups.slice(1)) {
    const slice = group[0]!;
    const reach =
      Math.hypot(slice.facts.rows * slice.pixelSpacing[0], slice.facts.columns * slice.pixelSpacing[1]) / 2;
    const shift = Math.max(distance(slice.row, lead!.row), distance(slice.column, lead!.column)) * reach;
    if (
      group.length === 1 &&
      sameFrame(slice, lead!) &&
      sameSize(slice, lead!) &&
      sameMeaning(slice, lead!) &&
      shift < Math.min(...slice.pixelSpacing) / 2
    )
      turned.push(slice);
    else kept.push(group);
  }
  if (turned.length === 0) return groups;
  findings.push(
    tell(
      'ORIENTATION_MIXED',
      'warning',
      `${many(turned.length, 'slice')} ${turned.length === 1 ? 'is' : 'are'} turned against the others, by less than half a pixel at the edge; taken as parallel.`,
      turned.map((s) => s.facts),
    ),
  );
  return [[...main, ...turned], ...kept.slice(1)];
}

/** Names why groups differ from the main one; single slices beside a real stack are left out. */
function dropStrays(groups: readonly PlacedSlice[][], findings: Finding[]): readonly PlacedSlice[][] {
  const main = groups[0];
  if (!main) return groups;
  const kept = [main];
  for (const group of groups.slice(1)) {
    const stray = group.length === 1 && main.length >= 3;
    if (!stray) kept.push(group);
    const [code, what] = !sameFrame(group[0]!, main[0]!)
      ? (['FRAME_OF_REFERENCE_MIXED', 'lies in another frame of reference'] as const)
      : !sameSize(group[0]!, main[0]!)
        ? (['SIZE_MIXED', 'has another size or pixel spacing'] as const)
        : !sameMeaning(group[0]!, main[0]!)
          ? ([
              'VALUES_MIXED',
              `holds ${meaning(group[0]!)} where the others hold ${meaning(main[0]!)}`,
            ] as const)
          : (['ORIENTATION_MIXED', 'is turned against the others'] as const);
    findings.push(
      tell(
        code,
        'warning',
        stray
          ? `A slice ${what}${what.includes(' where ') ? ',' : ''} and is left out of the volume.`
          : `A part of the series (${many(group.length, 'slice')} of ${groups.reduce((n, g) => n + g.length, 0)}) ${what}; it is a volume of its own.`,
        group.map((s) => s.facts),
      ),
    );
  }
  return kept;
}
