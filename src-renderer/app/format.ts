/** Numbers as people read them. A true minus sign, thin grouping, units apart. */
export const signed = (value: number, digits: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

export const fixed = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined || !Number.isFinite(value)
    ? '—'
    : (value < 0 ? '−' : '') + Math.abs(value).toFixed(digits);

const grouped = new Intl.NumberFormat('en-GB');
export const count = (value: number): string => grouped.format(value);

/** '1 file', '1,846 files'. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const STEPS = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const;

export function bytes(value: number): { value: string; unit: string } {
  for (const [unit, size] of STEPS) {
    if (value >= size) {
      const scaled = value / size;
      return { value: scaled >= 100 || unit === 'kB' ? scaled.toFixed(0) : scaled.toFixed(1), unit };
    }
  }
  return { value: String(value), unit: 'B' };
}

export const bytesText = (value: number): string => `${bytes(value).value} ${bytes(value).unit}`;

/** '7 s left', '2 min left'. */
export function remaining(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '';
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s left`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min left` : `${(seconds / 3600).toFixed(1)} h left`;
}

/** DICOM dates (19600101) and ISO ones to 1960-01-01; what is neither stays as it came. */
export function isoDate(date: string): string {
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(date.trim());
  if (compact) return `${compact[1]}-${compact[2]}-${compact[3]}`;
  return date.slice(0, 10);
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** '14 Nov 2026'; '' for what is no time. */
export function day(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : dayFormat.format(date);
}

/** 'today 15:20' or the day. */
export function moment(time: string, now = new Date()): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  return date.toDateString() === now.toDateString()
    ? `today ${timeFormat.format(date)}`
    : dayFormat.format(date);
}

/** Whole years between a birth date and now; null where the date is not known. */
export function age(birthDate: string, now = new Date()): number | null {
  const born = new Date(isoDate(birthDate));
  if (birthDate === '' || Number.isNaN(born.getTime())) return null;
  const before =
    now.getMonth() < born.getMonth() ||
    (now.getMonth() === born.getMonth() && now.getDate() < born.getDate());
  return now.getFullYear() - born.getFullYear() - (before ? 1 : 0);
}

/** DICOM person names 'Muster^Anna^^Dr' to 'Muster, Anna'. */
export function personName(name: string): string {
  const [family = '', given = '', middle = ''] = (name.split('=')[0] ?? '')
    .split('^')
    .map((part) => part.trim());
  const first = [given, middle].filter((part) => part !== '').join(' ');
  return [family, first].filter((part) => part !== '').join(', ') || 'No name';
}

export const sexWord = (sex: string): string =>
  ({ M: 'male', F: 'female', O: 'other' })[sex.trim().toUpperCase()] ?? 'not given';

/** 'CT pelvis', not 'CT CT pelvis': the modality is put before a description that does not begin with it. */
export const imageName = (modality: string, description: string): string =>
  description.toUpperCase().startsWith(modality.toUpperCase()) && description !== ''
    ? description
    : [modality, description].filter((part) => part !== '').join(' ');
