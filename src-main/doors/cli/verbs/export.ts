import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Failure } from '../../../../src-shared/model/index.ts';
import type { StoredObject } from '../../../library/types.ts';
import { placeWhole } from '../../../services/objects/wholeFile.ts';
import { meter } from '../progress.ts';
import type { Verb } from '../verb.ts';

/** Names without a patient in them: modality, series, number, and enough of the hash to be unique. */
const fileName = (object: StoredObject): string =>
  `${object.series.modality || 'OT'}.${object.sopInstanceUid.replace(/[^0-9A-Za-z.-]/g, '_').slice(-64) || object.sha256.slice(0, 16)}.${object.sha256.slice(0, 8)}.dcm`;

export const exportVerb: Verb = {
  name: 'export',
  summary: 'Writes the files of patients, studies, series or objects as they are stored, byte for byte.',
  usage: 'export UID… DIR [--library DIR]',
  example: 'export 1.2.826.0.1.3680043.8.498.1 ~/for-the-archive',
  positional: { minimum: 2, maximum: Infinity, what: 'one or more UIDs and, last, the folder to write to' },
  options: {},
  writes: [],
  async run(context) {
    const uids = context.arguments.positional.slice(0, -1);
    const folder = resolve(context.arguments.positional.at(-1)!);
    const library = await context.library();
    const objects = new Map<string, StoredObject>();
    for (const uid of uids) {
      const found = library.objects(uid);
      if (found.length === 0)
        throw new Failure(
          'NOT_FOUND',
          `The library holds nothing with the UID ${uid}; "fluence list" shows what it holds.`,
        );
      for (const object of found) objects.set(object.sha256, object);
    }
    await mkdir(folder, { recursive: true });
    const files: string[] = [];
    const progress = meter(context.progress, { total: objects.size, unit: 'files', done: 'written' });
    for (const object of objects.values()) {
      context.signal.throwIfAborted();
      const file = join(folder, fileName(object));
      await placeWhole(file, (unfinished) =>
        copyFile(library.pathOf(object.sha256), unfinished, constants.COPYFILE_FICLONE),
      );
      context.note({ uid: object.sopInstanceUid, sha256: object.sha256 });
      files.push(file);
      progress(files.length / objects.size);
    }
    return { json: { files }, text: `${files.length} files in ${folder}` };
  },
};
