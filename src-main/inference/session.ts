import { InferenceSession, Tensor, listSupportedBackends } from 'onnxruntime-node';
import type { DoneMessage, RunMessage, TensorData } from './messages.ts';

/** One sentence of what onnxruntime said. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

/** Where a provider is not in this build, asking it would only print noise. */
const available = (provider: string): boolean =>
  listSupportedBackends().some((backend) => backend.name === provider && backend.bundled);

async function open(
  message: RunMessage,
): Promise<{ session: InferenceSession; provider: string; passedOver: DoneMessage['passedOver'] }> {
  const passedOver: { provider: string; reason: string }[] = [];
  for (const provider of message.providers) {
    if (!available(provider)) {
      passedOver.push({ provider, reason: 'not part of this installation' });
      continue;
    }
    try {
      const session = await InferenceSession.create(message.modelFile, {
        executionProviders: [provider],
        intraOpNumThreads: message.threads,
        logSeverityLevel: 4,
      });
      return { session, provider, passedOver };
    } catch (error) {
      // A fault of the model is the same with every provider: only the last one's counts.
      if (provider === message.providers.at(-1)) throw error;
      passedOver.push({ provider, reason: reasonOf(error) });
    }
  }
  throw new Error(`none of ${message.providers.join(', ')} can run here`);
}

/** Runs a model once. @throws Error with one sentence where the model or its inputs do not fit. */
export async function runModel(message: RunMessage): Promise<DoneMessage> {
  const { session, provider, passedOver } = await open(message);
  try {
    const started = performance.now();
    const feeds = Object.fromEntries(
      Object.entries(message.inputs).map(([name, { data, dimensions }]) => [
        name,
        new Tensor('float32', data, dimensions),
      ]),
    );
    const results = await session.run(feeds);
    const outputs: Record<string, TensorData> = {};
    for (const [name, tensor] of Object.entries(results))
      outputs[name] = { data: Float32Array.from(tensor.data as Float32Array), dimensions: [...tensor.dims] };
    return { kind: 'done', outputs, provider, passedOver, seconds: (performance.now() - started) / 1000 };
  } finally {
    await session.release();
  }
}
