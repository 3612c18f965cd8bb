import { describe, expect, it } from 'vitest';
import type { Plan } from '../../model/index.ts';
import { parseDicomFile } from './parse.ts';
import { beamSource, primaryPrescription, readPlan } from './plan.ts';
import { SopClassUid } from './uids.ts';
import { writeDicom, type Attributes } from './write/index.ts';

const read = (attributes: Attributes, sopClass: string = SopClassUid.RtPlan): Plan =>
  readPlan(
    parseDicomFile(writeDicom({ Modality: 'RTPLAN', ...attributes }, { sopClass, instance: '1.2.3' })),
  );

const POINT: Attributes = {
  ControlPointIndex: 0,
  CumulativeMetersetWeight: 0,
  NominalBeamEnergy: 6,
  GantryAngle: 0,
  GantryRotationDirection: 'CW',
  BeamLimitingDeviceAngle: 10,
  PatientSupportAngle: 0,
  IsocenterPosition: [1, 2, 3],
  BeamLimitingDevicePositionSequence: [
    { RTBeamLimitingDeviceType: 'ASYMX', LeafJawPositions: [-50, 50] },
    { RTBeamLimitingDeviceType: 'MLCX', LeafJawPositions: [-5, -6, 5, 6] },
  ],
};
const beam = (
  change: Attributes = {},
  points: readonly Attributes[] = [POINT, { ControlPointIndex: 1, CumulativeMetersetWeight: 1 }],
): Attributes => ({
  BeamNumber: 1,
  BeamName: 'A',
  BeamType: 'STATIC',
  RadiationType: 'PHOTON',
  TreatmentDeliveryType: 'TREATMENT',
  TreatmentMachineName: 'M',
  PrimaryDosimeterUnit: 'MU',
  SourceAxisDistance: 1000,
  FinalCumulativeMetersetWeight: 1,
  ControlPointSequence: points,
  ...change,
});
const group = (beams: readonly Attributes[], fractions = 5): Attributes => ({
  FractionGroupNumber: 1,
  NumberOfFractionsPlanned: fractions,
  ReferencedBeamSequence: beams,
});
const setup = (position: string): Attributes => ({ PatientSetupNumber: 1, PatientPosition: position });
const simple = (change: Attributes = {}): Attributes => ({
  RTPlanLabel: 'P',
  PatientSetupSequence: [setup('HFS')],
  BeamSequence: [beam()],
  FractionGroupSequence: [group([{ ReferencedBeamNumber: 1, BeamMeterset: 120.5, BeamDose: 2 }])],
  ...change,
});
const codes = (plan: Plan): string[] => plan.findings.map((f) => f.code);

describe('plans', () => {
  it('O50: head, fraction groups, prescription and references of a sound plan; nothing to tell', () => {
    const plan = read(
      simple({
        RTPlanName: 'N',
        RTPlanDate: '20260105',
        PlanIntent: 'CURATIVE',
        ApprovalStatus: 'APPROVED',
        RTPlanGeometry: 'PATIENT',
        FrameOfReferenceUID: '1.9',
        ReferencedStructureSetSequence: [{ ReferencedSOPInstanceUID: '1.5' }],
        DoseReferenceSequence: [
          {
            DoseReferenceType: 'TARGET',
            DoseReferenceStructureType: 'VOLUME',
            DoseReferenceDescription: 'PTV',
            ReferencedROINumber: 2,
            TargetPrescriptionDose: 50,
          },
        ],
      }),
    );
    expect(plan).toMatchObject({
      kind: 'external',
      label: 'P',
      name: 'N',
      date: '20260105',
      intent: 'CURATIVE',
      approval: 'APPROVED',
      geometry: 'PATIENT',
      patientPosition: 'HFS',
      frameOfReferenceUid: '1.9',
      referencedStructureSetUid: '1.5',
      findings: [],
      prescriptions: [{ type: 'TARGET', structure: 'VOLUME', description: 'PTV', roiNumber: 2, dose: 50 }],
      fractionGroups: [
        {
          number: 1,
          fractions: 5,
          beams: [{ number: 1, meterset: 120.5, beamDose: 2 }],
          brachyApplications: 0,
        },
      ],
    });
    expect(plan.beams[0]).toMatchObject({
      number: 1,
      name: 'A',
      machine: 'M',
      meterset: 120.5,
      beamDose: 2,
      metersetUnit: 'MU',
      sourceAxisDistance: 1000,
    });
  });

  it('O51: each control point has its full state; what is not said is carried over, device by device', () => {
    const plan = read(
      simple({
        BeamSequence: [
          beam({}, [
            POINT,
            {
              ControlPointIndex: 1,
              CumulativeMetersetWeight: 0.5,
              GantryAngle: 90,
              BeamLimitingDevicePositionSequence: [
                { RTBeamLimitingDeviceType: 'MLCX', LeafJawPositions: [-1, -2, 1, 2] },
              ],
            },
            {
              ControlPointIndex: 2,
              CumulativeMetersetWeight: 1,
              NominalBeamEnergy: 10,
              IsocenterPosition: [1, 2, 8],
            },
          ]),
        ],
      }),
    );
    const [, middle, last] = plan.beams[0]!.controlPoints;
    expect(middle).toMatchObject({
      gantryAngle: 90,
      gantryRotation: 'CW',
      collimatorAngle: 10,
      nominalEnergy: 6,
      isocentre: [1, 2, 3],
    });
    expect(middle?.devices).toEqual([
      { type: 'ASYMX', positions: [-50, 50] },
      { type: 'MLCX', positions: [-1, -2, 1, 2] },
    ]);
    expect(last).toMatchObject({
      gantryAngle: 90,
      nominalEnergy: 10,
      isocentre: [1, 2, 8],
      devices: middle!.devices,
      cumulativeMetersetWeight: 1,
    });
  });

  it('O52: devices, wedges, blocks, applicators and flattening-free fluence', () => {
    const plan = read(
      simple({
        BeamSequence: [
          beam({
            BeamLimitingDeviceSequence: [
              {
                RTBeamLimitingDeviceType: 'MLCX',
                NumberOfLeafJawPairs: 2,
                LeafPositionBoundaries: [-10, 0, 10],
                SourceToBeamLimitingDeviceDistance: 509,
              },
              { RTBeamLimitingDeviceType: 'X', NumberOfLeafJawPairs: 1 },
            ],
            WedgeSequence: [{ WedgeID: 'W45', WedgeType: 'STANDARD', WedgeAngle: 45, WedgeOrientation: 90 }],
            NumberOfBlocks: 2,
            ApplicatorSequence: [{ ApplicatorID: 'A10' }],
            PrimaryFluenceModeSequence: [{ FluenceMode: 'NON_STANDARD', FluenceModeID: 'FFF' }],
          }),
        ],
      }),
    );
    expect(plan.beams[0]).toMatchObject({
      fluenceMode: 'NON_STANDARD FFF',
      blocks: 2,
      applicator: 'A10',
      devices: [
        { type: 'MLCX', leafPairs: 2, boundaries: [-10, 0, 10], sourceDistance: 509 },
        { type: 'X', leafPairs: 1, boundaries: null, sourceDistance: null },
      ],
      wedges: [{ id: 'W45', type: 'STANDARD', angle: 45, orientation: 90 }],
    });
  });

  it('O53: weights that do not end at 1 are told, and so are last control points that fall short', () => {
    const to100 = [POINT, { ControlPointIndex: 1, CumulativeMetersetWeight: 100 }];
    expect(
      codes(read(simple({ BeamSequence: [beam({ FinalCumulativeMetersetWeight: 100 }, to100)] }))),
    ).toEqual(['METERSET_WEIGHT_NOT_ONE']);
    expect(
      codes(
        read(
          simple({
            BeamSequence: [beam({}, [POINT, { ControlPointIndex: 1, CumulativeMetersetWeight: 0.5 }])],
          }),
        ),
      ),
    ).toEqual(['VALUE_INVALID']);
  });

  it('O54: treatment beams without monitor units are told, set-up beams are not', () => {
    const without = (delivery: string, meterset?: number): string[] =>
      codes(
        read(
          simple({
            BeamSequence: [beam({ TreatmentDeliveryType: delivery })],
            FractionGroupSequence: [
              group([
                { ReferencedBeamNumber: 1, ...(meterset === undefined ? {} : { BeamMeterset: meterset }) },
              ]),
            ],
          }),
        ),
      );
    expect(without('TREATMENT')).toEqual(['METERSET_MISSING']);
    expect(without('TREATMENT', 0)).toEqual(['BEAM_WITHOUT_METERSET']);
    expect(without('SETUP')).toEqual([]);
  });

  it('O55: fraction groups that name no beam of the plan, and beam numbers given twice', () => {
    expect(
      codes(
        read(
          simple({
            FractionGroupSequence: [
              group([
                { ReferencedBeamNumber: 1, BeamMeterset: 1 },
                { ReferencedBeamNumber: 8, BeamMeterset: 1 },
              ]),
            ],
          }),
        ),
      ),
    ).toEqual(['REFERENCE_INVALID']);
    expect(codes(read(simple({ BeamSequence: [beam(), beam()] })))).toEqual(['VALUE_INVALID']);
  });

  it('O56: the source by patient position, gantry and couch; null where something is missing or the table is tilted', () => {
    const source = (change: Attributes, point: Attributes = {}): unknown => {
      const plan = read(simple({ BeamSequence: [beam({}, [{ ...POINT, ...point }])], ...change }));
      return beamSource(plan, plan.beams[0]!)?.map((x) => Math.round(x * 1e6) / 1e6) ?? null;
    };
    expect(source({})).toEqual([1, -998, 3]);
    expect(source({ PatientSetupSequence: [setup('FFP')] })).toEqual([1, 1002, 3]);
    expect(source({}, { GantryAngle: 90, PatientSupportAngle: 90 })).toEqual([1, 2, -997]);
    expect(source({ PatientSetupSequence: [] })).toBeNull();
    expect(source({}, { IsocenterPosition: undefined })).toBeNull();
    expect(source({}, { TableTopPitchAngle: 3 })).toBeNull();
  });

  it('O56: unknown or several positions, and tilted tables, are told', () => {
    expect(codes(read(simple({ PatientSetupSequence: [] })))).toEqual(['PATIENT_POSITION_MISSING']);
    expect(codes(read(simple({ PatientSetupSequence: [setup('SITTING')] })))).toEqual([
      'PATIENT_POSITION_MISSING',
    ]);
    expect(codes(read(simple({ PatientSetupSequence: [setup('HFS'), setup('HFP')] })))).toEqual([
      'PATIENT_POSITION_MISSING',
    ]);
    expect(
      codes(
        read(
          simple({
            BeamSequence: [
              beam({}, [
                { ...POINT, TableTopRollAngle: 1 },
                { ControlPointIndex: 1, CumulativeMetersetWeight: 1 },
              ]),
            ],
          }),
        ),
      ),
    ).toEqual(['COUCH_TURN_UNSUPPORTED']);
  });

  it('O57: 100 % is the highest dose prescribed to a target, else what the beams add up to, else unknown', () => {
    const dose = (DoseReferenceType: string, TargetPrescriptionDose: number): Attributes => ({
      DoseReferenceType,
      TargetPrescriptionDose,
    });
    expect(
      primaryPrescription(
        read(
          simple({
            DoseReferenceSequence: [dose('TARGET', 50), dose('TARGET', 60), dose('ORGAN_AT_RISK', 70)],
          }),
        ),
      ),
    ).toMatchObject({ dose: 60, source: 'prescription' });
    expect(primaryPrescription(read(simple()))).toMatchObject({ dose: 10, source: 'beam doses' });
    expect(primaryPrescription(read({}))).toBeNull();
    expect(
      primaryPrescription(read(simple({ DoseReferenceSequence: [dose('ORGAN_AT_RISK', 70)] }))),
    ).toMatchObject({ dose: 10, source: 'beam doses' });
  });

  it('O57: beam doses add up over treatment beams and fraction groups, or not at all', () => {
    const sum = (...groups: Attributes[]): number | null =>
      primaryPrescription(
        read(
          simple({
            BeamSequence: [
              beam(),
              beam({ BeamNumber: 2, TreatmentDeliveryType: 'SETUP' }),
              beam({ BeamNumber: 3 }),
            ],
            FractionGroupSequence: groups,
          }),
        ),
      )?.dose ?? null;
    const share = (ReferencedBeamNumber: number, BeamDose?: number): Attributes => ({
      ReferencedBeamNumber,
      BeamMeterset: 100,
      BeamDose,
    });
    expect(sum(group([share(1, 1), share(2, 0.5), share(3, 1.5)], 20), group([share(3, 2)], 5))).toBe(60);
    expect(sum(group([share(1, 1), share(2), share(3, 1.5)], 20))).toBe(50);
    expect(sum(group([share(1, 1), share(3)], 20))).toBeNull();
  });

  it('O55: a beam with other monitor units in another fraction group is told', () => {
    const share = (BeamMeterset: number): Attributes => ({ ReferencedBeamNumber: 1, BeamMeterset });
    const plan = (second: number): Plan =>
      read(simple({ FractionGroupSequence: [group([share(100)]), group([share(second)])] }));
    expect(codes(plan(100))).toEqual([]);
    expect(plan(120).findings.map(({ message }) => message)).toEqual([
      "Beam 'A' is in 2 fraction groups with different monitor units (100, 120); the first are shown with the beam.",
    ]);
  });

  it('O58: an ion plan is told by its SOP class, its beams read from their own sequences', () => {
    const plan = read(
      {
        PatientSetupSequence: [setup('HFS')],
        FractionGroupSequence: [group([{ ReferencedBeamNumber: 1, BeamMeterset: 58414 }])],
        IonBeamSequence: [
          {
            BeamNumber: 1,
            BeamName: 'I',
            RadiationType: 'PROTON',
            VirtualSourceAxisDistances: [2000, 1900],
            FinalCumulativeMetersetWeight: 1,
            IonControlPointSequence: [POINT, { ControlPointIndex: 1, CumulativeMetersetWeight: 1 }],
          },
        ],
      },
      SopClassUid.RtIonPlan,
    );
    expect(plan).toMatchObject({
      kind: 'ion',
      beams: [{ name: 'I', radiation: 'PROTON', meterset: 58414, sourceAxisDistance: 2000 }],
    });
    expect(plan.beams[0]?.controlPoints[1]?.nominalEnergy).toBe(6);
  });

  it('O59: a brachytherapy plan has sources and channels, no beams, and needs no position', () => {
    const plan = read({
      BrachyTreatmentTechnique: 'INTERSTITIAL',
      BrachyTreatmentType: 'HDR',
      SourceSequence: [
        { SourceIsotopeName: 'Ir-192', SourceIsotopeHalfLife: 73.83, ReferenceAirKermaRate: 40700 },
      ],
      ApplicationSetupSequence: [
        {
          ApplicationSetupNumber: 1,
          TotalReferenceAirKerma: 3000,
          ChannelSequence: [
            {
              ChannelNumber: 4,
              ChannelLength: 1300,
              ChannelTotalTime: 60,
              FinalCumulativeTimeWeight: 60,
              BrachyControlPointSequence: [
                {
                  ControlPointRelativePosition: 5,
                  ControlPoint3DPosition: [1, 2, 3],
                  CumulativeTimeWeight: 0,
                },
              ],
            },
          ],
        },
      ],
    });
    expect(plan).toMatchObject({ kind: 'brachy', beams: [], findings: [] });
    expect(plan.brachy).toEqual({
      technique: 'INTERSTITIAL',
      treatmentType: 'HDR',
      totalReferenceAirKerma: 3000,
      sources: [{ isotope: 'Ir-192', halfLife: 73.83, referenceAirKermaRate: 40700 }],
      channels: [
        {
          number: 4,
          setup: 1,
          length: 1300,
          totalTime: 60,
          finalCumulativeTimeWeight: 60,
          positions: [{ relative: 5, point: [1, 2, 3], cumulativeTimeWeight: 0 }],
        },
      ],
    });
  });
});
