export { openBrowserDoor, type BrowserDoor, type BrowserDoorOptions } from './door.ts';
export { createSessions, type Sessions } from './sessions.ts';
export { openInBrowser } from './openInBrowser.ts';
