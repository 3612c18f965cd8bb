import { Failure, type Dose, type Finding, type StoredDvh } from '../../model/index.ts';
import { tagText, type DataSet, type DicomFile } from './dataSet.ts';
import { doseKindFindings } from './doseKind.ts';
import { readDoseGeometry, type DoseGeometry } from './doseGeometry.ts';
import { isUid } from './structureSet.ts';
import { Tag } from './tags.ts';

/** Above this a dose for all fractions is no dose in Gy (cGy, or a wrong scaling). */
const IMPLAUSIBLE_GY = 1000;

/**
 * Reads an RTDOSE. `frames`: stored values of each frame, rows × columns, in the file's order.
 * @throws Failure INPUT_NOT_USABLE where the scaling, the grid or a part of the pixels is missing.
 */
export function readDose(file: DicomFile, frames: readonly ArrayLike<number>[]): Dose {
  const set = file.dataSet;
  const scaling = set.number(Tag.DoseGridScaling);
  if (scaling === undefined || !(scaling > 0)) {
    throw new Failure(
      'INPUT_NOT_USABLE',
      'The dose has no dose grid scaling above 0, so its values mean nothing.',
      { finding: 'REQUIRED_TAG_MISSING', tag: tagText(Tag.DoseGridScaling) },
    );
  }
  const facts = doseFacts(set);
  const geometry = readDoseGeometry(set, Math.max(1, frames.length));
  const area = geometry.columns * geometry.rows;
  if (frames.length === 0 || frames.some((f) => f.length !== area)) {
    throw new Failure(
      'INPUT_NOT_USABLE',
      'The dose holds fewer values than its header says; the missing part is not taken as 0 Gy.',
      { finding: 'PIXEL_DATA_MISSING', tag: tagText(Tag.PixelData) },
    );
  }
  refuseUncounted(file, frames.length, area);
  const unit = readUnit(set);
  const { marker, highest } = storedRange(frames);
  const data = new Float32Array(area * geometry.planes);
  const shares = unit.relative && highest * scaling < LARGEST_SHARE;
  const factor = shares ? scaling * 100 : scaling;
  if (geometry.even)
    geometry.order.forEach((frame, k) =>
      scaleFrame(frames[frame]!, factor, marker, data.subarray(k * area, (k + 1) * area)),
    );
  else interpolate(frames, geometry, factor, marker, data);
  const { maximum, marked } = extremes(data);
  return {
    sopInstanceUid: file.sopInstanceUid,
    volume: {
      dimensions: [geometry.columns, geometry.rows, geometry.planes],
      affine: geometry.affine,
      data,
      unit: unit.relative ? 'percent' : 'Gy',
      frameOfReferenceUid: set.text(Tag.FrameOfReferenceUID) || null,
      padding: null,
    },
    ...facts,
    storedDvhs: readStoredDvhs(set),
    findings: [
      ...geometry.findings,
      ...unit.findings,
      ...(shares && highest > 0 ? [SHARES] : []),
      ...doseKindFindings(facts),
      ...peakFindings(highest * factor, maximum, geometry, unit.relative),
      ...valueFindings(maximum, marked, unit.relative),
    ],
  };
}

/** The standard does not say whether RELATIVE is a share of 1 or per cent: values beyond this can only be per cent. */
const LARGEST_SHARE = 5;

const SHARES: Finding = {
  code: 'NOTE',
  severity: 'warning',
  message: `The relative dose stays below ${LARGEST_SHARE}, so its values were taken to be shares of 1: 1 is shown as 100 %.`,
  tag: tagText(Tag.DoseUnits),
};

/** Values of planes that the number of frames leaves out would be lost without a word. */
function refuseUncounted(file: DicomFile, frames: number, area: number): void {
  const places = file.dataSet.numbers(Tag.GridFrameOffsetVector).length,
    bytes = area * Math.ceil((file.dataSet.number(Tag.BitsAllocated) ?? 16) / 8);
  const held = file.pixelData?.fragments ? 0 : Math.floor((file.pixelData?.value.length ?? 0) / bytes);
  if (places <= frames || held <= frames) return;
  throw new Failure(
    'INPUT_NOT_USABLE',
    `The dose gives places for ${places} planes and holds values of ${held}, but its number of frames says ${frames}.`,
    { finding: 'VALUE_INVALID', tag: tagText(Tag.NumberOfFrames) },
  );
}

/** Planes that no even lattice meets may lose their peak. */
function peakFindings(
  stored: number,
  maximum: number,
  { even, step }: DoseGeometry,
  relative: boolean,
): Finding[] {
  if (even || !(maximum < stored * (1 - 1e-6))) return [];
  const unit = relative ? '%' : 'Gy';
  return [
    {
      code: 'UNEVEN_SPACING',
      severity: 'warning',
      message: `The highest stored value, ${Number(stored.toFixed(2))} ${unit}, lies on a plane that the even ${Number(step.toFixed(4))} mm do not meet; ${Number(maximum.toFixed(2))} ${unit} is the highest of what is shown and computed.`,
      tag: tagText(Tag.GridFrameOffsetVector),
    },
  ];
}

/** Whether all stored values are 0, seen without decoding; false where the pixels are missing or compressed. */
export function isDoseEmpty(file: DicomFile): boolean {
  const bytes = file.pixelData?.value;
  if (!bytes || bytes.length === 0) return false;
  const head = Math.min(bytes.length, (8 - (bytes.byteOffset % 8)) % 8),
    words = (bytes.length - head) >> 3;
  for (let i = 0; i < head; i++) if (bytes[i] !== 0) return false;
  const wide = new Float64Array(bytes.buffer, bytes.byteOffset + head, words);
  // −0 has a sign bit, so compare what 1/x says as well; NaN is unequal to 0
  for (let i = 0; i < words; i++) if (wide[i] !== 0 || 1 / wide[i]! < 0) return false;
  for (let i = head + words * 8; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

function doseFacts(
  set: DataSet,
): Pick<
  Dose,
  | 'type'
  | 'summation'
  | 'comment'
  | 'referencedPlanUid'
  | 'referencedBeamNumbers'
  | 'referencedStructureSetUid'
> {
  const plan = set.items(Tag.ReferencedRTPlanSequence)[0];
  const planUid = plan?.text(Tag.ReferencedSOPInstanceUID);
  const structureSetUid = set
    .items(Tag.ReferencedStructureSetSequence)[0]
    ?.text(Tag.ReferencedSOPInstanceUID);
  const beams = (plan?.items(Tag.ReferencedFractionGroupSequence) ?? [])
    .flatMap((group) => group.items(Tag.ReferencedBeamSequence))
    .flatMap((beam) => beam.number(Tag.ReferencedBeamNumber) ?? []);
  return {
    type: set.text(Tag.DoseType) ?? '',
    summation: set.text(Tag.DoseSummationType) ?? '',
    comment: set.text(Tag.DoseComment) ?? '',
    referencedPlanUid: isUid(planUid) ? planUid : null,
    referencedBeamNumbers: [...new Set(beams)],
    referencedStructureSetUid: isUid(structureSetUid) ? structureSetUid : null,
  };
}

function readUnit(set: DataSet): { relative: boolean; findings: Finding[] } {
  const units = set.text(Tag.DoseUnits) ?? '',
    tag = tagText(Tag.DoseUnits);
  if (units === 'RELATIVE')
    return {
      relative: true,
      findings: [
        {
          code: 'DOSE_RELATIVE',
          severity: 'warning',
          message:
            'The dose is relative: its values are per cent of a reference that the file does not name, not Gy.',
          tag,
        },
      ],
    };
  if (units === 'GY') return { relative: false, findings: [] };
  return {
    relative: false,
    findings: [
      {
        code: 'NOTE',
        severity: 'warning',
        message:
          units === ''
            ? 'The dose names no unit; Gy is assumed.'
            : `The dose unit '${units}' is not one of DICOM's; Gy is assumed.`,
        tag,
      },
    ],
  };
}

/** Values that planning systems store where they computed no dose; only of 32 bits, as 16-bit doses use their whole range. */
const MARKERS: readonly number[] = [0xffffffff, 0x80000000, 0x7fffffff];

/**
 * The stored value that marks "no dose here", or NaN, and the highest that does not. A marker stands alone: no other
 * value comes near it, whereas around a true maximum dose falls off gently.
 */
function storedRange(frames: readonly ArrayLike<number>[]): { marker: number; highest: number } {
  let highest = 0,
    next = 0;
  for (const frame of frames) {
    for (let i = 0; i < frame.length; i++) {
      const value = frame[i]!;
      if (value > highest) {
        next = highest;
        highest = value;
      } else if (value > next && value < highest) next = value;
    }
  }
  return MARKERS.includes(highest) && next < highest / 4
    ? { marker: highest, highest: next }
    : { marker: Number.NaN, highest };
}

function scaleFrame(stored: ArrayLike<number>, factor: number, marker: number, target: Float32Array): void {
  for (let i = 0; i < target.length; i++) {
    const value = stored[i]!;
    target[i] = value === marker ? Number.NaN : value * factor;
  }
}

function interpolate(
  frames: readonly ArrayLike<number>[],
  geometry: DoseGeometry,
  factor: number,
  marker: number,
  data: Float32Array,
): void {
  const area = geometry.columns * geometry.rows,
    { order, depths, step } = geometry,
    start = depths[order[0]!]!;
  const below = new Float32Array(area),
    above = new Float32Array(area);
  let n = 0;
  for (let k = 0; k < geometry.planes; k++) {
    const depth = start + k * step;
    while (n < order.length - 2 && depths[order[n + 1]!]! <= depth) n++;
    const from = depths[order[n]!]!,
      to = depths[order[n + 1]!]!,
      share = Math.min(1, Math.max(0, (depth - from) / (to - from)));
    scaleFrame(frames[order[n]!]!, factor, marker, below);
    scaleFrame(frames[order[n + 1]!]!, factor, marker, above);
    for (let i = 0; i < area; i++) data[k * area + i] = below[i]! * (1 - share) + above[i]! * share;
  }
}

function extremes(data: Float32Array): { maximum: number; marked: number } {
  let maximum = 0,
    marked = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value > maximum) maximum = value;
    else if (Number.isNaN(value)) marked++;
  }
  return { maximum, marked };
}

export const doseEmptyFinding = (relative: boolean): Finding => ({
  code: 'DOSE_EMPTY',
  severity: 'warning',
  message: `The dose grid holds no dose: its maximum is 0 ${relative ? '%' : 'Gy'}.`,
  tag: tagText(Tag.PixelData),
});

function valueFindings(maximum: number, marked: number, relative: boolean): Finding[] {
  const findings: Finding[] = [];
  if (marked > 0)
    findings.push({
      code: 'DOSE_NO_VALUE_MARKER',
      severity: 'warning',
      message: `${marked} dose voxels hold a marker for "no value"; they are not taken for dose.`,
      tag: tagText(Tag.PixelData),
    });
  if (maximum === 0) findings.push(doseEmptyFinding(relative));
  if (!relative && maximum > IMPLAUSIBLE_GY)
    findings.push({
      code: 'NOTE',
      severity: 'warning',
      message: `The maximum of ${Math.round(maximum)} Gy is not plausible; the file may be in cGy or wrongly scaled.`,
      tag: tagText(Tag.DoseGridScaling),
    });
  return findings;
}

function readStoredDvhs(set: DataSet): StoredDvh[] {
  return set.items(Tag.DVHSequence).map((item) => {
    const scaling = item.number(Tag.DVHDoseScaling) ?? 1;
    const data = Float64Array.from(item.numbers(Tag.DVHData));
    for (let i = 0; i < data.length; i += 2) data[i]! *= scaling;
    return {
      roiNumbers: item
        .items(Tag.DVHReferencedROISequence)
        .flatMap((roi) => roi.number(Tag.ReferencedROINumber) ?? []),
      type: item.text(Tag.DVHType) ?? '',
      doseUnit: item.text(Tag.DoseUnits) ?? '',
      volumeUnit: item.text(Tag.DVHVolumeUnits) ?? '',
      minimum: item.number(Tag.DVHMinimumDose) ?? null,
      maximum: item.number(Tag.DVHMaximumDose) ?? null,
      mean: item.number(Tag.DVHMeanDose) ?? null,
      data,
    };
  });
}
