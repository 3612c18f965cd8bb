import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../src-shared/model/index.ts';
import type { Host, HostOptions, HostTransport } from '../../host/index.ts';
import { openElectronDoor } from './door.ts';
import type { ElectronApi } from './electronApi.ts';
import { runHostProcess, type ProcessPort, type WindowPort } from './hostProcess.ts';
import type { MainMessage, WindowMessage } from './wire.ts';

/** A port of Node's, with the face of Electron's. */
class Port extends EventEmitter implements WindowPort {
  readonly inner: MessagePort;
  constructor(inner: MessagePort) {
    super();
    this.inner = inner;
    inner.on('message', (data: unknown) => this.emit('message', { data }));
    inner.on('close', () => this.emit('close'));
  }
  postMessage(message: unknown): void {
    this.inner.postMessage(message);
  }
  start(): void {
    this.inner.start();
  }
}

class FakeTransport implements HostTransport {
  readonly listeners = new Set<Parameters<HostTransport['onEvent']>[0]>();
  received = new Map<string, string>();
  broken: string[] = [];
  call: HostTransport['call'] = async (domain, method, request) => ({
    ok: true,
    response: { domain, method, request },
  });
  onEvent: HostTransport['onEvent'] = (listener) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  bulk: HostTransport['bulk'] = async (hash, slab) => {
    if (!hash.startsWith('a')) return null;
    const parts = [Uint8Array.of(1, 2), Uint8Array.of(slab ?? 9)];
    return {
      length: 3,
      chunks: async function* () {
        yield* parts;
      },
    };
  };
  download: HostTransport['download'] = async () => null;
  receive: HostTransport['receive'] = async (upload, body) => {
    const parts: Uint8Array[] = [];
    try {
      for await (const chunk of body) {
        if (Buffer.from(chunk).includes('..'))
          throw new Failure('NOT_ALLOWED', 'The name of the file is not allowed.');
        parts.push(chunk);
      }
    } catch (error) {
      this.broken.push(upload);
      throw error;
    }
    this.received.set(upload, Buffer.concat(parts).toString());
  };
}

/** Electron as far as the door uses it: it records, and joins a host process that runs right here. */
class StandIn {
  readonly order: string[] = [];
  readonly app = Object.assign(new EventEmitter(), {
    requestSingleInstanceLock: () => true,
    enableSandbox: () => this.order.push('sandbox'),
    whenReady: async () => void this.order.push('ready'),
    quit: () => this.order.push('quit'),
    exit: (code: number) => this.order.push(`exit ${code}`),
  });
  privileges: unknown[] = [];
  handler: ((request: Request) => Promise<Response>) | null = null;
  permission: ((contents: unknown, permission: string, callback: (granted: boolean) => void) => void) | null =
    null;
  check: (() => boolean) | null = null;
  device: (() => boolean) | null = null;
  beforeRequest:
    ((details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void) | null = null;
  window: { options: Record<string, Record<string, unknown>>; contents: FakeContents; url: string } | null =
    null;
  chosen: string[] = ['/somewhere/case'];
  saveAs: string | null = '/somewhere/backup.tar';
  proposed = '';
  asked: unknown = null;
  hostOptions: HostOptions | null = null;
  errors: string[] = [];
  child = new EventEmitter();
  readonly toHost = new EventEmitter();
  readonly transport = new FakeTransport();
  startFails: Error | null = null;
  lines: Port[] = [];

  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: unknown[]) => {
      this.order.push('scheme');
      this.privileges = schemes;
    },
    handle: (_scheme: string, handler: (request: Request) => Promise<Response>) => (this.handler = handler),
  };
  readonly session = {
    defaultSession: {
      setPermissionRequestHandler: (handler: StandIn['permission']) => (this.permission = handler),
      setPermissionCheckHandler: (handler: () => boolean) => (this.check = handler),
      setDevicePermissionHandler: (handler: () => boolean) => (this.device = handler),
      webRequest: { onBeforeRequest: (handler: StandIn['beforeRequest']) => (this.beforeRequest = handler) },
    },
  };
  readonly dialog = {
    showOpenDialog: async (...given: readonly unknown[]) => {
      this.asked = given.at(-1);
      return { canceled: this.chosen.length === 0, filePaths: this.chosen };
    },
    showSaveDialog: async (...given: readonly unknown[]) => {
      this.proposed = (given.at(-1) as { defaultPath: string }).defaultPath;
      return { canceled: this.saveAs === null, filePath: this.saveAs ?? '' };
    },
    showErrorBox: (_title: string, text: string) => this.errors.push(text),
  };
  readonly MessageChannelMain = class {
    readonly port1: Port;
    readonly port2: Port;
    constructor() {
      const channel = new MessageChannel();
      this.port1 = new Port(channel.port1);
      this.port2 = new Port(channel.port2);
    }
  };
  readonly utilityProcess = {
    fork: () => {
      const parent: ProcessPort = {
        on: (_event, listener) => this.toHost.on('message', listener),
        postMessage: (message) => queueMicrotask(() => this.child.emit('message', message)),
      };
      const start = async (given: HostOptions): Promise<Host> => {
        this.hostOptions = given;
        if (this.startFails) throw this.startFails;
        return { transport: this.transport, notices: [], close: async () => void this.order.push('closed') };
      };
      runHostProcess(parent, (code) => this.child.emit('exit', code), start);
      return Object.assign(this.child, {
        postMessage: (message: MainMessage, ports: Port[] = []) =>
          this.toHost.emit('message', { data: message, ports }),
      });
    },
  };
  readonly BrowserWindow = windowClass(this);

  get api(): ElectronApi {
    return this as unknown as ElectronApi;
  }
}

/** A BrowserWindow that tells the stand-in what was done to it. */
const windowClass = (standIn: StandIn): new (options: Record<string, Record<string, unknown>>) => unknown =>
  class extends EventEmitter {
    readonly webContents = new FakeContents(standIn);
    constructor(options: Record<string, Record<string, unknown>>) {
      super();
      standIn.app.emit('web-contents-created', {}, this.webContents);
      standIn.window = { options, contents: this.webContents, url: '' };
    }
    removeMenu(): void {
      standIn.order.push('no menu');
    }
    show(): void {
      standIn.order.push('shown');
    }
    async loadURL(url: string): Promise<void> {
      if (standIn.window) standIn.window.url = url;
      this.emit('ready-to-show');
      this.webContents.emit('did-finish-load');
    }
  };

class FakeContents extends EventEmitter {
  openHandler: (() => { action: string }) | null = null;
  readonly outer: StandIn;
  constructor(outer: StandIn) {
    super();
    this.outer = outer;
  }
  setWindowOpenHandler(handler: () => { action: string }): void {
    this.openHandler = handler;
  }
  postMessage(_channel: string, _message: unknown, ports: Port[]): void {
    this.outer.lines.push(...ports);
  }
}

let folder: string;
let standIn: StandIn;
const open = (): Promise<void> =>
  openElectronDoor({
    electron: standIn.api,
    libraryDirectory: join(folder, 'library'),
    resources: folder,
    windowFolder: folder,
    hostModule: 'host.mjs',
    preload: '/app/preload.cjs',
    version: '1.2.3',
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'electron-door-'));
  writeFileSync(join(folder, 'index.html'), '<title>Fluence</title>');
  standIn = new StandIn();
});
afterEach(() => {
  for (const line of standIn.lines) line.inner.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, init?: RequestInit): Promise<Response> => standIn.handler!(new Request(url, init));
const stopped = (contents: EventEmitter, event: string, url: string): boolean => {
  let prevented = false;
  contents.emit(event, { url, preventDefault: () => (prevented = true) });
  return prevented;
};

describe('the Electron door on a stand-in', () => {
  it('registers its scheme before the app is ready, without CORS and without a way round the CSP', async () => {
    await open();
    expect(standIn.order.indexOf('scheme')).toBeLessThan(standIn.order.indexOf('ready'));
    expect(standIn.order.indexOf('sandbox')).toBeLessThan(standIn.order.indexOf('ready'));
    expect(standIn.privileges).toEqual([
      {
        scheme: 'fluence',
        privileges: {
          standard: true,
          secure: true,
          supportFetchAPI: true,
          stream: true,
          corsEnabled: false,
          bypassCSP: false,
        },
      },
    ]);
  });

  it('opens a sandboxed window with context isolation and no Node', async () => {
    await open();
    expect(standIn.window?.url).toBe('fluence://app/index.html');
    expect(standIn.window?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  it('serves the window with CSP, COOP, COEP and CORP on every answer', async () => {
    await open();
    for (const url of ['fluence://app/', 'fluence://app/index.html', 'fluence://app/nowhere.js']) {
      const { headers } = await get(url);
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
      expect(headers.get('Content-Security-Policy')).toContain("'wasm-unsafe-eval'");
      expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
      expect(headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
    }
    expect(await (await get('fluence://app/')).text()).toContain('Fluence');
  });

  it.each([
    ['another host', 'fluence://other/index.html', {}, 403],
    ['another origin', 'fluence://app/index.html', { headers: { origin: 'https://example.org' } }, 403],
    ['a climb out of its folder', 'fluence://app/%2e%2e/secret', {}, 404],
    ['a method it does not take', 'fluence://app/index.html', { method: 'PUT' }, 405],
    ['a bulk name that is none', 'fluence://app/bulk/..%2fpasswd', {}, 400],
  ])('refuses %s', async (_what, url, init, status) => {
    await open();
    expect((await get(url, init)).status).toBe(status);
  });

  it('denies permissions, devices, navigation, embedded pages, new windows and the network', async () => {
    await open();
    let granted = true;
    standIn.permission!(null, 'media', (answer) => (granted = answer));
    expect(granted).toBe(false);
    expect(standIn.check!()).toBe(false);
    expect(standIn.device!()).toBe(false);
    const { contents } = standIn.window!;
    expect(stopped(contents, 'will-navigate', 'https://example.org/')).toBe(true);
    expect(stopped(contents, 'will-redirect', 'file:///etc/passwd')).toBe(true);
    expect(stopped(contents, 'will-navigate', 'fluence://app/index.html')).toBe(false);
    expect(stopped(contents, 'will-attach-webview', '')).toBe(true);
    expect(contents.openHandler!()).toEqual({ action: 'deny' });
    const cancelled = (url: string): boolean => {
      let cancel = false;
      standIn.beforeRequest!({ url }, (answer) => (cancel = answer.cancel));
      return cancel;
    };
    expect([
      cancelled('https://example.org/'),
      cancelled('fluence://app/a.js'),
      cancelled('blob:fluence://app/1'),
    ]).toEqual([true, false, false]);
  });

  it('carries calls, answers and events between window and host by their own port', async () => {
    await open();
    const [line] = standIn.lines;
    const came: WindowMessage[] = [];
    const two = new Promise<void>((resolve) =>
      line!.on('message', ({ data }: { data: WindowMessage }) => {
        came.push(data);
        if (came.length === 2) resolve();
      }),
    );
    line!.postMessage({ id: 7, domain: 'library', method: 'tree', request: { search: '' } });
    await expect.poll(() => standIn.transport.listeners.size).toBe(1);
    for (const listener of standIn.transport.listeners)
      listener({ domain: 'jobs', event: 'changed', payload: 1 });
    await two;
    expect(came).toContainEqual({
      id: 7,
      answer: { ok: true, response: { domain: 'library', method: 'tree', request: { search: '' } } },
    });
    expect(came).toContainEqual({ event: { domain: 'jobs', event: 'changed', payload: 1 } });
  });

  it('serves bulk data by hash and slab', async () => {
    await open();
    const hash = 'a'.repeat(64);
    expect([...new Uint8Array(await (await get(`fluence://app/bulk/${hash}?slab=4`)).arrayBuffer())]).toEqual(
      [1, 2, 4],
    );
    expect((await get(`fluence://app/bulk/${'b'.repeat(64)}`)).status).toBe(404);
  });

  it('passes uploads on and gives the refusal of the host back', async () => {
    await open();
    const upload = `${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`;
    const url = `fluence://app/upload/${upload}`;
    expect((await get(url, { method: 'POST', body: 'pixels' })).status).toBe(200);
    expect(standIn.transport.received.get(upload)).toBe('pixels');
    const refused = await get(url, { method: 'POST', body: '../a.dcm' });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('not allowed');
  });

  it('lets the host end an upload that the window breaks off', async () => {
    await open();
    const upload = `${'1'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`;
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('half'));
        controller.error(new Error('cancelled'));
      },
    });
    const init = { method: 'POST', body: broken, duplex: 'half' };
    expect((await get(`fluence://app/upload/${upload}`, init)).status).toBe(400);
    expect(standIn.transport.broken).toEqual([upload]);
    expect(standIn.transport.received.has(upload)).toBe(false);
  });

  it('asks what to read and where to save by dialogues of the system', async () => {
    await open();
    const { askForFiles, askWhereToSave } = standIn.hostOptions!;
    expect(await askForFiles!('folder')).toEqual(['/somewhere/case']);
    expect(standIn.asked).toEqual({ properties: ['openDirectory', 'multiSelections'] });
    expect(await askForFiles!('backup')).toEqual(['/somewhere/case']);
    expect(standIn.asked).toMatchObject({ properties: ['openFile'], filters: [{ extensions: ['tar'] }, {}] });
    expect(await askWhereToSave!('fluence-library.tar')).toBe('/somewhere/backup.tar');
    expect(standIn.proposed).toBe('fluence-library.tar');
    standIn.saveAs = null;
    expect(await askWhereToSave!('fluence-library.tar')).toBeNull();
  });

  it('says why it cannot start, and that its host died', async () => {
    standIn.startFails = new Failure('LIBRARY_NEWER', 'The library was made by a newer Fluence.');
    await open();
    expect(standIn.errors).toEqual(['The library was made by a newer Fluence.']);
    expect(standIn.order).toContain('exit 3');
    standIn = new StandIn();
    await open();
    standIn.child.emit('exit', 9);
    expect(standIn.order).toContain('exit 70');
  });

  it('closes the library before it quits', async () => {
    await open();
    standIn.app.emit('window-all-closed');
    await expect.poll(() => standIn.order.includes('quit')).toBe(true);
    expect(standIn.order.indexOf('closed')).toBeLessThan(standIn.order.indexOf('quit'));
  });
});
