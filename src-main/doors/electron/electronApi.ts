import type * as Electron from 'electron';

/** What the door uses of Electron: handed in, so that a stand-in can take its place where the binary cannot be had. */
export type ElectronApi = Pick<
  typeof Electron,
  'app' | 'BrowserWindow' | 'dialog' | 'MessageChannelMain' | 'protocol' | 'session' | 'utilityProcess'
>;
