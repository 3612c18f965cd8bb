// The host behind a browser door, with a dialogue that is answered at once: what a person at the Electron door does.
// node bench/support/dialogueDoor.ts LIBRARY FOLDER prints its URL.
import { createHost, productFolder, productVersion } from '../../src-main/host/index.ts';
import { openBrowserDoor } from '../../src-main/doors/browser/index.ts';

const [library = '', chosen = ''] = process.argv.slice(2);
const host = await createHost({
  libraryDirectory: library,
  door: 'browser',
  version: productVersion(),
  resources: productFolder('resources'),
  askForFiles: async () => [chosen],
});
const door = await openBrowserDoor({ transport: host.transport, windowFolder: productFolder('dist/window') });
process.stdout.write(`${door.newUrl()}\n`);
process.on('SIGTERM', () => {
  void door
    .close()
    .then(() => host.close())
    .then(() => process.exit(0));
});
