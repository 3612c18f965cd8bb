// Entry of Electron's main process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as electron from 'electron';
import { defaultLibraryDirectory } from '../../host/locations.ts';
import { openElectronDoor } from './door.ts';

const { app } = electron;
// Built, this file is dist/host/electron-main.cjs; packaged, the same inside the archive, with what is opened by path beside it.
const host = __dirname.replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked');
const words = process.argv.slice(app.isPackaged ? 1 : 2);
const VERB = /^[a-z][a-z-]*$/;

if (words[0] !== undefined && VERB.test(words[0])) {
  // `fluence VERB …` of the packaged executable: the command line, without a window.
  process.argv = [process.argv[0] ?? '', 'fluence', ...words];
  void import(pathToFileURL(join(host, 'cli.mjs')).href);
} else {
  void openElectronDoor({
    electron,
    libraryDirectory: defaultLibraryDirectory(),
    resources: app.isPackaged
      ? join(process.resourcesPath, 'resources')
      : join(__dirname, '..', '..', 'resources'),
    windowFolder: join(__dirname, '..', 'window'),
    hostModule: join(host, 'electron-host.mjs'),
    preload: join(__dirname, 'electron-preload.cjs'),
    version: app.getVersion(),
  });
}
