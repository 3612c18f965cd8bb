/** The colour tokens as the design page lists them. */
export const TOKENS = [
  {
    name: 'Surfaces',
    tokens: [
      '--picture',
      '--gap',
      '--app',
      '--panel',
      '--raised',
      '--hover',
      '--selected',
      '--line',
      '--line-strong',
      '--edge-control',
    ],
  },
  { name: 'Text', tokens: ['--text', '--text-2', '--text-3', '--text-off'] },
  { name: 'Accent', tokens: ['--accent', '--accent-fill', '--on-accent'] },
  { name: 'Judgement', tokens: ['--pass', '--near', '--fail', '--none'] },
  { name: 'Planes', tokens: ['--plane-axial', '--plane-sagittal', '--plane-coronal', '--plane-3d'] },
  {
    name: 'Isodose',
    tokens: ['--iso-110', '--iso-107', '--iso-100', '--iso-95', '--iso-90', '--iso-80', '--iso-50'],
  },
  {
    name: 'Safe',
    tokens: [
      '--iso-cvd-110',
      '--iso-cvd-107',
      '--iso-cvd-100',
      '--iso-cvd-95',
      '--iso-cvd-90',
      '--iso-cvd-80',
      '--iso-cvd-50',
    ],
  },
] as const;
