import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../../../src-shared/model/index.ts';
import { productVersion } from '../../../host/product.ts';
import { facts } from '../output.ts';
import { meter } from '../progress.ts';
import type { Verb } from '../verb.ts';

export const backupVerb: Verb = {
  name: 'backup',
  summary:
    'Writes the whole library into one file, trash, change log and settings included, while it stays in use. A file of that name is replaced when the new one is complete.',
  usage: 'backup FILE [--library DIR]',
  example: 'backup library.tar --library ~/fluence-library',
  positional: { minimum: 1, maximum: 1, what: 'the file to write' },
  options: {},
  writes: [],
  async run(context) {
    const begun = performance.now(),
      file = resolve(context.arguments.positional[0] ?? '');
    const folder = await stat(dirname(file)).catch(() => null);
    if (!folder?.isDirectory())
      throw new Failure('NOT_FOUND', `There is no folder ${dirname(file)} to write into.`);
    const there = await stat(file).catch(() => null);
    if (there?.isDirectory())
      throw new Failure('USAGE', `${file} is a folder; name the file that the backup is to be.`);
    const library = await context.library();
    const { objects, bytes } = await library.backup(file, {
      signal: context.signal,
      version: productVersion(),
      onProgress: meter(context.progress, {
        total: library.status().objects,
        unit: 'objects',
        done: 'packed',
      }),
    });
    const seconds = (performance.now() - begun) / 1000;
    return {
      json: { objects, bytes, seconds },
      text: facts([
        ['objects', objects],
        ['bytes', bytes],
        ['seconds', seconds.toFixed(2)],
        ['written', file],
      ]),
    };
  },
};
