import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../../../src-shared/model/index.ts';
import { productFolder } from '../../../host/product.ts';
import { writeDemo } from '../../../services/demo.ts';
import type { Verb } from '../verb.ts';

export const demoVerb: Verb = {
  name: 'demo',
  summary:
    'The demo patient, a synthetic pelvis with CT, structures, plan and dose: opens the app on it, or writes it out.',
  usage: 'demo [--out DIR | --import | --no-browser]',
  example: 'demo --out demo-patient',
  positional: { minimum: 0, maximum: 0, what: 'no arguments besides options' },
  options: {
    out: { kind: 'text', value: 'DIR', help: 'write the DICOM files there instead of opening the app' },
    import: { kind: 'flag', help: 'only bring it into the library' },
    'no-browser': { kind: 'flag', help: 'print the address instead of opening a browser' },
  },
  writes: [],
  async run(context) {
    const { arguments: args } = context,
      out = args.text('out'),
      importOnly = args.flag('import');
    if (out !== undefined) {
      if (importOnly || args.flag('no-browser'))
        throw new Failure(
          'USAGE',
          '--out only writes the files; it goes with neither --import nor --no-browser.',
        );
      const folder = resolve(out);
      await mkdir(folder, { recursive: true });
      const files = await writeDemo(folder, productFolder('resources'));
      return { json: { files }, text: `${files.length} files in ${folder}` };
    }
    const { openDemo } = await import('../openDemo.ts');
    await openDemo(context, { openBrowser: !args.flag('no-browser'), importOnly });
    return importOnly
      ? { json: { imported: true }, text: 'The demo patient is in the library.' }
      : { json: { imported: true }, text: 'Fluence was closed.' };
  },
};
