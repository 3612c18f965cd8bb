import type { AnswerMessage, EventMessage } from '../../src-shared/api/index.ts';

/**
 * All that a door needs of the host: it carries these and knows nothing of what they mean. The browser door carries
 * calls by POST and events by Server-Sent Events, the Electron door both by a MessagePort.
 */
export interface HostTransport {
  /** Never rejects: what goes wrong is in the answer. `request` is whatever came; the host validates it. */
  call(domain: string, method: string, request: unknown): Promise<AnswerMessage>;
  onEvent(listener: (message: EventMessage) => void): () => void;
  /**
   * Bytes of a bulk URL, `/bulk/<hash>` with an optional `?slab=N`: the slab, or all of them in their order.
   * null where there is nothing (any more) of that hash: the window then asks the method again that gave it.
   */
  bulk(hash: string, slab: number | null): Promise<BulkBytes | null>;
  /** What a one-time URL of the host gives, `/download/<token>`; null where it was used or never was. */
  download(token: string): Promise<Download | null>;
  /**
   * Files of an upload begun with library.beginUpload, in a body as `filesOfUpload` reads it, or the backup of a restore
   * begun with libraries.beginRestore, as it is. Resolves when they are on disk; rejects with a Failure.
   */
  receive(upload: string, body: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface BulkBytes {
  readonly length: number;
  /** In order; made one at a time, so that a slow reader holds one. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A file that a person takes away. */
export interface Download extends BulkBytes {
  /** The name it is offered under. */
  readonly name: string;
}
