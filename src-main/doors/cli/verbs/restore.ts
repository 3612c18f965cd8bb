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
    const { objects, bytes } = await restoreBackup(file, directory, {
      signal: context.signal,
      onProgress: (share) => context.progress(`${Math.floor(share * 100)} %`),
    });
    const seconds = (performance.now() - begun) / 1000;
    return {
      json: { objects, bytes, seconds },
      text: facts([
        ['objects', objects],
        ['bytes', bytes],
        ['seconds', seconds.toFixed(2)],
        ['library', directory],
      ]),
    };
  },
};
