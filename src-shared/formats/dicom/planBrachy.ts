import type { BrachyChannel, Brachytherapy } from '../../model/index.ts';
import type { DataSet } from './dataSet.ts';
import { vectorOf } from './planControlPoints.ts';
import { Tag } from './tags.ts';

/** Sources and channels of a brachytherapy plan; undefined for a plan without application setups. */
export function readBrachytherapy(set: DataSet): Brachytherapy | undefined {
  const setups = set.items(Tag.ApplicationSetupSequence);
  if (setups.length === 0) return undefined;
  const kerma = setups.map((s) => s.number(Tag.TotalReferenceAirKerma)).filter((k) => k !== undefined);
  return {
    technique: set.text(Tag.BrachyTreatmentTechnique) ?? '',
    treatmentType: set.text(Tag.BrachyTreatmentType) ?? '',
    sources: set.items(Tag.SourceSequence).map((source) => ({
      isotope: source.text(Tag.SourceIsotopeName) ?? '',
      halfLife: source.number(Tag.SourceIsotopeHalfLife) ?? null,
      referenceAirKermaRate: source.number(Tag.ReferenceAirKermaRate) ?? null,
    })),
    totalReferenceAirKerma: kerma.length > 0 ? kerma.reduce((sum, k) => sum + k, 0) : null,
    channels: setups.flatMap((setup) =>
      setup.items(Tag.ChannelSequence).map((item, index) => readChannel(setup, item, index)),
    ),
  };
}

function readChannel(setup: DataSet, item: DataSet, index: number): BrachyChannel {
  return {
    number: item.number(Tag.ChannelNumber) ?? index + 1,
    setup: setup.number(Tag.ApplicationSetupNumber) ?? null,
    length: item.number(Tag.ChannelLength) ?? null,
    totalTime: item.number(Tag.ChannelTotalTime) ?? null,
    finalCumulativeTimeWeight: item.number(Tag.FinalCumulativeTimeWeight) ?? null,
    positions: item.items(Tag.BrachyControlPointSequence).map((point) => ({
      relative: point.number(Tag.ControlPointRelativePosition) ?? null,
      point: vectorOf(point, Tag.ControlPoint3DPosition),
      cumulativeTimeWeight: point.number(Tag.CumulativeTimeWeight) ?? null,
    })),
  };
}
