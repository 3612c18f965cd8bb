import { Failure } from '../../../src-shared/model/index.ts';
import type { VerbContext } from './verb.ts';

export async function openDemo(_context: VerbContext): Promise<void> {
  throw new Failure('NOT_SUPPORTED_HERE', 'The app cannot be opened here; write the demo patient with --out DIR.');
}
