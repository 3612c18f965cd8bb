const SHORT = 'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US';
const LONG = 'OB OD OF OL OV OW SQ SV UC UN UR UT UV';

export interface ValueRepresentation {
  readonly name: string;
  /** Two reserved bytes and a 32-bit length follow (PS3.5 7.1.2). */
  readonly long: boolean;
}

const BY_CODE = new Map<number, ValueRepresentation>();
for (const [names, long] of [
  [SHORT, false],
  [LONG, true],
] as const) {
  for (const name of names.split(' '))
    BY_CODE.set((name.charCodeAt(0) << 8) | name.charCodeAt(1), { name, long });
}

/** By its two letters, first letter in the high byte; undefined where DICOM knows none such. */
export const representationOf = (code: number): ValueRepresentation | undefined => BY_CODE.get(code);

/** Texts to which Specific Character Set applies (PS3.5 6.1.2.2). */
export const isCharacterSetText = (vr: string): boolean =>
  vr === 'LO' || vr === 'PN' || vr === 'SH' || vr === 'LT' || vr === 'ST' || vr === 'UC' || vr === 'UT';

/** Texts in which a backslash and leading blanks are part of the text. */
export const isSingleText = (vr: string): boolean => vr === 'LT' || vr === 'ST' || vr === 'UT' || vr === 'UR';

/** Bytes of one number of a binary representation; 0 for others. */
export const binarySize = (vr: string): number => {
  switch (vr) {
    case 'US':
    case 'SS':
    case 'OW':
      return 2;
    case 'UL':
    case 'SL':
    case 'FL':
    case 'OF':
    case 'OL':
    case 'AT':
      return 4;
    case 'FD':
    case 'OD':
    case 'SV':
    case 'UV':
    case 'OV':
      return 8;
    case 'OB':
      return 1;
    default:
      return 0;
  }
};
