// Entry of Electron's utility process.
import { runHostProcess, type ProcessPort } from './hostProcess.ts';

const { parentPort } = process as { parentPort?: ProcessPort };
if (!parentPort) throw new Error('this file is the entry of a utility process');
runHostProcess(parentPort, (code) => process.exit(code));
