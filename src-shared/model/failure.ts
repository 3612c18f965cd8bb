import type { FindingCode } from './finding.ts';

/** Why a request cannot be answered. A closed set: each door turns it into its own form (exit code, dialog). */
export const FAILURE_CODES = [
  'USAGE',
  'NOT_FOUND',
  'INPUT_NOT_USABLE',
  'FRAME_OF_REFERENCE_MISMATCH',
  'CHECK_FAILED',
  'CANCELLED',
  'LIBRARY_NEWER',
  'LIBRARY_READ_ONLY',
  'LIBRARY_BUSY',
  'LIBRARY_DAMAGED',
  'DISK_FULL',
  'NOT_SUPPORTED_HERE',
  'NOT_ALLOWED',
  'DEFECT',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** An expected failure. Its message is one sentence that tells a person what to do; never a stack trace. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly detail: FailureDetail;

  constructor(code: FailureCode, message: string, detail: FailureDetail = {}) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.detail = detail;
  }
}

export interface FailureDetail {
  /** The finding that stands behind a refused input. */
  readonly finding?: FindingCode;
  /** '(gggg,eeee)'. */
  readonly tag?: string;
  readonly [key: string]: unknown;
}

export const isFailure = (error: unknown): error is Failure => error instanceof Failure;
