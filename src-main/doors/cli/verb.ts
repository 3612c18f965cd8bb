import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import type { Library } from '../../library/types.ts';
import type { OptionTable, ParsedArguments } from './arguments.ts';
import type { Csv } from './resultFile.ts';

/** One input of the envelope: what was read, by its hash. A folder stands for itself, its files follow. */
export interface InputEntry {
  readonly path?: string;
  readonly uid?: string;
  readonly sha256: string | null;
}

/** What a verb is given. Everything that costs is made on first use. */
export interface VerbContext {
  readonly arguments: ParsedArguments;
  readonly signal: AbortSignal;
  /** The library of `--library`; opened (and created where `create`) on first use. */
  library(options?: { create?: boolean }): Promise<Library>;
  /** The workers, as many as `--threads`; they start with the first task. */
  readonly runner: TaskRunner;
  /** Notes what was read, for the envelope. */
  note(input: InputEntry): void;
  warn(sentence: string): void;
  /** A line that is overwritten on a terminal; dropped under `--quiet`. */
  progress(line: string): void;
}

export interface VerbResult {
  /** What stands beside `fluence` in the document. */
  readonly json: Readonly<Record<string, unknown>>;
  /** What a person reads on stdout. */
  readonly text: string;
  /** What `-o x.csv` holds. */
  readonly csv?: Csv;
  readonly exitCode?: number;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly example: string;
  readonly positional: { readonly minimum: number; readonly maximum: number; readonly what: string };
  readonly options: OptionTable;
  /** Extensions that `-o` takes ('.csv'); where there are none, so is no `-o`. */
  readonly writes: readonly string[];
  run(context: VerbContext): Promise<VerbResult>;
}
