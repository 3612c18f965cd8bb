import type { AnswerMessage, EventMessage } from '../../../src-shared/api/index.ts';

/** Window → host process, by their own message port: the main process only joins the two. */
export interface CallMessage {
  readonly id: number;
  readonly domain: string;
  readonly method: string;
  readonly request: unknown;
}

/** Host process → window. */
export type WindowMessage =
  { readonly id: number; readonly answer: AnswerMessage } | { readonly event: EventMessage };

/** Main process → host process. Ports travel beside the message. */
export type MainMessage =
  | {
      readonly kind: 'start';
      readonly libraryDirectory: string;
      readonly resources: string;
      readonly version: string;
    }
  | { readonly kind: 'window' }
  | { readonly kind: 'bulk'; readonly id: number; readonly hash: string; readonly slab: number | null }
  | { readonly kind: 'upload'; readonly id: number; readonly upload: string }
  /** null: the end of the body. */
  | { readonly kind: 'chunk'; readonly id: number; readonly bytes: Uint8Array | null }
  /** The rest of a body will not come. */
  | { readonly kind: 'broken'; readonly id: number }
  | { readonly kind: 'chosen'; readonly id: number; readonly paths: readonly string[] }
  | { readonly kind: 'stop' };

/** Host process → main process. */
export type HostMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly sentence: string }
  | { readonly kind: 'bulk'; readonly id: number; readonly bytes: Uint8Array | null }
  | { readonly kind: 'taken'; readonly id: number }
  | {
      readonly kind: 'uploaded';
      readonly id: number;
      readonly refusal: { readonly code: string; readonly sentence: string } | null;
    }
  | { readonly kind: 'choose'; readonly id: number; readonly what: Choice; readonly name: string };

/** What a dialogue of the system asks for: what to read, or under which name to save. */
export type Choice = 'folder' | 'files' | 'backup' | 'save';
