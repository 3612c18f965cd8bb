import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isFailure } from '../../../src-shared/model/index.ts';
import {
  createHost,
  defaultLibraryDirectory,
  endOnDefect,
  productFolder,
  productVersion,
} from '../../host/index.ts';
import { openBrowserDoor } from './door.ts';
import { openInBrowser } from './openInBrowser.ts';

const USAGE = 'browser-door [--library DIR] [--open]';

async function main(): Promise<void> {
  endOnDefect(
    process,
    (line) => void process.stderr.write(`${line}\n`),
    (code) => process.exit(code),
  );
  const { values } = parseArgs({
    options: { library: { type: 'string' }, open: { type: 'boolean', default: false } },
  });
  const host = await createHost({
    libraryDirectory: resolve(values.library ?? defaultLibraryDirectory()),
    door: 'browser',
    version: productVersion(),
    resources: productFolder('resources'),
  });
  for (const notice of host.notices) process.stderr.write(`${notice}\n`);
  const door = await openBrowserDoor({
    transport: host.transport,
    windowFolder: productFolder('dist/window'),
  });
  const url = door.newUrl();
  process.stdout.write(`${url}\n`);
  if (values.open) openInBrowser(url);

  let closing = false;
  const close = (): void => {
    if (closing) return;
    closing = true;
    void door
      .close()
      .then(() => host.close())
      .then(() => process.exit(0));
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
}

main().catch((error: unknown) => {
  if (isFailure(error)) process.stderr.write(`${error.message}\n`);
  else if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    process.stderr.write(`Usage: ${USAGE}\n`);
  else
    process.stderr.write(
      `Fluence could not start: ${error instanceof Error ? error.message : 'for a reason that is not known'}\n`,
    );
  process.exit(isFailure(error) ? 3 : 2);
});
