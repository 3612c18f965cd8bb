import { DOMAINS, type Client, type Domain, type Domains, type EventOf } from '../../src-shared/api/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import type { FluenceClient } from './client.ts';

export type FakeOverrides = { readonly [D in keyof Domains]?: Partial<Client<Domains[D]>> } & Partial<
  Pick<FluenceClient, 'fetchBulk' | 'upload' | 'restore'>
>;

export type FakeClient = FluenceClient & {
  emit<D extends keyof Domains, E extends keyof Domains[D]['events']>(
    domain: D,
    event: E,
    payload: EventOf<Domains[D], E>,
  ): void;
  setConnected(connected: boolean): void;
};

/** A client without a host, for component tests: what is not overridden fails with NOT_SUPPORTED_HERE. */
export function createFakeClient(overrides: FakeOverrides = {}): FakeClient {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const onConnection = new Set<(connected: boolean) => void>();
  const missing = (name: string) => () =>
    Promise.reject(new Failure('NOT_SUPPORTED_HERE', `The test gives no ${name}.`));
  const fill = <D extends keyof Domains>(name: D): Client<Domains[D]> => {
    const methods = Object.keys((DOMAINS[name] as Domain).methods);
    const stand = Object.fromEntries(methods.map((method) => [method, missing(`${name}.${method}`)]));
    const functions: unknown = { ...stand, ...overrides[name] };
    return functions as Client<Domains[D]>;
  };
  return {
    jobs: fill('jobs'),
    libraries: fill('libraries'),
    library: fill('library'),
    review: fill('review'),
    workstation: fill('workstation'),
    fetchBulk: overrides.fetchBulk ?? missing('fetchBulk'),
    upload: overrides.upload ?? missing('upload'),
    restore: overrides.restore ?? missing('restore'),
    on(domain, event, listener) {
      const key = `${domain}.${String(event)}`,
        heard = listeners.get(key) ?? new Set();
      const entry = (payload: unknown): void => listener(payload as Parameters<typeof listener>[0]);
      listeners.set(key, heard.add(entry));
      return () => void heard.delete(entry);
    },
    onConnection(listener) {
      onConnection.add(listener);
      listener(true);
      return () => void onConnection.delete(listener);
    },
    emit: (domain, event, payload) =>
      listeners.get(`${domain}.${String(event)}`)?.forEach((listener) => listener(payload)),
    setConnected: (connected) => onConnection.forEach((listener) => listener(connected)),
    close: () => undefined,
  };
}
