export interface Window {
  readonly centre: number;
  readonly width: number;
}

export interface WindowPreset extends Window {
  readonly id: string;
  readonly label: string;
}

/** The windows of the field for CT, HU. */
export const CT_PRESETS: readonly WindowPreset[] = [
  { id: 'soft', label: 'Soft tissue', centre: 40, width: 400 },
  { id: 'lung', label: 'Lung', centre: -600, width: 1500 },
  { id: 'bone', label: 'Bone', centre: 400, width: 1800 },
  { id: 'brain', label: 'Brain', centre: 40, width: 80 },
  { id: 'liver', label: 'Liver', centre: 60, width: 160 },
  { id: 'wide', label: 'Whole range', centre: 500, width: 3000 },
];

const between = (low: number, high: number): Window => ({
  centre: (low + high) / 2,
  width: Math.max(1e-6, high - low),
});

/** Windows by the values that are there, for images whose numbers have no common scale (MR, PET, stored values). */
export function presetsByValues(percentile: (share: number) => number): readonly WindowPreset[] {
  const range = (id: string, label: string, from: number, to: number): WindowPreset => ({
    id,
    label,
    ...between(percentile(from), percentile(to)),
  });
  return [
    range('auto', 'Automatic', 0.01, 0.99),
    range('full', 'Whole range', 0, 1),
    range('middle', 'Middle half', 0.25, 0.75),
    range('low', 'Lower half', 0, 0.5),
    range('high', 'Upper half', 0.5, 1),
    range('bright', 'Brightest tenth', 0.9, 1),
  ];
}

/** Percentiles of up to 20,000 evenly chosen values from the part of the data that is there. */
export function sampledPercentile(
  data: ArrayLike<number>,
  from: number,
  to: number,
): (share: number) => number {
  const sample: number[] = [];
  const step = Math.max(1, Math.floor((to - from) / 20_000));
  for (let index = from; index < to; index += step) {
    const value = data[index];
    if (value !== undefined && Number.isFinite(value)) sample.push(value);
  }
  sample.sort((a, b) => a - b);
  return (share) => sample[Math.min(sample.length - 1, Math.round(share * (sample.length - 1)))] ?? 0;
}
