export { endOnDefect } from './defects.ts';
export { createHost, type Host, type HostOptions } from './host.ts';
export { defaultLibraryDirectory } from './locations.ts';
export { productFolder, productVersion } from './product.ts';
export type { BulkBytes, HostTransport } from './transport.ts';
