import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { backupFile, discard, restoreBeside, use } from '../index.ts';

// A program of its own that restores a backup beside a place and uses it, then goes back, restores once more and throws
// that away again, for tests that kill it: restoreChild.ts PLACE BACKUP
const [place = '', backup = ''] = process.argv.slice(2);
const options = { runner: inlineRunner };
process.stdout.write('open\n');
const first = await restoreBeside(place, await backupFile(backup), options);
await use(place, first.name, options);
const second = await restoreBeside(place, await backupFile(backup), options);
await discard(place, second.name);
