import { EXIT, facts, table } from '../output.ts';
import { meter } from '../progress.ts';
import type { Verb } from '../verb.ts';

export const verifyVerb: Verb = {
  name: 'verify',
  summary: 'Reads every stored file again and compares it with its hash, the index and the audit trail.',
  usage: 'verify [--library DIR]',
  example: 'verify --library ~/fluence-library',
  positional: { minimum: 0, maximum: 0, what: 'no arguments' },
  options: {},
  writes: [],
  async run(context) {
    const library = await context.library();
    const { objects, bad, index, auditTrail } = await library.verify({
      signal: context.signal,
      onProgress: meter(context.progress, {
        total: library.status().objects,
        unit: 'objects',
        done: 'read again',
      }),
    });
    const sound = bad.length === 0 && index === 'sound' && auditTrail === 'sound';
    const text = facts([
      ['objects', objects],
      ['bad', bad.length],
      ['index', index === 'rebuilt' ? 'did not agree with the objects and was made anew' : index],
      ['audit trail', auditTrail],
    ]);
    return {
      json: { objects, bad, index, auditTrail },
      text:
        bad.length === 0
          ? text
          : `${text}\n\n${table(
              ['object', 'what is wrong'],
              bad.map((b) => [b.uid, b.reason]),
            )}`,
      exitCode: sound ? EXIT.done : EXIT.check,
    };
  },
};
