import {
  answerMessage,
  DOMAINS,
  eventMessage,
  type Client,
  type Domain,
  type Domains,
  type EventOf,
} from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import { fetchBulk } from './bulk.ts';
import type { Transport } from './transport.ts';
import { restoreFile, type RestoreUpload } from './restore.ts';
import { uploadFiles, type UploadRequest } from './upload.ts';

/** The host's domains as functions, and what goes beside calls: events, the state of the line, bytes. */
export type FluenceClient = { readonly [D in keyof Domains]: Client<Domains[D]> } & {
  on<D extends keyof Domains, E extends keyof Domains[D]['events']>(
    domain: D,
    event: E,
    listener: (payload: EventOf<Domains[D], E>) => void,
  ): () => void;
  /** Told at once how the line stands, then at each change; after a break, ask again for what may have changed. */
  onConnection(listener: (connected: boolean) => void): () => void;
  readonly fetchBulk: typeof fetchBulk;
  /** Sends files to the host and starts their import. @throws Failure; CANCELLED where the signal stops it. */
  upload(request: UploadRequest): Promise<{ readonly job: string }>;
  /** Sends a backup to the host and starts its restore. @throws Failure */
  restore(file: File): Promise<RestoreUpload>;
  close(): void;
};

const UNREACHABLE =
  'Fluence does not answer. If it was closed, start it again; your data are safe in the library.';

/** One call, checked on both ways: what leaves fits the contract, and what comes back too. */
async function callChecked(
  transport: Transport,
  domain: Domain,
  method: string,
  request: unknown,
): Promise<unknown> {
  const schema = domain.methods[method];
  if (schema === undefined) throw new Failure('DEFECT', `There is no request ${domain.name}.${method}.`);
  const given = schema.request.safeParse(request);
  if (!given.success)
    throw new Failure('USAGE', `The request ${domain.name}.${method} does not fit its contract.`);
  const came = await transport.call(domain.name, method, given.data).catch(() => {
    throw new Failure('NOT_ALLOWED', UNREACHABLE);
  });
  const answer = answerMessage.safeParse(came);
  if (!answer.success)
    throw new Failure('DEFECT', `The answer to ${domain.name}.${method} could not be read.`);
  if (!answer.data.ok)
    throw new Failure(answer.data.error.code, answer.data.error.message, answer.data.error.detail);
  const response = schema.response.safeParse(answer.data.response);
  if (!response.success)
    throw new Failure('DEFECT', `The answer to ${domain.name}.${method} does not fit its contract.`);
  return response.data;
}

/** The functions of one domain over a transport. */
export function clientOf<D extends Domain>(domain: D, transport: Transport): Client<D> {
  const functions: unknown = Object.fromEntries(
    Object.keys(domain.methods).map((method) => [
      method,
      (request: unknown) => callChecked(transport, domain, method, request),
    ]),
  );
  // Every method of the domain is there, and its answer is parsed by its own schema.
  return functions as Client<D>;
}

/** The typed client over any door's transport. */
export function createClient(transport: Transport): FluenceClient {
  const domains = {
    jobs: clientOf(DOMAINS.jobs, transport),
    libraries: clientOf(DOMAINS.libraries, transport),
    library: clientOf(DOMAINS.library, transport),
    review: clientOf(DOMAINS.review, transport),
    workstation: clientOf(DOMAINS.workstation, transport),
  };
  return {
    ...domains,
    on(domain, event, listener) {
      const schema = (DOMAINS[domain] as Domain).events[String(event)];
      return transport.onEvent((came) => {
        const message = eventMessage.safeParse(came);
        if (!message.success || message.data.domain !== domain || message.data.event !== event) return;
        const payload = schema?.safeParse(message.data.payload);
        // Parsed by the event's own schema just now.
        if (payload?.success === true) listener(payload.data as Parameters<typeof listener>[0]);
      });
    },
    onConnection: (listener) => transport.onConnection(listener),
    fetchBulk,
    upload: (request) => uploadFiles(domains.library, request),
    restore: (file) => restoreFile(domains.libraries, domains.jobs, file),
    close: () => transport.close(),
  };
}
