import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Emit, ImportReport, libraryDomain, Service } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import type { JobManager } from '../jobs/index.ts';
import type { Library, NamedFile } from '../library/index.ts';
import type { Backups } from './backups.ts';
import { nameAsGiven, type StagedUpload, type Uploads } from './uploads.ts';

/** A door's own dialogue; resolves to the chosen paths, none where the person closed it. 'backup' is one file. */
export type AskForFiles = (what: 'folder' | 'files' | 'backup') => Promise<readonly string[]>;

export interface LibraryServiceParts {
  readonly library: Library;
  readonly jobs: JobManager;
  readonly uploads: Uploads;
  readonly backups: Backups;
  readonly stagingFolder: string;
  readonly askForFiles: AskForFiles | null;
  /** Writes the demo patient into a folder. */
  readonly writeDemo: (folder: string) => Promise<unknown>;
  readonly emit: Emit<typeof libraryDomain>;
}

/** Lists of a report that go with an event: the window shows the last of them, and asks for the rest at the end. */
const SHOWN = 200;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
const count = (n: number): string => n.toLocaleString('en-GB');

export function libraryService(parts: LibraryServiceParts): Service<typeof libraryDomain> {
  const { library, jobs, uploads, emit } = parts;
  const who = (): string => {
    // As the first start of the window asks for it.
    const person = library.getSetting('person');
    const name = typeof person === 'object' && person !== null && 'name' in person ? person.name : '';
    return typeof name === 'string' && name !== '' ? name : userInfo().username;
  };
  const given = <T extends { readonly file: string }>(item: T): T => ({
    ...item,
    file: nameAsGiven(parts.stagingFolder, item.file),
  });
  const asGiven = (report: ImportReport): ImportReport => ({
    ...report,
    refused: report.refused.map(given),
    repaired: report.repaired.map(given),
    findings: report.findings.map((finding) =>
      finding.files === undefined
        ? finding
        : { ...finding, files: finding.files.map((file) => nameAsGiven(parts.stagingFolder, file)) },
    ),
  });
  const changed = (series: readonly string[] = []): void => emit('changed', { series: [...series] });

  /** An import as a job; its result is the report's id. */
  function importJob(title: string, paths: readonly string[]): string {
    return startImport(title, async () => paths, {});
  }
  /** The same of files that lie in the library's staging folder, and go when it has ended. */
  function importStaged(
    staged: Pick<StagedUpload, 'title' | 'folder'>,
    files: () => Promise<readonly (string | NamedFile)[]>,
  ): string {
    return startImport(staged.title, files, { staged });
  }
  function startImport(
    title: string,
    paths: () => Promise<readonly (string | NamedFile)[]>,
    { staged }: { readonly staged?: Pick<StagedUpload, 'folder'> },
  ): string {
    const { id } = jobs.start({
      title,
      kind: 'import',
      async run({ signal, report }) {
        try {
          const done = await library.importPaths(await paths(), {
            title,
            who: who(),
            signal,
            owned: staged !== undefined,
            onProgress({ report: soFar, progress, filesPerSecond, bytesPerSecond, remainingSeconds }) {
              const seen = soFar.imported + soFar.duplicates + soFar.refused.length;
              report({
                progress,
                step: `${count(seen)} of ${count(soFar.offered)} files`,
                rate: `${count(Math.round(filesPerSecond))} files/s, ${megabytes(bytesPerSecond)}/s`,
                remainingSeconds,
              });
              emit(
                'importProgress',
                asGiven({
                  ...soFar,
                  refused: soFar.refused.slice(-SHOWN),
                  repaired: soFar.repaired.slice(-SHOWN),
                  findings: soFar.findings.slice(-SHOWN),
                }),
              );
            },
          });
          emit(
            'importProgress',
            asGiven({
              ...done,
              refused: done.refused.slice(-SHOWN),
              repaired: done.repaired.slice(-SHOWN),
              findings: done.findings.slice(-SHOWN),
            }),
          );
          if (done.state === 'cancelled')
            throw new Failure('CANCELLED', 'The import was cancelled; what had come in stays.');
          return { report: done.id };
        } finally {
          changed();
          if (staged !== undefined) await uploads.discard(staged);
        }
      },
    });
    return id;
  }

  return {
    tree: ({ search }) => ({ patients: [...library.tree(search)] }),
    status: () => ({ ...library.status(), readOnly: library.readOnly }),
    async importFromDialogue({ what }) {
      if (parts.askForFiles === null)
        throw new Failure(
          'NOT_SUPPORTED_HERE',
          'This window cannot open a dialogue of the system; drop the files onto it, or choose them with its own button.',
        );
      const paths = await parts.askForFiles(what);
      if (paths.length === 0) return { job: null };
      return {
        job: importJob(
          paths.length === 1 ? 'Import of one item' : `Import of ${count(paths.length)} items`,
          paths,
        ),
      };
    },
    beginUpload(request) {
      if (library.readOnly)
        throw new Failure('LIBRARY_READ_ONLY', 'The library is read-only; nothing can be imported into it.');
      return uploads.begin(request);
    },
    finishUpload({ upload }) {
      const staged = uploads.take(upload);
      return { job: importStaged(staged, async () => staged.files) };
    },
    async abandonUpload({ upload }) {
      await uploads.abandon(upload);
      return {};
    },
    importDemo() {
      const staged = {
        title: 'Import of the demo patient',
        folder: join(parts.stagingFolder, `${process.pid}-demo-${Date.now()}`),
      };
      const files = async (): Promise<readonly string[]> => {
        await parts.writeDemo(staged.folder);
        return [staged.folder];
      };
      return { job: importStaged(staged, files) };
    },
    reports: () => ({ reports: library.reports().map(asGiven) }),
    report: ({ id }) => asGiven(library.report(id)),
    markOpened({ patient }) {
      if (!library.readOnly) library.markOpened(patient);
      return {};
    },
    toTrash({ what, key }) {
      const change = library.toTrash(what, key, who());
      changed();
      return { change };
    },
    trash: () => ({ items: [...library.trash()] }),
    restore({ what, key }) {
      const change = library.restore(what, key, who());
      changed();
      return { change };
    },
    emptyTrash() {
      const gone = library.emptyTrash(who());
      changed();
      return gone;
    },
    changes({ limit }) {
      const { changes, canUndo, canRedo } = library.changes(limit);
      return { changes: [...changes], canUndo, canRedo };
    },
    undo() {
      const what = library.undo(who());
      if (what !== null) changed();
      return { what };
    },
    redo() {
      const what = library.redo(who());
      if (what !== null) changed();
      return { what };
    },
    verify() {
      const { id } = jobs.start({
        title: 'Check of the library',
        kind: 'verify',
        run: ({ signal, report }) =>
          library.verify({ signal, onProgress: (progress) => report({ progress }) }),
      });
      return { job: id };
    },
    backup: async () => ({ job: await parts.backups.start() }),
    fetchBackup: ({ job }) => ({ url: parts.backups.offer(job) }),
  };
}
