import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../src-shared/model/index.ts';

const port = z.object({ name: z.string(), dimensions: z.array(z.number().int().positive().nullable()) });

/** manifest.json beside a model's weights. null in `dimensions`: any size. */
export const manifestSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  version: z.string(),
  title: z.string(),
  file: z.string().regex(/^[A-Za-z0-9._-]+$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  licence: z.string(),
  inputs: z.array(port).min(1),
  outputs: z.array(port).min(1),
  /** In the order in which they are tried; the last is the one that always works. */
  providers: z.array(z.enum(['cuda', 'tensorrt', 'coreml', 'dml', 'webgpu', 'cpu'])).min(1),
});
export type ModelManifest = z.output<typeof manifestSchema>;

/** @throws Failure where the manifest is missing, malformed, or its weights are not the ones it names. */
export async function readManifest(folder: string): Promise<{ manifest: ModelManifest; modelFile: string }> {
  const refuse = (why: string): Failure =>
    new Failure('INPUT_NOT_USABLE', `The model in ${folder} cannot be used: ${why}.`);
  let text: string;
  try {
    text = await readFile(join(folder, 'manifest.json'), 'utf8');
  } catch {
    throw refuse('it has no manifest.json');
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw refuse('its manifest is not JSON');
  }
  const parsed = manifestSchema.safeParse(content);
  if (!parsed.success)
    throw refuse(`its manifest is not valid at "${parsed.error.issues[0]?.path.join('.') ?? ''}"`);
  const modelFile = join(folder, parsed.data.file);
  const weights = await readFile(modelFile).catch(() => {
    throw refuse(`${parsed.data.file} is missing`);
  });
  if (createHash('sha256').update(weights).digest('hex') !== parsed.data.sha256)
    throw refuse('its weights are not the ones that its manifest names');
  return { manifest: parsed.data, modelFile };
}

/** Names of the models installed in a folder. */
export async function installedModels(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
