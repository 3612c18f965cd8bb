import type { Finding, VolumeUnit } from '../../model/index.ts';
import { tagText, type DataSet, type DicomFile, type TagKey } from './dataSet.ts';
import { Tag } from './tags.ts';
import { SopClassUid } from './uids.ts';

/** What the values of an image, or of one of its frames, stand for once they are rescaled. */
export interface ValueMeaning {
  readonly slope: number;
  readonly intercept: number;
  readonly unit: VolumeUnit;
  /** For sentences; '' where the kind of image gives its values no unit. Images that differ in it share no volume. */
  readonly name: string;
  /** What a person should know before trusting the values; null mostly. */
  readonly doubt: Finding | null;
}

const CT_CLASSES: ReadonlySet<string> = new Set([
  SopClassUid.CtImage,
  SopClassUid.EnhancedCtImage,
  '1.2.840.10008.5.1.4.1.1.2.2',
]);
const PET_CLASSES: ReadonlySet<string> = new Set([
  SopClassUid.PetImage,
  '1.2.840.10008.5.1.4.1.1.130',
  '1.2.840.10008.5.1.4.1.1.128.1',
]);

type Kind = 'CT' | 'PET' | null;

function kindOf(file: DicomFile): Kind {
  const modality = file.sopClassUid === '' ? file.dataSet.text(Tag.Modality) : undefined;
  if (CT_CLASSES.has(file.sopClassUid) || modality === 'CT') return 'CT';
  return PET_CLASSES.has(file.sopClassUid) || modality === 'PT' ? 'PET' : null;
}

/** The meaning of each frame of an image file, in the file's order, one after another as they are asked for. Never throws. */
export function valueMeanings(file: DicomFile): (frame: number) => ValueMeaning {
  const set = file.dataSet,
    kind = kindOf(file);
  const table = set.items(Tag.ModalityLUTSequence)[0];
  if (table !== undefined) {
    const meaning = { ...STORED, ...meaningOfTable(kind, table.text(Tag.ModalityLUTType) ?? '') };
    return () => meaning;
  }
  const shared = set.items(Tag.SharedFunctionalGroupsSequence)[0];
  const perFrame = set.items(Tag.PerFrameFunctionalGroupsSequence);
  return (frame) => {
    const transformations = [perFrame[frame], shared].flatMap(
      (item) => item?.items(Tag.PixelValueTransformationSequence) ?? [],
    );
    const source = [...transformations, set].find(
      (s) => s.number(Tag.RescaleSlope) !== undefined || s.number(Tag.RescaleIntercept) !== undefined,
    );
    return rescaled(kind, source, set);
  };
}

type Unit = Pick<ValueMeaning, 'unit' | 'name' | 'doubt'>;

const STORED = { slope: 1, intercept: 0, unit: 'stored', name: '', doubt: null } as const;

/** Stored values whose rescaling is not known: as they are, and told. */
const unscaled = (
  kind: Kind,
  name: string,
  code: Finding['code'],
  why: string,
  tag: TagKey,
): ValueMeaning => ({
  ...STORED,
  name: kind === null ? '' : name,
  doubt: told(
    code,
    `${why}: the stored values are shown${kind === null ? '' : `, which are not known to be ${kind === 'CT' ? 'HU' : 'activity'}`}.`,
    tag,
  ),
});

/** PS3.3 C.11.1: slope and intercept are required where there is no table; CT and PET values mean nothing without them. */
function rescaled(kind: Kind, source: DataSet | undefined, set: DataSet): ValueMeaning {
  const slope = source?.number(Tag.RescaleSlope),
    intercept = source?.number(Tag.RescaleIntercept);
  if (slope === 0)
    return unscaled(
      kind,
      'values with a rescale slope of 0',
      'VALUE_INVALID',
      'The rescale slope of the images is 0, which cannot be',
      Tag.RescaleSlope,
    );
  if (kind !== null && slope === undefined)
    return unscaled(
      kind,
      'values without rescale slope or intercept',
      'REQUIRED_TAG_MISSING',
      `The ${kind} images give no rescale slope`,
      Tag.RescaleSlope,
    );
  if (kind === 'CT' && intercept === undefined)
    return unscaled(
      kind,
      'values without rescale slope or intercept',
      'REQUIRED_TAG_MISSING',
      'The CT images give no rescale intercept',
      Tag.RescaleIntercept,
    );
  const unit =
    kind === 'CT'
      ? unitOfType(source?.text(Tag.RescaleType) || 'HU', Tag.RescaleType)
      : kind === 'PET'
        ? unitOfPet(set.text(Tag.Units) ?? '')
        : STORED;
  return { ...unit, slope: slope ?? 1, intercept: intercept ?? 0 };
}

/** A table's values are HU only where it says so. */
function meaningOfTable(kind: Kind, type: string): Unit {
  if (kind === 'CT') return unitOfType(type, Tag.ModalityLUTType);
  return kind === 'PET' ? unitOfPet('') : STORED;
}

/** Rescale Type and Modality LUT Type, PS3.3 C.11.1.1.2. */
const CT_UNITS: Readonly<Partial<Record<string, VolumeUnit>>> = {
  HU: 'HU',
  MGML: 'mg/ml',
  ED: '10^23/ml',
  EDW: 'relative to water',
  Z: 'Zeff',
  Z_EFF: 'Zeff',
};

function unitOfType(type: string, tag: TagKey): Unit {
  const unit = CT_UNITS[type];
  if (unit !== undefined) return { unit, name: unit, doubt: null };
  const silent = type === '' || type === 'US';
  return {
    unit: 'stored',
    name: silent ? 'values of no stated unit' : `values of the type '${type}'`,
    doubt: told(
      'NOTE',
      silent
        ? `The CT images do not say in which unit their values are${type === '' ? '' : ` (type '${type}')`}; they are not known to be HU.`
        : `The CT images hold values of the type '${type}', which are not HU.`,
      tag,
    ),
  };
}

/** Units, PS3.3 C.8.9.1.1.3. */
const PET_UNITS: Readonly<Partial<Record<string, VolumeUnit>>> = {
  BQML: 'Bq/ml',
  GML: 'g/ml',
  CNTS: 'counts',
};

function unitOfPet(units: string): Unit {
  const unit = PET_UNITS[units];
  if (unit !== undefined) return { unit, name: unit, doubt: null };
  return {
    unit: 'stored',
    name: units === '' ? 'values of no stated unit' : `values in ${units}`,
    doubt: told(
      'NOTE',
      units === ''
        ? 'The PET images do not say in which unit their values are; they are not known to be activity.'
        : `The PET images hold values in ${units}, which are neither activity nor SUV.`,
      Tag.Units,
    ),
  };
}

const told = (code: Finding['code'], message: string, tag: TagKey): Finding => ({
  code,
  severity: 'warning',
  message,
  tag: tagText(tag),
});
