import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { librariesAt, openLibrary, openPlace, sweepRestores } from '../index.ts';
import { startImport, startRestore, type Child } from './children.ts';
import { writeCtFolder } from './ctFiles.ts';

export interface KillOutcome {
  readonly kills: number;
  /** Kills that came before the end of an import. */
  readonly midway: number;
  /** Sentences about what was not as it must be; none where all is well. */
  readonly wrong: readonly string[];
}

/**
 * Kills an import (SIGKILL) at moments spread over its duration, the library of the kill before being imported into again,
 * and looks after each at what is left: it must open, be sound, and hold all that it held. `random` answers 0 to 1.
 */
export async function killImports(
  folder: string,
  source: string,
  objects: number,
  kills: number,
  random: () => number,
): Promise<KillOutcome> {
  const wrong: string[] = [];
  let midway = 0;
  let library = join(folder, 'library-0');
  let held = 0;
  const duration = await timed(() => startImport(join(folder, 'whole'), [source]));
  for (let kill = 1; kill <= kills; kill++) {
    const child = startImport(library, [source]);
    const { code, errors } = await killedWithin(child, random() * duration);
    if (code === null) midway++;
    else if (code !== 0) wrong.push(`kill ${kill}: ended by itself with ${code}: ${errors}`);
    const found = await soundObjects(library);
    if (typeof found === 'string') wrong.push(`kill ${kill}: ${found}`);
    else if (found < held) wrong.push(`kill ${kill}: ${held} objects were held before, ${found} after`);
    else held = found;
    if (held < objects && kill % 4 !== 0) continue;
    // Let it end, and begin with a new one.
    const last = await startImport(library, [source]).ended;
    const complete = await soundObjects(library);
    if (last.code !== 0 || complete !== objects)
      wrong.push(`after kill ${kill}: import again gave ${complete} of ${objects}: ${last.errors}`);
    library = join(folder, `library-${kill}`);
    held = 0;
  }
  return { kills, midway, wrong };
}

/**
 * Kills a restore and the change to the library that comes of it at moments spread over its duration, and looks after
 * each at what is left: the library before or the one from the backup must open, whole; no other may look like one; and
 * the next start must leave nothing of what was not finished.
 */
export async function killRestores(
  folder: string,
  kills: number,
  random: () => number,
): Promise<KillOutcome> {
  const wrong: string[] = [];
  let midway = 0;
  const backup = join(folder, 'backup.tar');
  writeCtFolder(join(folder, 'before'), { name: 'A', slices: 24, size: 64 });
  writeCtFolder(join(folder, 'after'), { name: 'B', slices: 8 });
  const prepare = async (name: string): Promise<string> => {
    const place = join(folder, name, 'library');
    const library = await openLibrary(place, { runner: inlineRunner, create: true });
    await library.importPaths([join(folder, 'before')], { title: 'before', who: 'test' });
    await library.backup(backup, {});
    await library.importPaths([join(folder, 'after')], { title: 'after', who: 'test' });
    library.close();
    return place;
  };
  const whole = await prepare('whole');
  let duration = await timed(() => startRestore(whole, backup));
  for (let kill = 1; kill <= kills; kill++) {
    const place = await prepare(`kill-${kill}`);
    const child = startRestore(place, backup);
    const { code, errors, took } = await killedWithin(child, random() * duration);
    if (code === null) midway++;
    else if (code === 0) duration = took;
    else wrong.push(`kill ${kill}: ended by itself with ${code}: ${errors}`);
    sweepRestores(place);
    const libraries = librariesAt(place);
    for (const { name, directory } of libraries) {
      const found = await soundObjects(directory);
      if (found !== (name === 'library' ? 32 : 24)) wrong.push(`kill ${kill}: ${name} holds ${found}`);
    }
    const beside = readdirSync(join(place, '..')).filter((name) => !name.endsWith('.json'));
    if (beside.length !== libraries.length) wrong.push(`kill ${kill}: left ${beside.join(', ')}`);
    const opened = await openPlace(place, { runner: inlineRunner });
    const objects = opened.list('objects', {}).length;
    opened.close();
    if (objects !== 32 && objects !== 24) wrong.push(`kill ${kill}: what opens holds ${objects}`);
  }
  return { kills, midway, wrong };
}

/**
 * Kills a child so long after it is at work. `took`: until its end; of one that ended by itself that is how long the whole
 * takes at the machine's present pace.
 */
async function killedWithin(
  child: Child,
  milliseconds: number,
): Promise<{ code: number | null; errors: string; took: number }> {
  await child.opened;
  const from = performance.now();
  const timer = setTimeout(() => child.process.kill('SIGKILL'), milliseconds);
  const { code, errors } = await child.ended;
  clearTimeout(timer);
  return { code, errors, took: performance.now() - from };
}

async function timed(start: () => Child): Promise<number> {
  const child = start();
  await child.opened;
  const from = performance.now();
  await child.ended;
  return performance.now() - from;
}

/** How many objects a sound library holds; a sentence where it is not sound. */
async function soundObjects(directory: string): Promise<number | string> {
  const library = await openLibrary(directory, { runner: inlineRunner, create: true });
  try {
    const { objects, bad, index, auditTrail } = await library.verify({});
    const listed = library.list('objects', {}).length;
    const sound = bad.length === 0 && index === 'sound' && auditTrail === 'sound' && listed === objects;
    return sound ? objects : JSON.stringify({ objects, listed, bad, index, auditTrail });
  } finally {
    library.close();
  }
}
