import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { nodeFileSystem } from '../fileSystem.ts';
import { openLibraryOn } from '../openLibrary.ts';

// A program of its own that imports, for tests that kill it or run two at once: importChild.ts LIBRARY PATH…
const [directory = '', ...paths] = process.argv.slice(2);
const library = await openLibraryOn(nodeFileSystem, directory, { runner: inlineRunner, create: true });
process.stdout.write('open\n');
const report = await library.importPaths(paths, {
  title: 'child',
  who: 'child',
  batch: { files: 4, bytes: 1e9, milliseconds: 1e6 },
});
library.close();
process.stdout.write(
  `${JSON.stringify({ imported: report.imported, duplicates: report.duplicates, refused: report.refused.length })}\n`,
);
