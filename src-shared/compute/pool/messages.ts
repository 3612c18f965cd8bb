import { Failure, FAILURE_CODES, type FailureCode, type FailureDetail } from '../../model/index.ts';

/** To the worker: one task at a time. */
export interface TaskMessage {
  readonly id: number;
  readonly task: string;
  readonly input: unknown;
}

/** How an error crosses to the pool: a Failure stays one, anything else keeps name and message. */
export interface TaskError {
  readonly code: FailureCode | null;
  readonly name: string;
  readonly message: string;
  readonly detail: FailureDetail;
}

/** From the worker: exactly one per TaskMessage. */
export type TaskAnswer =
  { readonly id: number; readonly output: unknown } | { readonly id: number; readonly error: TaskError };

export const packError = (error: unknown): TaskError =>
  error instanceof Failure
    ? { code: error.code, name: error.name, message: error.message, detail: error.detail }
    : error instanceof Error
      ? { code: null, name: error.name, message: error.message, detail: {} }
      : { code: null, name: 'Error', message: String(error), detail: {} };

export function unpackError(error: TaskError): Error {
  if (error.code !== null && FAILURE_CODES.includes(error.code))
    return new Failure(error.code, error.message, error.detail);
  const plain = new Error(error.message);
  plain.name = error.name;
  return plain;
}
