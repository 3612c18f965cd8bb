import { join } from 'node:path';
import fc from 'fast-check';
import { it } from 'vitest';
import { studyUid, writeCtFolder } from './testing/ctFiles.ts';
import { useScratch } from './testing/scratch.ts';
import type { Library } from './types.ts';

const scratch = useScratch();
const NAMES = ['A', 'B', 'C'] as const;
const SLICES = { A: 2, B: 1, C: 3 } as const;
type Name = (typeof NAMES)[number];

/** What a library must be, said as simply as it can be: where each study is, and the moves that can be taken back. */
class Model {
  readonly where = new Map<Name, 'library' | 'trash'>();
  undo: { name: Name; from: 'library' | 'trash' }[] = [];
  redo: { name: Name; from: 'library' | 'trash' }[] = [];

  move(name: Name, to: 'library' | 'trash'): void {
    this.undo.push({ name, from: to === 'trash' ? 'library' : 'trash' });
    this.redo = [];
    this.where.set(name, to);
  }
}

const other = (place: 'library' | 'trash'): 'library' | 'trash' =>
  place === 'library' ? 'trash' : 'library';

interface Real {
  library: Library;
  readonly directory: string;
  readonly source: string;
}

type Command =
  | { readonly do: 'import' | 'trash' | 'restore'; readonly name: Name }
  | { readonly do: 'undo' | 'redo' | 'empty' | 'reopen' | 'rebuild' };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('import' as const, 'trash' as const, 'restore' as const),
      name: fc.constantFrom(...NAMES),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('empty' as const, 'reopen' as const, 'rebuild' as const) }),
  },
);

async function run(step: Command, model: Model, real: Real): Promise<void> {
  const { library } = real;
  switch (step.do) {
    case 'import': {
      const before = model.where.get(step.name);
      const report = await library.importPaths([join(real.source, step.name)], { title: '', who: '' });
      expectSame(report.imported, before === 'library' ? 0 : SLICES[step.name], 'imported');
      model.where.set(step.name, 'library');
      return;
    }
    case 'trash':
    case 'restore': {
      const [from, to] =
        step.do === 'trash' ? (['library', 'trash'] as const) : (['trash', 'library'] as const);
      const allowed = model.where.get(step.name) === from;
      expectSame(
        moves(() =>
          step.do === 'trash'
            ? library.toTrash('study', studyUid(step.name), '')
            : library.restore('study', studyUid(step.name), ''),
        ),
        allowed,
        step.do,
      );
      if (allowed) model.move(step.name, to);
      return;
    }
    case 'undo':
    case 'redo': {
      const last = model[step.do].pop();
      expectSame(library[step.do]('') !== null, last !== undefined, step.do);
      if (last === undefined) return;
      model[step.do === 'undo' ? 'redo' : 'undo'].push(last);
      const [into, origin] =
        step.do === 'undo' ? [last.from, other(last.from)] : [other(last.from), last.from];
      // Only what is still where the move had put it goes back.
      if (model.where.get(last.name) === origin) model.where.set(last.name, into);
      return;
    }
    case 'empty':
      if (library.emptyTrash().objects > 0) [model.undo, model.redo] = [[], []];
      for (const name of NAMES) if (model.where.get(name) === 'trash') model.where.delete(name);
      return;
    case 'rebuild':
      await library.rebuildIndex({});
      return;
    case 'reopen':
      real.library = await scratch.library(real.directory);
  }
}

function moves(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function expectSame(found: unknown, wanted: unknown, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${String(found)} instead of ${String(wanted)}`);
}

it('L72: any sequence of import, trash, restore, undo, redo, emptying, reopening and rebuilding comes out as the model says', async () => {
  const source = scratch.folder();
  for (const name of NAMES) writeCtFolder(join(source, name), { name, slices: SLICES[name] });
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 3, maxLength: 14 }), async (steps) => {
      const directory = join(scratch.folder(), 'library');
      const real: Real = { library: await scratch.library(directory), directory, source };
      const model = new Model();
      for (const step of steps) {
        await run(step, model, real);
        for (const name of NAMES)
          expectSame(
            real.library.objects(studyUid(name)).length,
            model.where.get(name) === 'library' ? SLICES[name] : 0,
            `objects of ${name} after ${step.do}`,
          );
        const trashed = NAMES.filter((name) => model.where.get(name) === 'trash');
        expectSame(
          real.library
            .trash()
            .map((item) => item.key)
            .sort()
            .join(),
          trashed
            .map((name) => studyUid(name))
            .sort()
            .join(),
          'trash',
        );
      }
      const verified = await real.library.verify({});
      expectSame(
        [verified.bad.length, verified.index, verified.auditTrail].join(),
        '0,sound,sound',
        'verify',
      );
    }),
    { numRuns: 25 },
  );
});
