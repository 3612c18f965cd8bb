import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Failure } from '../../../../src-shared/model/index.ts';
import type { ImportProgress } from '../../../library/types.ts';
import { EXIT, facts, table } from '../output.ts';
import { duration } from '../progress.ts';
import type { Verb } from '../verb.ts';

function progressLine({
  report,
  progress,
  filesPerSecond,
  bytesPerSecond,
  remainingSeconds,
}: ImportProgress): string {
  const done = report.imported + report.duplicates + report.refused.length;
  const rate = `${Math.round(filesPerSecond)} files/s, ${Math.round(bytesPerSecond / 1e6)} MB/s`;
  const left = remainingSeconds === null ? '' : `, ${duration(remainingSeconds)} left`;
  return `${Math.floor(progress * 100)} %  ${done} files, ${rate}${left}`;
}

export const importVerb: Verb = {
  name: 'import',
  summary:
    'Brings files, folders and zip archives into the library; what is refused or repaired is listed with its reason.',
  usage: 'import PATH… [--library DIR]',
  example: 'import ~/export/patient-17 --library ~/fluence-library',
  positional: { minimum: 1, maximum: Infinity, what: 'files, folders or zip archives' },
  options: {},
  writes: [],
  async run(context) {
    const paths = context.arguments.positional.map((path) => resolve(path));
    const missing = paths.find((path) => !existsSync(path));
    if (missing !== undefined)
      throw new Failure('NOT_FOUND', `There is no file or folder ${missing}; nothing was imported.`);
    for (const path of paths) context.note({ path, sha256: null });
    const library = await context.library({ create: true });
    const report = await library.importPaths(paths, {
      title: paths.map((path) => basename(path)).join(', '),
      who: 'command line',
      signal: context.signal,
      onProgress: (progress) => context.progress(progressLine(progress)),
    });
    if (report.state === 'cancelled')
      throw new Failure('CANCELLED', `Cancelled after ${report.imported} objects; import again to go on.`, {
        report: report.id,
      });
    const item = ({ file, code, reason, tag }: (typeof report.refused)[number]) => ({
      file,
      code,
      reason,
      ...(tag === null ? {} : { tag }),
    });
    const lines = [
      facts([
        ['imported', report.imported],
        ['duplicates', report.duplicates],
        ['refused', report.refused.length],
        ['repaired', report.repaired.length],
        ['seconds', report.seconds.toFixed(2)],
      ]),
    ];
    if (report.refused.length > 0)
      lines.push(
        '',
        table(
          ['refused', 'why', 'tag'],
          report.refused.map((r) => [basename(r.file), r.reason, r.tag]),
        ),
      );
    if (report.repaired.length > 0)
      lines.push(
        '',
        table(
          ['repaired', 'what', 'tag'],
          report.repaired.map((r) => [basename(r.file), r.reason, r.tag]),
        ),
      );
    if (report.findings.length > 0)
      lines.push(
        '',
        table(
          ['finding', 'what'],
          report.findings.map((f) => [f.code, f.message]),
        ),
      );
    return {
      json: {
        imported: report.imported,
        duplicates: report.duplicates,
        refused: report.refused.map(item),
        repaired: report.repaired.map(item),
        findings: report.findings,
        seconds: report.seconds,
        series: report.series.map(({ uid, modality, files }) => ({ uid, modality, files })),
        report: report.id,
      },
      text: lines.join('\n'),
      exitCode:
        report.refused.length === 0
          ? EXIT.done
          : report.imported + report.duplicates === 0
            ? EXIT.input
            : EXIT.inPart,
    };
  },
};
