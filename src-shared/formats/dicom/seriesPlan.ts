import {
  affineFromColumns,
  dot,
  length,
  scale,
  subtract,
  type Affine,
  type Grid,
  type Vector3,
} from '../../geometry/index.ts';
import { Failure, type Finding } from '../../model/index.ts';
import type { SliceFacts } from './seriesFacts.ts';
import { groupSlices, many, tell, type PlacedSlice } from './seriesGroups.ts';
import { layOut, type Layout } from './seriesSpacing.ts';
import { passLabels, volumeLabel } from './volumeLabel.ts';

/** Where the values of one plane k of a volume come from; `slice`, `below` and `above` index the planned facts. */
export type SliceSource =
  | { readonly kind: 'slice'; readonly slice: number }
  | { readonly kind: 'missing' }
  /** Linear mixture: (1 − share) of `below`, share of `above`. */
  | { readonly kind: 'between'; readonly below: number; readonly above: number; readonly share: number };

/** The geometry of one volume, known before a pixel is decoded. */
export interface VolumePlan extends Grid {
  /** What tells it from the other volumes of its series, for people. */
  readonly label: string;
  readonly frameOfReferenceUid: string | null;
  /** One source per plane k, along the normal (row × column direction). */
  readonly slices: readonly SliceSource[];
  /** Planes without an image. */
  readonly missing: number;
  readonly findings: readonly Finding[];
  /** Why these slices make no volume; null where they do. */
  readonly refusal: Finding | null;
}

export interface SeriesPlan {
  /** The largest first; people and callers name them by their number in this order, from 1. */
  readonly volumes: readonly VolumePlan[];
  /** About the series as a whole: what was left out or split off. */
  readonly findings: readonly Finding[];
}

/**
 * Plans the volumes of one image series from headers alone. Slices are ordered by their place along the normal, never
 * by instance number or file name; the outcome does not depend on the order of `facts`. Never throws.
 */
export function planSeries(facts: readonly SliceFacts[]): SeriesPlan {
  const { groups, findings } = groupSlices(facts);
  const told = [...findings];
  const volumes = groups
    .flatMap((group) => splitPasses(group, told))
    .map(({ slices, pass }) => {
      const planned = planVolume(slices);
      return { ...planned, label: volumeLabel(planned, pass) };
    })
    .sort((a, b) => b.slices.length - a.slices.length);
  const frame = volumes[0]?.frameOfReferenceUid;
  const meanings = volumes.map(({ slices }) => meaningOf(slices, facts));
  return {
    volumes: volumes.map((one, n) => ({
      ...one,
      label: [
        one.label,
        ...(one.frameOfReferenceUid === frame ? [] : ['another frame of reference']),
        ...(meanings.every((meaning) => meaning === meanings[0]) ? [] : [meanings[n] ?? '']),
      ].join(', '),
    })),
    findings: told,
  };
}

/** What the values of a volume stand for; all its slices agree on it. */
function meaningOf(slices: readonly SliceSource[], facts: readonly SliceFacts[]): string {
  const slice = slices.find((source) => source.kind === 'slice');
  return (slice && facts[slice.slice]?.meaning) ?? '';
}

/** All that a plan has to say: of the series, then of each volume. */
export const planFindings = (plan: SeriesPlan): readonly Finding[] => [
  ...plan.findings,
  ...plan.volumes.flatMap((v) => (v.refusal ? [...v.findings, v.refusal] : v.findings)),
];

/**
 * The one volume of a series, or the chosen one of several, for work that needs a whole and even volume; its findings
 * hold those of the series.
 * @param choice number of the volume, from 1; undefined where none was chosen.
 * @throws Failure INPUT_NOT_USABLE where the series has no volume (of that number), several and none was chosen, or one
 *   with planes missing.
 */
export function soleVolume(plan: SeriesPlan, choice?: number): VolumePlan {
  const volume = choice === undefined ? plan.volumes[0] : chosenOf(plan, choice);
  if (!volume) return refuse(noVolume(plan));
  if (plan.volumes.length > 1 && choice === undefined) {
    const reason = plan.findings.find((f) => SPLITS.has(f.code));
    return refuse({
      code: reason?.code ?? 'NOTE',
      severity: 'error',
      message:
        `The series holds ${plan.volumes.length} volumes; choose one of them by its number: ${listOf(plan)}. ${reason?.message ?? ''}`.trim(),
    });
  }
  if (volume.refusal) return refuse(volume.refusal);
  if (volume.missing > 0) {
    const gap = volume.findings.find((f) => f.code === 'SLICE_GAP')!;
    // An image that was left out may be what is missing.
    const reason = plan.findings.find((f) => f.code === 'VALUES_MIXED');
    return refuse(reason ? { ...gap, message: `${gap.message} ${reason.message}` } : gap);
  }
  return { ...volume, findings: [...plan.findings, ...volume.findings] };
}

/**
 * The volume of a series to look at: the chosen one, else the largest where there are several, planes without an image
 * empty at their own places. What is not shown is told.
 * @param choice number of the volume, from 1; undefined where none was chosen.
 * @throws Failure INPUT_NOT_USABLE where the series has no volume (of that number).
 */
export function shownVolume(plan: SeriesPlan, choice?: number): VolumePlan {
  const volume =
    choice === undefined ? plan.volumes.find(({ refusal }) => refusal === null) : chosenOf(plan, choice);
  if (!volume || volume.refusal) return refuse(volume?.refusal ?? plan.volumes[0]?.refusal ?? noVolume(plan));
  const others = plan.volumes.length - 1;
  const findings = [...plan.findings, ...volume.findings];
  if (others > 0)
    findings.push({
      code: 'NOTE',
      severity: choice === undefined ? 'warning' : 'information',
      message: `The series holds ${plan.volumes.length} volumes; ${choice === undefined ? 'the largest' : `number ${choice}`}, of ${many(volume.slices.length, 'slice')}, is shown and the ${others === 1 ? 'other is' : 'others are'} not.`,
    });
  return { ...volume, findings };
}

function chosenOf(plan: SeriesPlan, choice: number): VolumePlan {
  const volume = plan.volumes[choice - 1];
  if (volume || plan.volumes.length === 0) return volume ?? refuse(noVolume(plan));
  return refuse({
    code: 'NOTE',
    severity: 'error',
    message:
      plan.volumes.length === 1
        ? `The series holds one volume only; there is no volume ${choice}.`
        : `The series holds no volume ${choice}, but ${plan.volumes.length}: ${listOf(plan)}.`,
  });
}

const listOf = (plan: SeriesPlan): string =>
  plan.volumes.map(({ label }, n) => `${n + 1} (${label})`).join('; ');

function refuse(finding: Finding): never {
  throw new Failure('INPUT_NOT_USABLE', finding.message, {
    finding: finding.code,
    ...(finding.tag ? { tag: finding.tag } : {}),
  });
}

const noVolume = (plan: SeriesPlan): Finding =>
  plan.findings.find((f) => f.severity === 'error') ??
  plan.findings[0] ?? {
    code: 'NOTE',
    severity: 'error',
    message: 'The series holds no image that could be part of a volume.',
  };

const SPLITS: ReadonlySet<string> = new Set([
  'FRAME_OF_REFERENCE_MIXED',
  'DUPLICATE_SLICE_POSITION',
  'ORIENTATION_MIXED',
  'SIZE_MIXED',
  'VALUES_MIXED',
]);

type PlannedVolume = Omit<VolumePlan, 'label'>;

/** Nearer than this along the normal, two slices lie at one place, mm. */
const ONE_PLACE = 0.01;

const along = (slice: PlacedSlice, normal: Vector3): number => dot(slice.position, normal);

function sortAlong(group: readonly PlacedSlice[]): PlacedSlice[] {
  const normal = group[0]!.normal;
  return [...group].sort(
    (a, b) =>
      along(a, normal) - along(b, normal) ||
      a.facts.frame - b.facts.frame ||
      (a.facts.sopInstanceUid < b.facts.sopInstanceUid ? -1 : 1),
  );
}

function duplicates(sorted: readonly PlacedSlice[]): PlacedSlice[] {
  const normal = sorted[0]!.normal;
  return sorted.filter((s, n) => n > 0 && along(s, normal) - along(sorted[n - 1]!, normal) < ONE_PLACE);
}

interface Pass {
  readonly slices: readonly PlacedSlice[];
  /** What tells it from the others; null where there is one. */
  readonly pass: string | null;
}

/** Several passes over the same places (phases, echoes, repeated scans) become volumes of their own. */
function splitPasses(group: readonly PlacedSlice[], findings: Finding[]): Pass[] {
  const sorted = sortAlong(group),
    twice = duplicates(sorted);
  if (twice.length === 0) return [{ slices: sorted, pass: null }];
  for (let key = 0; key < group[0]!.facts.passes.length; key++) {
    const passes = [...Map.groupBy(sorted, (s) => s.facts.passes[key] ?? '').entries()].sort(([a], [b]) =>
      a.localeCompare(b, 'en', { numeric: true }),
    );
    if (passes.length < 2 || passes.some(([, slices]) => slices.length < 2 || duplicates(slices).length > 0))
      continue;
    findings.push(
      tell(
        'DUPLICATE_SLICE_POSITION',
        'warning',
        `The series passes ${passes.length} times over the same places; each pass is a volume of its own.`,
        twice.map((s) => s.facts),
      ),
    );
    const labels = passLabels(
      key,
      passes.map(([value]) => value),
    );
    return passes.map(([, slices], n) => ({ slices, pass: labels[n] ?? null }));
  }
  return [{ slices: sorted, pass: null }];
}

function planVolume(sorted: readonly PlacedSlice[]): PlannedVolume {
  const lead = sorted[0]!,
    normal = lead.normal;
  const findings = plainFindings(lead);
  const twice = duplicates(sorted);
  if (twice.length > 0) return refused(sorted, findings, duplicateFinding(sorted, twice));
  const layout = layOut(
    sorted.map((s) => s.position),
    normal,
  );
  findings.push(
    ...layout.findings.map((f) =>
      tell(
        f.code,
        f.severity,
        f.message,
        f.slices.map((n) => sorted[n]!.facts),
      ),
    ),
  );
  if (layout.refusal)
    return refused(
      sorted,
      findings,
      tell(
        layout.refusal.code,
        'error',
        layout.refusal.message,
        sorted.map((s) => s.facts),
      ),
    );
  const step = sorted.length === 1 ? singleStep(lead, findings) : layout.step;
  return {
    dimensions: [lead.facts.columns, lead.facts.rows, layout.planes.length],
    affine: affineOf(lead, step),
    frameOfReferenceUid: lead.facts.frameOfReferenceUid,
    slices: layout.planes.map((plane) => sourceOf(plane, sorted)),
    missing: layout.planes.filter((plane) => plane.kind === 'missing').length,
    findings,
    refusal: null,
  };
}

const affineOf = (slice: PlacedSlice, step: Vector3): Affine =>
  affineFromColumns(
    scale(slice.row, slice.pixelSpacing[1]),
    scale(slice.column, slice.pixelSpacing[0]),
    step,
    slice.position,
  );

function sourceOf(plane: Layout['planes'][number], sorted: readonly PlacedSlice[]): SliceSource {
  if (plane.kind === 'slice') return { kind: 'slice', slice: sorted[plane.slice]!.index };
  if (plane.kind === 'missing') return plane;
  return { ...plane, below: sorted[plane.below]!.index, above: sorted[plane.above]!.index };
}

function refused(
  sorted: readonly PlacedSlice[],
  findings: readonly Finding[],
  refusal: Finding,
): PlannedVolume {
  const lead = sorted[0]!,
    extent = subtract(sorted.at(-1)!.position, lead.position);
  return {
    dimensions: [lead.facts.columns, lead.facts.rows, sorted.length],
    affine: affineOf(
      lead,
      length(extent) > 0 ? scale(extent, 1 / Math.max(1, sorted.length - 1)) : lead.normal,
    ),
    frameOfReferenceUid: lead.facts.frameOfReferenceUid,
    slices: sorted.map((s) => ({ kind: 'slice', slice: s.index })),
    missing: 0,
    findings,
    refusal,
  };
}

function plainFindings(lead: PlacedSlice): Finding[] {
  const findings: Finding[] = [],
    [between, within] = lead.pixelSpacing;
  if (Math.abs(between - within) > 1e-4 * within) {
    findings.push(
      tell(
        'NON_SQUARE_PIXELS',
        'information',
        `The pixels are not square: ${round(within)} × ${round(between)} mm (columns × rows).`,
        [lead.facts],
      ),
    );
  }
  if (lead.facts.frameOfReferenceUid === null) {
    findings.push(
      tell(
        'FRAME_OF_REFERENCE_MISSING',
        'warning',
        'The images name no frame of reference; they are taken to lie in that of whatever they are shown with.',
        [lead.facts],
      ),
    );
  }
  return findings;
}

function singleStep(lead: PlacedSlice, findings: Finding[]): Vector3 {
  const stated = lead.facts.sliceThickness,
    thickness = stated !== null && stated > 0 ? stated : 1;
  findings.push(
    tell(
      'SINGLE_SLICE',
      'information',
      stated === thickness
        ? `A single slice, ${round(thickness)} mm thick.`
        : 'A single slice without a thickness; 1 mm is assumed.',
      [lead.facts],
    ),
  );
  return scale(lead.normal, thickness);
}

function duplicateFinding(sorted: readonly PlacedSlice[], twice: readonly PlacedSlice[]): Finding {
  const at = twice[0]!,
    same = sorted.filter((s) => Math.abs(along(s, at.normal) - along(at, at.normal)) < ONE_PLACE);
  const others = twice.length > 1 ? `, and so do slices at ${many(twice.length - 1, 'other place')}` : '';
  return tell(
    'DUPLICATE_SLICE_POSITION',
    'error',
    `${same.length} slices of one series lie at the same position (${placeOf(at)})${others}: no volume can be built until one of each is taken away.`,
    twice.length > 1 ? twice.map((s) => s.facts) : same.map((s) => s.facts),
  );
}

const placeOf = (slice: PlacedSlice): string =>
  Math.abs(slice.normal[2]) > 0.99
    ? `z = ${round(slice.position[2])} mm`
    : `${round(along(slice, slice.normal))} mm along the slice normal`;

const round = (value: number): string => String(Number(value.toFixed(3)));
