import type { Vector3 } from '../../geometry/index.ts';
import type { ControlPoint, DevicePositions } from '../../model/index.ts';
import type { DataSet, TagKey } from './dataSet.ts';
import { Tag } from './tags.ts';

/**
 * Control points in full: the file gives what changes (PS3.3 C.8.8.14.5), so each starts from the one before.
 * `items` are those of an RT Plan or an RT Ion Plan.
 */
export function readControlPoints(items: readonly DataSet[]): ControlPoint[] {
  let before = START;
  return items.map((item, position) => {
    before = {
      index: item.number(Tag.ControlPointIndex) ?? position,
      cumulativeMetersetWeight: item.number(Tag.CumulativeMetersetWeight) ?? null,
      nominalEnergy: item.number(Tag.NominalBeamEnergy) ?? before.nominalEnergy,
      gantryAngle: item.number(Tag.GantryAngle) ?? before.gantryAngle,
      gantryRotation: item.text(Tag.GantryRotationDirection) || before.gantryRotation,
      collimatorAngle: item.number(Tag.BeamLimitingDeviceAngle) ?? before.collimatorAngle,
      couchAngle: item.number(Tag.PatientSupportAngle) ?? before.couchAngle,
      tablePitch: item.number(Tag.TableTopPitchAngle) ?? before.tablePitch,
      tableRoll: item.number(Tag.TableTopRollAngle) ?? before.tableRoll,
      tableEccentric: item.number(Tag.TableTopEccentricAngle) ?? before.tableEccentric,
      isocentre: vectorOf(item, Tag.IsocenterPosition) ?? before.isocentre,
      devices: carryDevices(before.devices, item.items(Tag.BeamLimitingDevicePositionSequence)),
    };
    return before;
  });
}

const START: ControlPoint = {
  index: 0,
  cumulativeMetersetWeight: null,
  nominalEnergy: null,
  gantryAngle: null,
  gantryRotation: '',
  collimatorAngle: null,
  couchAngle: null,
  tablePitch: 0,
  tableRoll: 0,
  tableEccentric: 0,
  isocentre: null,
  devices: [],
};

function carryDevices(
  before: readonly DevicePositions[],
  items: readonly DataSet[],
): readonly DevicePositions[] {
  if (items.length === 0) return before;
  const devices = new Map(before.map((d) => [d.type, d]));
  for (const item of items) {
    const type = item.text(Tag.RTBeamLimitingDeviceType) ?? '';
    devices.set(type, { type, positions: [...item.numbers(Tag.LeafJawPositions)] });
  }
  return [...devices.values()];
}

export function vectorOf(item: DataSet, tag: TagKey): Vector3 | null {
  const v = item.numbers(tag);
  return v.length >= 3 && v.subarray(0, 3).every(Number.isFinite) ? [v[0]!, v[1]!, v[2]!] : null;
}
