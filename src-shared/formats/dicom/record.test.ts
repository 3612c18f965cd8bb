import { describe, expect, it } from 'vitest';
import {
  CT_CLASS,
  element,
  imageFile,
  item,
  join,
  metaInformation,
  sequence,
} from '../../../test/builders/dicomBytes.ts';
import { Failure, type InstanceRecord } from '../../model/index.ts';
import { describeInstance, parseDicomFile, readRecord } from './index.ts';

const PIXELS = element(0x7fe00010, 'OW', [1, 2, 3, 4]);
const SIZE = { rows: 2, columns: 2 };

const object = (...parts: Uint8Array[]): Uint8Array => join(metaInformation('1.2.840.10008.1.2.1'), ...parts);
const identity = (sopClass: string, modality: string): Uint8Array =>
  join(
    element(0x00080016, 'UI', sopClass),
    element(0x00080018, 'UI', '1.2.3'),
    element(0x00080060, 'CS', modality),
    element(0x0020000d, 'UI', '1.2.3.1'),
    element(0x0020000e, 'UI', '1.2.3.2'),
  );
const codes = (record: InstanceRecord): string[] => record.findings.map((finding) => finding.code);
const refusal = (bytes: Uint8Array): unknown => {
  try {
    readRecord(bytes, 'a.dcm');
  } catch (error) {
    if (error instanceof Failure) return error.detail.finding;
    throw error;
  }
  return 'taken';
};

const RT = '1.2.840.10008.5.1.4.1.1.481.';

describe('images', () => {
  it('F24: are described with position, orientation, spacing and patient', () => {
    const extra = join(
      element(0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'),
      element(0x00100010, 'PN', 'Doe^Jane'),
    );
    const geometry = join(
      element(0x00200032, 'DS', '-1\\2.5\\3'),
      element(0x00200037, 'DS', '1\\0\\0\\0\\1\\0'),
      element(0x00200052, 'UI', '1.9'),
      element(0x00280030, 'DS', '0.7\\0.8'),
    );
    const record = readRecord(imageFile(join(geometry, PIXELS), { ...SIZE, extra }), 'a.dcm');
    expect(record).toMatchObject({
      kind: 'image',
      sopInstanceUid: '1.2.3',
      sopClassUid: CT_CLASS,
      patient: { id: 'P1', name: 'Doe^Jane' },
      study: { uid: '1.2.3.1' },
      series: { uid: '1.2.3.2', modality: 'CT', frameOfReferenceUid: '1.9' },
      findings: [],
      image: {
        rows: 2,
        columns: 2,
        frames: 1,
        position: [-1, 2.5, 3],
        orientation: [1, 0, 0, 0, 1, 0],
        pixelSpacing: [0.7, 0.8],
        imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
      },
    });
  });

  it('F24: of multi-frame objects the first frame and what all share', () => {
    const groups = join(
      sequence(0x52009229, [
        item(
          join(
            sequence(0x00209116, [item(element(0x00200037, 'DS', '0\\1\\0\\0\\0\\1'))]),
            sequence(0x00289110, [item(element(0x00280030, 'DS', '2\\3'))]),
          ),
        ),
      ]),
      sequence(0x52009230, [
        item(sequence(0x00209113, [item(element(0x00200032, 'DS', '7\\8\\9'))])),
        item(new Uint8Array(0)),
      ]),
    );
    const record = readRecord(
      imageFile(join(groups, element(0x7fe00010, 'OW', [1, 2, 3, 4, 5, 6, 7, 8])), { ...SIZE, frames: 2 }),
      'a.dcm',
    );
    expect(record.image).toMatchObject({
      frames: 2,
      position: [7, 8, 9],
      orientation: [0, 1, 0, 0, 0, 1],
      pixelSpacing: [2, 3],
    });
  });

  it('F20: without pixel data they are refused', () => {
    expect(refusal(object(identity(CT_CLASS, 'CT')))).toBe('PIXEL_DATA_MISSING');
  });

  it('F25: missing UIDs are made from the content, the same for the same bytes', () => {
    const anonymous = (value: number): Uint8Array =>
      object(
        element(0x00080016, 'UI', CT_CLASS),
        element(0x00280010, 'US', [1]),
        element(0x00280011, 'US', [1]),
        element(0x00280100, 'US', [16]),
        element(0x7fe00010, 'OW', [value]),
      );
    const [a, same, b] = [anonymous(1), anonymous(1), anonymous(2)].map((bytes) =>
      readRecord(bytes, 'a.dcm'),
    );
    expect(a?.sopInstanceUid).toMatch(/^2\.25\.[1-9]\d{1,38}$/);
    expect(a?.sopInstanceUid).toBe(same?.sopInstanceUid);
    expect(a?.study.uid).toBe(same?.study.uid);
    expect(new Set([a?.sopInstanceUid, b?.sopInstanceUid, a?.study.uid, a?.series.uid]).size).toBe(4);
    expect(a && codes(a)).toEqual(['VALUE_REPAIRED', 'VALUE_REPAIRED', 'VALUE_REPAIRED']);
  });
});

describe('radiotherapy objects', () => {
  const structures = (modality: string): Uint8Array =>
    object(
      identity(`${RT}3`, modality),
      element(0x30060002, 'SH', 'Label'),
      sequence(0x30060010, [
        item(
          join(
            element(0x00200052, 'UI', '1.9'),
            sequence(0x30060012, [
              item(
                sequence(0x30060014, [
                  item(
                    join(
                      element(0x0020000e, 'UI', '5.5'),
                      sequence(0x30060016, [
                        item(element(0x00081155, 'UI', '6.1')),
                        item(element(0x00081155, 'UI', '6.2')),
                      ]),
                    ),
                  ),
                ]),
              ),
            ]),
          ),
        ),
      ]),
      sequence(0x30060020, [item(element(0x30060022, 'IS', '1')), item(element(0x30060022, 'IS', '2'))]),
      sequence(0x30060039, [
        item(sequence(0x30060040, [item(sequence(0x30060016, [item(element(0x00081155, 'UI', '6.2'))]))])),
      ]),
    );

  it('F26: structure sets with their images by series, frames of reference and counts', () => {
    expect(readRecord(structures('RTSTRUCT'), 'a.dcm')).toMatchObject({
      kind: 'structures',
      label: 'Label',
      image: null,
      frameOfReferenceUids: ['1.9'],
      findings: [],
      series: { modality: 'RTSTRUCT', frameOfReferenceUid: '1.9' },
      facts: { structures: 2, contoured: 1 },
      references: [
        { uid: '6.1', kind: 'image', seriesUid: '5.5' },
        { uid: '6.2', kind: 'image', seriesUid: '5.5' },
      ],
    });
  });

  it('F27: the SOP class decides, a modality that contradicts it is corrected and told', () => {
    const record = readRecord(structures('RTDOSE'), 'a.dcm');
    expect([record.kind, record.series.modality, codes(record)]).toEqual([
      'structures',
      'RTSTRUCT',
      ['MODALITY_CORRECTED'],
    ]);
    const bytes = structures('RTDOSE');
    expect(describeInstance(parseDicomFile(bytes), bytes)).toEqual(record);
  });

  it('F27: without a SOP class the modality decides, and without both it is refused', () => {
    const dose = (modality: string): Uint8Array =>
      object(
        ...(modality ? [element(0x00080060, 'CS', modality)] : []),
        element(0x00280010, 'US', [2]),
        element(0x00280011, 'US', [2]),
        element(0x00280100, 'US', [16]),
        PIXELS,
      );
    expect(readRecord(dose('RTDOSE'), 'a.dcm').kind).toBe('dose');
    // Opened, it has the UID that the library made for it.
    const { sopInstanceUid } = readRecord(dose('RTDOSE'), 'a.dcm');
    expect(describeInstance(parseDicomFile(dose('RTDOSE')), dose('RTDOSE'))).toMatchObject({
      sopInstanceUid,
    });
    expect(refusal(dose(''))).toBe('REQUIRED_TAG_MISSING');
    expect(refusal(object(identity('1.3.46.670589.5.0.1.1', 'OT')))).toBe('VALUE_INVALID');
  });

  const plan = object(
    identity(`${RT}5`, 'RTPLAN'),
    element(0x300a0002, 'SH', 'Boost'),
    sequence(0x300a0070, [
      item(
        join(
          element(0x300a0078, 'IS', '16'),
          sequence(0x300c0004, [
            item(element(0x300a0086, 'DS', '100.5')),
            item(element(0x300a0086, 'DS', '50')),
          ]),
        ),
      ),
      item(element(0x300a0078, 'IS', '4')),
    ]),
    sequence(0x300a00b0, [item(element(0x300a00c6, 'CS', 'PHOTON')), item(new Uint8Array(0))]),
    sequence(0x300c0060, [item(element(0x00081155, 'UI', '7.7'))]),
  );

  it('F26: plans with beams, monitor units, fractions and their structure set', () => {
    expect(readRecord(plan, 'a.dcm')).toMatchObject({
      kind: 'plan',
      label: 'Boost',
      facts: { beams: 2, meterset: 150.5, fractions: 20, technique: 'PHOTON' },
      references: [{ uid: '7.7', kind: 'structures' }],
    });
  });

  it('F28: a plan that is cut is listed with an error and opened by nobody; a cut structure set is refused', () => {
    const record = readRecord(plan.slice(0, -10), 'a.dcm');
    expect([record.kind, codes(record), record.references]).toEqual(['other', ['FILE_TRUNCATED'], []]);
    expect(() => parseDicomFile(plan.slice(0, -10))).toThrow(Failure);
    expect(refusal(structures('RTSTRUCT').slice(0, -10))).toBe('FILE_TRUNCATED');
  });

  it('F20: a dose without a grid is refused unless it holds curves', () => {
    expect(refusal(object(identity(`${RT}2`, 'RTDOSE')))).toBe('PIXEL_DATA_MISSING');
    const curves = readRecord(
      object(identity(`${RT}2`, 'RTDOSE'), sequence(0x30040050, [item(new Uint8Array(0))])),
      'a.dcm',
    );
    expect(codes(curves)).toEqual(['PIXEL_DATA_MISSING']);
  });
});

describe('directories', () => {
  const directory = (...parts: string[]): Uint8Array =>
    object(
      element(0x00080016, 'UI', '1.2.840.10008.1.3.10'),
      element(0x00080018, 'UI', '1'),
      sequence(0x00041220, [item(element(0x00041500, 'CS', parts.join('\\')))]),
    );

  it('F29: are not kept, and those that point out of their folder are told apart', () => {
    expect(refusal(directory('IMAGES', 'IM1'))).toBe('DIRECTORY_FILE');
    expect(refusal(directory('..', 'ETC'))).toBe('DICOMDIR_ESCAPES');
    expect(refusal(directory('/ETC/PASSWD'))).toBe('DICOMDIR_ESCAPES');
  });
});
