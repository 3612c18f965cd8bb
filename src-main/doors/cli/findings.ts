import type { Finding, FindingCode } from '../../../src-shared/model/index.ts';
import type { VerbContext } from './verb.ts';

/** Information that is told even so: the values are not those of the file. */
const CHANGED: readonly FindingCode[] = ['VALUES_ROUNDED'];

/**
 * Says what was found about an object: warnings and errors go to the envelope; information is not worth a line each,
 * but for what changes the values, and for the codes in `also`.
 */
export function tell(
  context: Pick<VerbContext, 'warn'>,
  findings: readonly Finding[],
  also: readonly FindingCode[] = [],
): void {
  for (const { code, severity, message } of findings)
    if (severity !== 'information' || CHANGED.includes(code) || also.includes(code)) context.warn(message);
}
