import { Buffer } from 'node:buffer';
import type { FileSystem } from '../fileSystem.ts';
import type { Layout } from '../layout.ts';

/** Which backup a restored library came from. All times ISO 8601, UTC. */
export interface Origin {
  /** Of the backup; null where it does not say, as `version` of the Fluence that made it. */
  readonly made: string | null;
  readonly version: string | null;
  readonly restoredAt: string;
  /** First used in place of another library; null: not yet, and may be thrown away again. */
  readonly usedAt: string | null;
}

/** Writes it anew; not yet on the disk. */
export function noteOrigin(files: FileSystem, layout: Layout, origin: Origin): void {
  const part = `${layout.origin}.part`;
  files.removeFolder(part);
  files.write(part, Buffer.from(`${JSON.stringify(origin, null, 2)}\n`));
  files.rename(part, layout.origin);
}

/** null where the library was not restored. */
export function originOf(files: FileSystem, layout: Layout): Origin | null {
  if (!files.exists(layout.origin)) return null;
  try {
    const { made, version, restoredAt, usedAt } = JSON.parse(
      Buffer.from(files.read(layout.origin)).toString(),
    ) as Record<keyof Origin, unknown>;
    const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
    return {
      made: text(made),
      version: text(version),
      restoredAt: text(restoredAt) ?? '',
      // A file that cannot be understood throws nothing away.
      usedAt: usedAt === null ? null : (text(usedAt) ?? ''),
    };
  } catch {
    return { made: null, version: null, restoredAt: '', usedAt: '' };
  }
}
