import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { DOMAINS } from '../../src-shared/api/index.ts';
import { createThreadPool } from '../jobs/index.ts';
import { sweepRestores, use } from '../library/index.ts';
import type { AskWhereToSave } from '../services/backups.ts';
import { librariesService } from '../services/libraries.ts';
import type { AskForFiles } from '../services/library.ts';
import { describeError, type Log } from './defects.ts';
import { createDispatcher } from './dispatcher.ts';
import { createGate } from './gate.ts';
import { openRoom, type Room } from './room.ts';
import type { HostTransport } from './transport.ts';

export interface HostOptions {
  readonly libraryDirectory: string;
  readonly door: 'electron' | 'browser';
  readonly version: string;
  /** The product's `resources` folder. */
  readonly resources: string;
  /** The door's own dialogue, where it has one. */
  readonly askForFiles?: AskForFiles;
  readonly askWhereToSave?: AskWhereToSave;
  readonly workers?: number;
  /** Volumes and doses that are kept prepared, bytes. */
  readonly preparedBytes?: number;
  readonly log?: Log;
}

export interface Host {
  readonly transport: HostTransport;
  /** What opening the library had to do, a sentence each; mostly empty. */
  readonly notices: readonly string[];
  /** Stops jobs and workers, and closes the library. */
  close(): Promise<void>;
}

const PREPARED = 1.5 * 2 ** 30;

/**
 * The composition root: a pool, and a room with the library and its services, behind one transport for whichever door.
 * Another library may take the place of the one that is open: then the room is closed and one for it is opened, while
 * every request waits at the gate.
 * @throws Failure as `openPlace`.
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const log = options.log ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const describe = (error: unknown, where: string) => describeError(error, where, log);
  const pool = createThreadPool({ workers: options.workers ?? availableParallelism(), yields: true });
  const place = resolve(options.libraryDirectory);
  const dispatcher = createDispatcher(log);
  const gate = createGate();
  const enter = (): Promise<Room> =>
    openRoom(
      {
        place,
        runner: pool,
        door: options.door,
        version: options.version,
        resources: options.resources,
        askForFiles: options.askForFiles ?? null,
        askWhereToSave: options.askWhereToSave ?? null,
        preparedBytes: options.preparedBytes ?? PREPARED,
        describe,
      },
      dispatcher,
    );
  try {
    sweepRestores(place);
  } catch (error) {
    // What a killed restore left takes room, nothing else.
    describe(error, 'sweepRestores');
  }
  let room = await enter().catch(async (error: unknown) => {
    await pool.close();
    throw error;
  });

  async function change(name: string): Promise<void> {
    room.mustBeAtRest();
    await gate.shutFor(async () => {
      room.mustBeAtRest();
      await room.close();
      try {
        await use(place, name, { runner: pool });
      } finally {
        // Whichever it is now: where the other one was refused, the one before goes on.
        room = await enter();
      }
    });
  }
  dispatcher.serve(DOMAINS.libraries, (emit) =>
    librariesService({
      place,
      library: () => room.library,
      restores: () => room.restores,
      change,
      emit,
    }),
  );

  /** The one request that waits until all others are out. */
  const isChange = (domain: string, method: string): boolean =>
    domain === DOMAINS.libraries.name && method === 'use';

  return {
    get notices() {
      return room.library.notices;
    },
    transport: {
      call: (domain, method, request) => {
        const answer = () => dispatcher.call(domain, method, request);
        return isChange(domain, method) ? answer() : gate.through(answer);
      },
      onEvent: dispatcher.onEvent,
      bulk: (hash, slab) =>
        gate
          .through(() => room.bulk.read(hash, slab))
          .catch((error: unknown) => (describe(error, 'bulk'), null)),
      download: (token) =>
        gate
          .through(() => room.backups.take(token))
          .catch((error: unknown) => (describe(error, 'download'), null)),
      receive: (upload, body) =>
        gate
          .through(() => (room.restores.has(upload) ? room.restores : room.uploads).receive(upload, body))
          .catch((error: unknown) => {
            throw describe(error, 'upload');
          }),
    },
    async close() {
      await room.close();
      await pool.close();
    },
  };
}
