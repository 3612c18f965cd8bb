// Starts the app: in Electron where its binary is there, otherwise in a browser.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { electronBinary } from './electron.mjs';
import { root } from './node.mjs';

const electron = electronBinary();
if (!electron)
  process.stderr.write(
    'Electron is not here ("npx install-electron" fetches it): Fluence opens in the browser.\n',
  );
const [program, ...args] = electron
  ? [electron, root]
  : [process.execPath, join(root, 'dist', 'host', 'browser-door.mjs'), '--open'];
const child = spawn(program, [...args, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 0));
