import type { OpenDialogOptions, Session, WebContents } from 'electron';
import { listWindowFiles } from '../windowFiles.ts';
import type { ElectronApi } from './electronApi.ts';
import { createHostLink, type HostLink } from './hostLink.ts';
import type { Choice } from './wire.ts';
import { ORIGIN, SCHEME, SCHEME_PRIVILEGES, schemeHandler } from './scheme.ts';

export interface ElectronDoorOptions {
  readonly electron: ElectronApi;
  readonly libraryDirectory: string;
  readonly resources: string;
  readonly windowFolder: string;
  /** Module of the host's utility process. */
  readonly hostModule: string;
  readonly preload: string;
  readonly version: string;
}

const BACKUPS = [{ name: 'Library backup', extensions: ['tar'] }];
const TO_OPEN: Readonly<Record<Exclude<Choice, 'save'>, OpenDialogOptions>> = {
  folder: { properties: ['openDirectory', 'multiSelections'] },
  files: { properties: ['openFile', 'multiSelections'] },
  // A backup may have lost its extension on the way.
  backup: { properties: ['openFile'], filters: [...BACKUPS, { name: 'All files', extensions: ['*'] }] },
};

/** Nothing that the page asks of the system is granted; nothing leaves the machine. */
function lockDown(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, callback) => {
    const { protocol } = new URL(details.url);
    callback({ cancel: ![`${SCHEME}:`, 'blob:', 'data:', 'devtools:'].includes(protocol) });
  });
}

/** A page stays where it is: no navigation, no new windows, no embedded pages. */
function keepInPlace(contents: WebContents): void {
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (!url.startsWith(`${ORIGIN}/`)) event.preventDefault();
  };
  contents.on('will-navigate', (event) => stay(event, event.url));
  contents.on('will-redirect', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Opens the app in Electron. To be called before the app is ready, as the scheme must be known by then. */
export async function openElectronDoor(options: ElectronDoorOptions): Promise<void> {
  const { app, BrowserWindow, dialog, MessageChannelMain, protocol, session, utilityProcess } =
    options.electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  protocol.registerSchemesAsPrivileged([SCHEME_PRIVILEGES]);
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => keepInPlace(contents));
  await app.whenReady();

  let window: InstanceType<typeof BrowserWindow> | null = null;
  const choose = async (what: Choice, name: string): Promise<readonly string[]> => {
    if (what === 'save') {
      const options = { defaultPath: name, filters: BACKUPS };
      const { canceled, filePath } = window
        ? await dialog.showSaveDialog(window, options)
        : await dialog.showSaveDialog(options);
      return canceled || filePath === '' ? [] : [filePath];
    }
    const given = TO_OPEN[what];
    const { canceled, filePaths } = window
      ? await dialog.showOpenDialog(window, given)
      : await dialog.showOpenDialog(given);
    return canceled ? [] : filePaths;
  };
  const host: HostLink = createHostLink({
    process: utilityProcess.fork(options.hostModule, [], { serviceName: 'Fluence host', stdio: 'ignore' }),
    start: {
      libraryDirectory: options.libraryDirectory,
      resources: options.resources,
      version: options.version,
    },
    choose,
    onDeath: () => {
      dialog.showErrorBox(
        'Fluence has to close',
        'The part of Fluence that holds the library ended. Nothing that was saved is lost; start Fluence again.',
      );
      app.exit(70);
    },
  });

  const files = await listWindowFiles(options.windowFolder);
  lockDown(session.defaultSession);
  protocol.handle(SCHEME, schemeHandler(files, host));

  const openWindow = async (): Promise<void> => {
    window = new BrowserWindow({
      width: 1440,
      height: 900,
      minWidth: 1280,
      minHeight: 720,
      show: false,
      backgroundColor: '#101214',
      title: 'Fluence',
      webPreferences: {
        preload: options.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
      },
    });
    window.removeMenu();
    window.once('ready-to-show', () => window?.show());
    window.on('closed', () => (window = null));
    // Each load of the page, a reload too, gets a line of its own to the host.
    window.webContents.on('did-finish-load', () => {
      const { port1, port2 } = new MessageChannelMain();
      host.joinWindow(port1);
      window?.webContents.postMessage('line', null, [port2]);
    });
    await window.loadURL(`${ORIGIN}/index.html`);
  };

  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('activate', () => {
    if (!window) void openWindow();
  });
  app.on('window-all-closed', () => {
    void host.stop().then(() => app.quit());
  });
  try {
    await host.ready;
    await openWindow();
  } catch (error) {
    dialog.showErrorBox(
      'Fluence could not start',
      error instanceof Error ? error.message : 'The host did not answer.',
    );
    app.exit(3);
  }
}
