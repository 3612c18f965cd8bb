import { createClient, type FluenceClient } from './client.ts';
import { electronTransport } from './electronTransport.ts';
import { httpTransport, type Transport } from './transport.ts';

export { bulkValues, fetchBulk, type FetchBulkOptions } from './bulk.ts';
export { createClient, type FluenceClient } from './client.ts';
export { createFakeClient, type FakeClient, type FakeOverrides } from './fake.ts';
export { atMostEvery } from './pace.ts';
export type { RestoreUpload } from './restore.ts';
export type { Transport } from './transport.ts';
export {
  filesOfDrop,
  filesOfInput,
  type UploadFile,
  type UploadProgress,
  type UploadRequest,
} from './upload.ts';
export { createWindowPool } from './workers/index.ts';

/** The window's client: over the door that the page came through, unless a door hands its own transport in. */
export const connect = async (
  transport: Transport = electronTransport() ?? httpTransport(),
): Promise<FluenceClient> => createClient(transport);
