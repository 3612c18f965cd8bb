import { Failure } from '../../../../src-shared/model/index.ts';
import { table } from '../output.ts';
import type { Verb } from '../verb.ts';

const KINDS = ['patients', 'studies', 'series', 'objects'] as const;
type Kind = (typeof KINDS)[number];
const isKind = (text: string): text is Kind => (KINDS as readonly string[]).includes(text);

const cell = (value: unknown): string | number | null => {
  if (typeof value === 'number' || typeof value === 'string') return value;
  return value === null || value === undefined ? null : JSON.stringify(value);
};

export const listVerb: Verb = {
  name: 'list',
  summary: 'Lists patients (the default), studies, series or objects of the library.',
  usage:
    'list [patients|studies|series|objects] [--patient ID] [--modality CT] [--search TEXT] [-o list.csv]',
  example: 'list series --modality CT --search prostate',
  positional: { minimum: 0, maximum: 1, what: 'at most one of patients, studies, series, objects' },
  options: {
    patient: { kind: 'text', value: 'ID', help: 'of this patient only' },
    modality: { kind: 'text', value: 'CT', help: 'of this modality only' },
    search: { kind: 'text', value: 'TEXT', help: 'in names, ids, descriptions, structure names' },
  },
  writes: ['.csv', '.json'],
  async run(context) {
    const [what = 'patients'] = context.arguments.positional;
    if (!isKind(what)) throw new Failure('USAGE', `"fluence list" lists ${KINDS.join(', ')}, not "${what}".`);
    const library = await context.library();
    const filter = Object.fromEntries(
      ['patient', 'modality', 'search'].flatMap((name) => {
        const value = context.arguments.text(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    const items = library.list(what, filter);
    const columns = [...new Set(items.flatMap((item) => Object.keys(item)))];
    const rows = items.map((item) => columns.map((column) => cell(item[column])));
    return { json: { items }, text: table(columns, rows, `No ${what} found.`), csv: { columns, rows } };
  },
};
