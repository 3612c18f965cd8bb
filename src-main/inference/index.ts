import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../src-shared/model/index.ts';
import { installedModels, readManifest, type ModelManifest } from './manifest.ts';
import type { DoneMessage, Reply, RunMessage, TensorData } from './messages.ts';
import type { StartProcess } from './processPort.ts';

export { forkProcess, type ProcessPort, type StartProcess } from './processPort.ts';
export type { ModelManifest } from './manifest.ts';
export type { TensorData } from './messages.ts';

export interface Inference {
  models(): Promise<readonly string[]>;
  manifest(model: string): Promise<ModelManifest>;
  /**
   * Runs a model once in a process of its own: a crash or a leak ends with it, and an abort ends it at once.
   * @throws Failure INPUT_NOT_USABLE for a model or inputs that do not fit, CANCELLED after an abort.
   */
  run(
    model: string,
    inputs: Readonly<Record<string, TensorData>>,
    options?: { signal?: AbortSignal; threads?: number },
  ): Promise<Omit<DoneMessage, 'kind'>>;
}

function checkInputs(manifest: ModelManifest, inputs: Readonly<Record<string, TensorData>>): void {
  const refuse = (why: string): Failure =>
    new Failure('INPUT_NOT_USABLE', `The model "${manifest.title}" cannot take this: ${why}.`);
  for (const { name, dimensions } of manifest.inputs) {
    const tensor = inputs[name];
    if (!tensor) throw refuse(`its input "${name}" is missing`);
    const fits =
      tensor.dimensions.length === dimensions.length &&
      dimensions.every((size, axis) => size === null || size === tensor.dimensions[axis]);
    if (!fits)
      throw refuse(
        `"${name}" is ${tensor.dimensions.join(' × ')}, it wants ${dimensions.map((size) => size ?? 'any').join(' × ')}`,
      );
    if (tensor.data.length !== tensor.dimensions.reduce((product, size) => product * size, 1))
      throw refuse(`"${name}" holds ${tensor.data.length} values, its dimensions say otherwise`);
  }
}

export function createInference(options: {
  modelsDirectory: string;
  childModule: string;
  startProcess: StartProcess;
}): Inference {
  const folderOf = (model: string): string => {
    if (!/^[a-z0-9-]+$/.test(model)) throw new Failure('NOT_FOUND', `There is no model "${model}".`);
    return join(options.modelsDirectory, model);
  };

  function inProcess(
    message: RunMessage,
    title: string,
    signal: AbortSignal | undefined,
  ): Promise<DoneMessage> {
    return new Promise((resolve, reject) => {
      const child = options.startProcess(options.childModule);
      const cancelled = (): Failure => new Failure('CANCELLED', `The run of "${title}" was cancelled.`);
      const abort = (): void => {
        child.kill();
        reject(cancelled());
      };
      if (signal?.aborted) {
        abort();
        return;
      }
      signal?.addEventListener('abort', abort, { once: true });
      child.onMessage((raw) => {
        const reply = raw as Reply;
        signal?.removeEventListener('abort', abort);
        child.kill();
        if (reply.kind === 'done') resolve(reply);
        else reject(new Failure('INPUT_NOT_USABLE', `The model "${title}" did not run: ${reply.reason}.`));
      });
      child.onExit((code) => {
        signal?.removeEventListener('abort', abort);
        reject(
          new Failure(
            'INPUT_NOT_USABLE',
            `The model "${title}" ended its process (${code ?? 'killed'}) without an answer.`,
          ),
        );
      });
      child.send(message);
    });
  }

  return {
    models: () => installedModels(options.modelsDirectory),
    manifest: async (model) => (await readManifest(folderOf(model))).manifest,
    async run(model, inputs, { signal, threads = availableParallelism() } = {}) {
      const { manifest, modelFile } = await readManifest(folderOf(model));
      checkInputs(manifest, inputs);
      const { kind: _kind, ...result } = await inProcess(
        { kind: 'run', modelFile, providers: manifest.providers, threads, inputs },
        manifest.title,
        signal,
      );
      return result;
    },
  };
}
