import type { Finding } from '../../../src-shared/model/index.ts';
import type { VerbContext } from './verb.ts';

/** Says what was found about an object: warnings and errors go to the envelope; information is not worth a line each. */
export function tell(context: VerbContext, findings: readonly Finding[]): void {
  for (const { severity, message } of findings) if (severity !== 'information') context.warn(message);
}
