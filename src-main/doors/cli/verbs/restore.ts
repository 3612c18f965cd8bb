import { resolve } from 'node:path';
import { Failure } from '../../../../src-shared/model/index.ts';
import { facts } from '../output.ts';
import type { Verb } from '../verb.ts';

export const restoreVerb: Verb = {
  name: 'restore',
  summary:
    'Makes a new library from a backup, in a folder that is empty or not there yet; a library that exists is never touched. Every object is checked by its hash.',
  usage: 'restore FILE --library DIR',
  example: 'restore library.tar --library ~/restored-library',
  positional: { minimum: 1, maximum: 1, what: 'the file of a backup' },
  options: {},
  writes: [],
  async run(context) {
    const begun = performance.now(),
      file = resolve(context.arguments.positional[0] ?? '');
    const given = context.arguments.text('library');
    if (given === undefined)
      throw new Failure(
        'USAGE',
        'Name the folder of the new library with --library; a backup is restored into an empty one only.',
      );
    const directory = resolve(given);
    context.note({ path: file, sha256: null });
    const { restoreBackup } = await import('../../../library/index.ts');
    const { made, version, holds, auditTrail } = await restoreBackup(file, directory, {
      runner: context.runner,
      signal: context.signal,
      onProgress: ({ progress }) => context.progress(`${Math.floor(progress * 100)} %`),
    });
    if (auditTrail === 'damaged')
      context.warn('The change log was damaged already when this backup was made; "fluence verify" says so.');
    const { patients, studies } = holds,
      objects = holds.objects + holds.inTrash,
      bytes = holds.usedBytes;
    const seconds = (performance.now() - begun) / 1000;
    return {
      json: { objects, bytes, seconds, patients, studies, made, madeBy: version },
      text: facts([
        ['backup of', made ?? 'an unknown time'],
        ['patients', patients],
        ['studies', studies],
        ['objects', objects],
        ['bytes', bytes],
        ['seconds', seconds.toFixed(2)],
        ['library', directory],
      ]),
    };
  },
};
