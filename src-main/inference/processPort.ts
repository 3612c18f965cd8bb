import { fork } from 'node:child_process';

/** A process that the door started: utility process in Electron, fork elsewhere. */
export interface ProcessPort {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when it has ended, however it ended. */
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
}

export type StartProcess = (module: string) => ProcessPort;

/** Starts a module as a Node process of its own; typed arrays travel by structured clone. */
export const forkProcess: StartProcess = (module) => {
  const child = fork(module, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return {
    send: (message) => child.send(message as object),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.once('exit', (code) => listener(code)),
    kill: () => child.kill('SIGKILL'),
  };
};
