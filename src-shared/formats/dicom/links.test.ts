import { describe, expect, it } from 'vitest';
import type { InstanceRecord, ObjectKind } from '../../model/index.ts';
import { checkLinks } from './links.ts';
import { SopClassUid } from './uids.ts';

const record = (
  uid: string,
  kind: ObjectKind,
  change: Partial<InstanceRecord> & { frame?: string; seriesUid?: string } = {},
): InstanceRecord => {
  const { frame = '1.9', seriesUid = `${kind}.1`, ...rest } = change;
  return {
    sopInstanceUid: uid,
    sopClassUid: '',
    transferSyntaxUid: '',
    kind,
    patient: { id: 'p', name: '', birthDate: '', sex: '' },
    study: { uid: '1.1', id: '', date: '', time: '', description: '', accession: '' },
    series: {
      uid: seriesUid,
      number: 1,
      modality: '',
      description: '',
      date: '',
      frameOfReferenceUid: frame || null,
      patientPosition: 'HFS',
      manufacturer: '',
    },
    instanceNumber: null,
    label: '',
    image: null,
    references: [],
    frameOfReferenceUids: frame ? [frame] : [],
    facts: {},
    findings: [],
    ...rest,
  };
};
const ct = (z: number, frame = '1.9'): InstanceRecord =>
  record(`ct.${z}`, 'image', {
    frame,
    sopClassUid: SopClassUid.CtImage,
    image: {
      rows: 2,
      columns: 2,
      frames: 1,
      bitsAllocated: 16,
      position: [0, 0, z],
      orientation: [1, 0, 0, 0, 1, 0],
      pixelSpacing: [1, 1],
      sliceThickness: 3,
      imageType: [],
    },
  });
const images = [0, 3, 6, 9].map((z) => ct(z));
const to = (kind: ObjectKind, ...uids: string[]): InstanceRecord['references'] =>
  uids.map((uid) => ({ uid, kind }));
const structures = (change: Parameters<typeof record>[2] = {}): InstanceRecord =>
  record('rs', 'structures', { references: to('image', 'ct.0', 'ct.3'), ...change });
const plan = (change: Parameters<typeof record>[2] = {}): InstanceRecord =>
  record('rp', 'plan', { references: to('structures', 'rs'), ...change });
const dose = (change: Parameters<typeof record>[2] = {}): InstanceRecord =>
  record('rd', 'dose', { references: to('plan', 'rp'), ...change });

const told = (...records: InstanceRecord[]): string[] =>
  checkLinks(records).map((f) => `${f.code} ${f.objects?.join(',') ?? ''}`);

describe('links among the objects of a study', () => {
  it('O60: a sound study gives nothing, in any order', () => {
    const study = [...images, structures(), plan(), dose()];
    expect(checkLinks(study)).toEqual([]);
    expect(checkLinks(study.toReversed())).toEqual([]);
  });

  it('O61: a structure set without its images, or without some of them', () => {
    expect(checkLinks([structures()])).toMatchObject([
      {
        code: 'REFERENCED_IMAGES_MISSING',
        severity: 'error',
        objects: ['rs'],
        message: expect.stringContaining('refers to 2 images that are not') as string,
      },
    ]);
    expect(checkLinks([ct(0), structures()])).toMatchObject([
      {
        code: 'REFERENCED_IMAGES_MISSING',
        severity: 'warning',
        message: expect.stringContaining('2 images, of which 1') as string,
      },
    ]);
  });

  it('O62: another structure set is not taken in the place of the one that a plan refers to', () => {
    const findings = checkLinks([...images, structures(), plan({ references: to('structures', 'other') })]);
    expect(findings).toMatchObject([
      {
        code: 'REFERENCED_STRUCTURE_SET_MISSING',
        objects: ['rp'],
        message: expect.stringContaining('is not taken in its place') as string,
      },
    ]);
  });

  it('O62: a dose without its plan', () => {
    expect(told(...images, dose())).toEqual(['REFERENCED_PLAN_MISSING rd']);
  });

  it('O63: a dose in another frame than what it belongs to, unless a registration joins them', () => {
    const study = [...images, structures(), plan(), dose({ frame: '1.10' })];
    expect(told(...study)).toEqual(['FRAME_OF_REFERENCE_MISMATCH rd']);
    const bridge = [
      record('reg1', 'registration', { frame: '1.11', frameOfReferenceUids: ['1.11', '1.9'] }),
      record('reg2', 'registration', { frame: '1.11', frameOfReferenceUids: ['1.11', '1.10'] }),
    ];
    expect(told(...study, bridge[0]!)).toEqual(['FRAME_OF_REFERENCE_MISMATCH rd']);
    expect(told(...study, ...bridge)).toEqual([]);
  });

  it('O63: a dose that leads nowhere is measured by the images of its study', () => {
    expect(told(...images, dose({ references: [], frame: '1.10' }))).toEqual([
      'FRAME_OF_REFERENCE_MISMATCH rd',
    ]);
    expect(told(dose({ references: [], frame: '1.10' }))).toEqual([]);
  });

  it('O63: structures and plans in another frame than what they refer to; unknown frames say nothing', () => {
    expect(told(...images, structures({ frame: '1.10' }))).toEqual(['FRAME_OF_REFERENCE_MISMATCH rs']);
    expect(told(...images, structures(), plan({ frame: '1.10' }))).toEqual([
      'FRAME_OF_REFERENCE_MISMATCH rp',
    ]);
    expect(told(...images, structures({ frame: '' }), plan({ frame: '' }), dose({ frame: '' }))).toEqual([]);
  });

  it('O64: series with gaps or two slices at one place; single images and other classes are left alone', () => {
    expect(checkLinks([ct(0), ct(3), ct(9), ct(12)]).map((f) => f.code)).toEqual(['SLICE_GAP']);
    expect(checkLinks([...images, { ...ct(3), sopInstanceUid: 'twin' }]).map((f) => f.code)).toEqual([
      'DUPLICATE_SLICE_POSITION',
    ]);
    expect(checkLinks([ct(0)])).toEqual([]);
    expect(
      checkLinks([0, 3, 9, 12].map((z) => ({ ...ct(z), sopClassUid: SopClassUid.SecondaryCaptureImage }))),
    ).toEqual([]);
  });

  it('O64: what is merely so (non-square pixels, tilt, localizers) is no finding at import', () => {
    const wide = images.map((r) => ({ ...r, image: { ...r.image!, pixelSpacing: [1, 2] as const } }));
    expect(checkLinks(wide)).toEqual([]);
  });
});
