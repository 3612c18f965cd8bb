import type { PatientPosition, Vector3 } from '../geometry/index.ts';
import type { Finding } from './finding.ts';

/** Positions of one jaw pair or leaf bank pair, mm at the isocentre plane, in file order (bank 1 then bank 2). */
export interface DevicePositions {
  /** 'X', 'Y', 'ASYMX', 'ASYMY', 'MLCX', 'MLCY' … */
  readonly type: string;
  readonly positions: readonly number[];
}

/** The full state at a control point: what the file leaves out is carried over from the one before. */
export interface ControlPoint {
  readonly index: number;
  readonly cumulativeMetersetWeight: number | null;
  readonly nominalEnergy: number | null;
  readonly gantryAngle: number | null;
  readonly gantryRotation: string;
  readonly collimatorAngle: number | null;
  readonly couchAngle: number | null;
  readonly tablePitch: number;
  readonly tableRoll: number;
  readonly tableEccentric: number;
  readonly isocentre: Vector3 | null;
  readonly devices: readonly DevicePositions[];
}

export interface Beam {
  readonly number: number;
  readonly name: string;
  /** STATIC or DYNAMIC. */
  readonly type: string;
  /** PHOTON, ELECTRON, PROTON, ION. */
  readonly radiation: string;
  /** TREATMENT, SETUP, OPEN_PORTFILM … */
  readonly delivery: string;
  readonly machine: string;
  /** 'STANDARD' or 'NON_STANDARD', with the fluence mode's id ('FFF') where given. */
  readonly fluenceMode: string;
  readonly sourceAxisDistance: number | null;
  /** MU per fraction, from the fraction group; null where none. */
  readonly meterset: number | null;
  /** Gy per fraction, from the fraction group; null where none. */
  readonly beamDose: number | null;
  readonly metersetUnit: string;
  readonly finalCumulativeMetersetWeight: number | null;
  readonly devices: readonly {
    type: string;
    leafPairs: number;
    boundaries: readonly number[] | null;
    sourceDistance: number | null;
  }[];
  readonly wedges: readonly { id: string; type: string; angle: number | null; orientation: number | null }[];
  readonly blocks: number;
  readonly applicator: string;
  readonly controlPoints: readonly ControlPoint[];
}

export interface FractionGroup {
  readonly number: number;
  readonly fractions: number | null;
  readonly beams: readonly { number: number; meterset: number | null; beamDose: number | null }[];
  readonly brachyApplications: number;
}

export interface Prescription {
  readonly type: string;
  readonly structure: string;
  readonly description: string;
  readonly roiNumber: number | null;
  /** Gy, all fractions. */
  readonly dose: number | null;
}

/** One source path through an applicator or needle. */
export interface BrachyChannel {
  readonly number: number;
  /** Application setup that it belongs to, by its number. */
  readonly setup: number | null;
  /** Channel length, mm. */
  readonly length: number | null;
  /** Dwell time of all positions, s. */
  readonly totalTime: number | null;
  readonly finalCumulativeTimeWeight: number | null;
  /** As stored, in pairs around each dwell; `point` is LPS mm. */
  readonly positions: readonly {
    relative: number | null;
    point: Vector3 | null;
    cumulativeTimeWeight: number | null;
  }[];
}

export interface Brachytherapy {
  /** Brachy Treatment Technique: 'INTRACAVITARY', 'INTERSTITIAL' … */
  readonly technique: string;
  /** Brachy Treatment Type: 'HDR', 'PDR', 'LDR' … */
  readonly treatmentType: string;
  /** Half-life in days, reference air-kerma rate in µGy/h at 1 m. */
  readonly sources: readonly {
    isotope: string;
    halfLife: number | null;
    referenceAirKermaRate: number | null;
  }[];
  /** Sum over the application setups, µGy at 1 m; null where not given. */
  readonly totalReferenceAirKerma: number | null;
  readonly channels: readonly BrachyChannel[];
}

export interface Plan {
  readonly sopInstanceUid: string;
  /** 'external' covers photons, electrons and others of RT Plan; 'ion' is RT Ion Plan; 'brachy' has channels, no beams. */
  readonly kind: 'external' | 'ion' | 'brachy';
  readonly label: string;
  readonly name: string;
  readonly date: string;
  readonly intent: string;
  readonly approval: string;
  readonly geometry: string;
  readonly patientPosition: PatientPosition | null;
  readonly frameOfReferenceUid: string | null;
  readonly referencedStructureSetUid: string | null;
  readonly prescriptions: readonly Prescription[];
  readonly fractionGroups: readonly FractionGroup[];
  readonly beams: readonly Beam[];
  /** Of brachytherapy plans only. */
  readonly brachy?: Brachytherapy;
  readonly findings: readonly Finding[];
}
