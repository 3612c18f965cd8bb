// Entry of Electron's utility process.
import { yieldToTheWindow } from '../../host/index.ts';
import { runHostProcess, type ProcessPort } from './hostProcess.ts';

yieldToTheWindow();
const { parentPort } = process as { parentPort?: ProcessPort };
if (!parentPort) throw new Error('this file is the entry of a utility process');
runHostProcess(parentPort, (code) => process.exit(code));
