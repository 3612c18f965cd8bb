import type { Client, jobsDomain, librariesDomain } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';

export interface RestoreUpload {
  readonly job: string;
  /**
   * Resolves when the host has taken the file, or has refused it: then the job says why. Rejects with a Failure where
   * the file could not be read or sent; the job is cancelled then.
   */
  readonly sent: Promise<void>;
}

/** Sends a backup to the host, which restores it as it comes; at doors without a dialogue of their own. */
export async function restoreFile(
  libraries: Client<typeof librariesDomain>,
  jobs: Client<typeof jobsDomain>,
  file: File,
): Promise<RestoreUpload> {
  // What the browser cannot read it would not begin to send, and the host would wait.
  if (file.size === 0)
    throw new Failure('INPUT_NOT_USABLE', 'This file is empty, or may not be read; choose another one.');
  const { job, url } = await libraries.beginRestore({ bytes: file.size });
  const sent = fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: file,
  }).then(
    () => undefined,
    async () => {
      const known = (await jobs.list({})).jobs.find(({ id }) => id === job);
      // A host that has refused it reads no more, and the line breaks: no news.
      if (known === undefined || known.endedAt !== null) return;
      await jobs.cancel({ id: job });
      throw new Failure('INPUT_NOT_USABLE', 'The backup could not be read or sent; nothing was restored.');
    },
  );
  return { job, sent };
}
