import { isFailure } from '../../src-shared/model/index.ts';

/** What went wrong, as a person reads it: what happened to what, why and what to do, and details to copy. */
export interface Problem {
  readonly title: string;
  readonly sentence: string;
  readonly details: string;
  readonly code: string;
}

export function problemOf(error: unknown, title: string): Problem {
  if (isFailure(error)) {
    const lines = [`code: ${error.code}`];
    for (const [name, value] of Object.entries(error.detail))
      lines.push(`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return { title, sentence: error.message, details: lines.join('\n'), code: error.code };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    title,
    sentence:
      'Fluence did something it should not. Nothing was changed; try again, and send the details if it happens once more.',
    details: text,
    code: 'DEFECT',
  };
}
