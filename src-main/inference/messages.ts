/** What host and inference process say to one another. Typed arrays travel by structured clone. */
export interface TensorData {
  readonly data: Float32Array;
  readonly dimensions: readonly number[];
}

export interface RunMessage {
  readonly kind: 'run';
  readonly modelFile: string;
  readonly providers: readonly string[];
  readonly threads: number;
  readonly inputs: Readonly<Record<string, TensorData>>;
}

export interface DoneMessage {
  readonly kind: 'done';
  readonly outputs: Readonly<Record<string, TensorData>>;
  /** The provider that ran it. */
  readonly provider: string;
  /** Providers that were asked before and why they did not serve. */
  readonly passedOver: readonly { readonly provider: string; readonly reason: string }[];
  readonly seconds: number;
}

export interface FailedMessage {
  readonly kind: 'failed';
  readonly reason: string;
}

export type Reply = DoneMessage | FailedMessage;
