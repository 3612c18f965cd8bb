/**
 * Texts by Specific Character Set (0008,0005): PS3.3 C.12.1.1.2, PS3.5 6.1 and annexes H to K.
 * Bytes below 0x80 are in G0, others in G1; escape sequences change what either holds.
 */

interface Repertoire {
  /** TextDecoder's name for the high half (G1), or of the whole set. */
  readonly label: string;
  /** Bytes of both halves form one code, and no escapes occur: UTF-8, GB18030, GBK. */
  readonly whole: boolean;
}

const single = (label: string): Repertoire => ({ label, whole: false });
const whole = (label: string): Repertoire => ({ label, whole: true });

const LATIN_1 = single('iso-8859-1');

const REPERTOIRES: Readonly<Record<string, Repertoire>> = {
  '': LATIN_1,
  'IR 6': LATIN_1,
  'IR 100': LATIN_1,
  'IR 101': single('iso-8859-2'),
  'IR 109': single('iso-8859-3'),
  'IR 110': single('iso-8859-4'),
  'IR 144': single('iso-8859-5'),
  'IR 127': single('iso-8859-6'),
  'IR 126': single('iso-8859-7'),
  'IR 138': single('iso-8859-8'),
  'IR 148': single('iso-8859-9'),
  'IR 203': single('iso-8859-15'),
  'IR 13': single('shift_jis'),
  'IR 166': single('windows-874'),
  'IR 87': LATIN_1,
  'IR 159': LATIN_1,
  'IR 149': single('euc-kr'),
  'IR 58': single('gbk'),
  'IR 192': whole('utf-8'),
  GB18030: whole('gb18030'),
  GBK: whole('gbk'),
};

type Half = 'g0' | 'g1';

/** What follows ESC, and what it puts where; '' is ASCII, 'jis…' two-byte sets in G0. */
const ESCAPES: readonly (readonly [string, Half, string])[] = [
  ['(B', 'g0', ''],
  ['(J', 'g0', ''],
  ['$@', 'g0', 'jis0208'],
  ['$B', 'g0', 'jis0208'],
  ['$(D', 'g0', 'jis0212'],
  [')I', 'g1', 'shift_jis'],
  ['$)C', 'g1', 'euc-kr'],
  ['$)A', 'g1', 'gbk'],
  ['-A', 'g1', 'iso-8859-1'],
  ['-B', 'g1', 'iso-8859-2'],
  ['-C', 'g1', 'iso-8859-3'],
  ['-D', 'g1', 'iso-8859-4'],
  ['-L', 'g1', 'iso-8859-5'],
  ['-G', 'g1', 'iso-8859-6'],
  ['-F', 'g1', 'iso-8859-7'],
  ['-H', 'g1', 'iso-8859-8'],
  ['-M', 'g1', 'iso-8859-9'],
  ['-b', 'g1', 'iso-8859-15'],
  ['-T', 'g1', 'windows-874'],
];

export interface CharacterSet {
  readonly first: Repertoire;
  /** Escape sequences are looked for. */
  readonly escapes: boolean;
  /** G1 where the first set has none of its own. */
  readonly high: string;
  /** Terms that DICOM does not define: Latin-1 was taken. */
  readonly unknown: readonly string[];
}

const normalise = (term: string): string =>
  term
    .trim()
    .toUpperCase()
    .replace(/^ISO[ _-]?(?:2022[ _-])?IR[ _-]?/, 'IR ')
    .replace(/^IR\s+/, 'IR ');

/** Terms of (0008,0005) in order; an empty first term is ASCII. */
export function characterSetOf(terms: readonly string[]): CharacterSet {
  const known: Repertoire[] = [];
  const unknown: string[] = [];
  const names = terms.map(normalise);
  for (const [n, name] of names.entries()) {
    const repertoire = REPERTOIRES[name];
    if (repertoire) known.push(repertoire);
    else {
      unknown.push(terms[n] ?? '');
      known.push(LATIN_1);
    }
  }
  const first = known[0] ?? LATIN_1;
  const asciiFirst = names[0] === undefined || names[0] === '' || names[0] === 'IR 6';
  const high = asciiFirst
    ? (known.find((r) => r !== LATIN_1 && !r.whole)?.label ?? first.label)
    : first.label;
  return { first, escapes: !first.whole, high, unknown };
}

/** Where Specific Character Set is missing. */
export const DEFAULT_CHARACTER_SET = characterSetOf([]);

type Decoder = InstanceType<typeof TextDecoder>;

const decoders = new Map<string, Decoder>();
const decoder = (label: string): Decoder => {
  let found = decoders.get(label);
  if (!found) {
    found = new TextDecoder(label, { ignoreBOM: true });
    decoders.set(label, found);
  }
  return found;
};

const isPlain = (bytes: Uint8Array): boolean => {
  for (const byte of bytes) if (byte >= 0x80 || byte === 0x1b) return false;
  return true;
};

const ascii = (bytes: Uint8Array): string => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
};

/**
 * The text of a value; backslashes that separate values are '\\' in it, those inside two-byte codes are not.
 *
 * @param isName person names: '^' and '=' also bring the initial sets back (PS3.5 6.2.1.2)
 */
export function decodeText(bytes: Uint8Array, set: CharacterSet, isName: boolean): string {
  if (isPlain(bytes)) return ascii(bytes);
  if (set.first.whole) return decoder(set.first.label).decode(bytes);
  return decodeIso2022(bytes, set, isName);
}

const isDelimiter = (byte: number, isName: boolean): boolean =>
  byte === 0x5c ||
  byte === 0x0a ||
  byte === 0x0c ||
  byte === 0x0d ||
  byte === 0x09 ||
  (isName && (byte === 0x5e || byte === 0x3d));

function decodeIso2022(bytes: Uint8Array, set: CharacterSet, isName: boolean): string {
  let text = '';
  let g0 = '';
  let g1 = set.high;
  let i = 0;
  while (i < bytes.length) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x1b) {
      const escape = escapeAt(bytes, i + 1);
      if (escape) {
        if (escape[1] === 'g0') g0 = escape[2];
        else g1 = escape[2];
        i += 1 + escape[0].length;
      } else i++;
    } else if (byte >= 0x80) {
      const from = i;
      while (i < bytes.length && (bytes[i] ?? 0) >= 0x80) i++;
      text += decoder(g1).decode(bytes.subarray(from, i));
    } else if (g0 !== '' && byte > 0x20) {
      const from = i;
      while (i + 1 < bytes.length && isCode(bytes[i]) && isCode(bytes[i + 1])) i += 2;
      if (i === from) i = from + 1;
      else text += decodeJis(bytes.subarray(from, i), g0);
    } else {
      if (isDelimiter(byte, isName)) {
        g0 = '';
        g1 = set.high;
      }
      text += String.fromCharCode(byte);
      i++;
    }
  }
  return text;
}

const isCode = (byte: number | undefined): boolean => byte !== undefined && byte > 0x20 && byte < 0x7f;

/** JIS X 0208 and 0212 as EUC-JP has them: high bits set, 0212 after 0x8F. */
function decodeJis(codes: Uint8Array, name: string): string {
  const isSupplement = name === 'jis0212';
  const size = isSupplement ? 3 : 2;
  const euc = new Uint8Array((codes.length / 2) * size);
  for (let i = 0, o = 0; i < codes.length; i += 2, o += size) {
    if (isSupplement) euc[o] = 0x8f;
    euc[o + size - 2] = (codes[i] ?? 0) | 0x80;
    euc[o + size - 1] = (codes[i + 1] ?? 0) | 0x80;
  }
  return decoder('euc-jp').decode(euc);
}

function escapeAt(bytes: Uint8Array, at: number): readonly [string, Half, string] | undefined {
  return ESCAPES.find(([code]) => {
    for (let i = 0; i < code.length; i++) if (bytes[at + i] !== code.charCodeAt(i)) return false;
    return true;
  });
}
