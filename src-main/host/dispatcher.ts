import type { z } from 'zod';
import type { AnswerMessage, Domain, Emit, EventMessage, Service } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import { describeError, type Log } from './defects.ts';

type AnyFunction = (request: unknown) => unknown;

export interface Dispatcher {
  /** Adds a domain and what implements it; made with the function that tells the domain's events. */
  serve<D extends Domain>(domain: D, make: (emit: Emit<D>) => Service<D>): void;
  call(domain: string, method: string, request: unknown): Promise<AnswerMessage>;
  onEvent(listener: (message: EventMessage) => void): () => void;
}

/** '[at].3: expected string' of the first thing that is wrong; paths and kinds only, never the values. */
function whatIsWrong(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'it does not fit the contract';
  const at = issue.path.map(String).join('.') || 'the request';
  return issue.code === 'unrecognized_keys'
    ? `${at} has fields that the contract does not know`
    : `${at} is not what the contract says (${issue.code})`;
}

/** Requests in, answers out, both validated by the contract (SPEC.md H1 to H6). */
export function createDispatcher(log: Log): Dispatcher {
  const domains = new Map<string, { domain: Domain; functions: ReadonlyMap<string, AnyFunction> }>();
  const listeners = new Set<(message: EventMessage) => void>();

  function emitter<D extends Domain>(domain: D): Emit<D> {
    return (event, payload) => {
      const checked = domain.events[event]?.safeParse(payload);
      if (checked?.success !== true) {
        describeError(
          new TypeError('an event that does not fit its contract'),
          `${domain.name}.${event}`,
          log,
        );
        return;
      }
      const message = { domain: domain.name, event, payload: checked.data };
      for (const listener of listeners) listener(message);
    };
  }

  async function answer(domainName: string, methodName: string, request: unknown): Promise<unknown> {
    const served = domains.get(domainName);
    const run = served?.functions.get(methodName);
    const method =
      served !== undefined && Object.hasOwn(served.domain.methods, methodName)
        ? served.domain.methods[methodName]
        : undefined;
    if (run === undefined || method === undefined)
      throw new Failure('NOT_FOUND', 'Fluence does not know this request; reload the window.');
    const given = method.request.safeParse(request);
    if (!given.success)
      throw new Failure(
        'USAGE',
        `The request ${domainName}.${methodName} was refused: ${whatIsWrong(given.error)}.`,
      );
    const made = method.response.safeParse(await run(given.data));
    if (!made.success) {
      // The host's own fault: a defect whose place is the contract, not a stack.
      log(`response of ${domainName}.${methodName}: ${whatIsWrong(made.error)}`);
      throw new TypeError('a response that does not fit its contract');
    }
    return made.data;
  }

  return {
    serve(domain, make) {
      const service = make(emitter(domain));
      const functions = new Map<string, AnyFunction>();
      for (const name of Object.keys(domain.methods)) functions.set(name, service[name] as AnyFunction);
      domains.set(domain.name, { domain, functions });
    },
    async call(domain, method, request) {
      try {
        return { ok: true, response: await answer(domain, method, request) };
      } catch (error) {
        const { code, message, detail } = describeError(
          error,
          `${domain}.${method}`.slice(0, 80).replace(/[^\w.]/g, '?'),
          log,
        );
        return { ok: false, error: { code, message, detail } };
      }
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
