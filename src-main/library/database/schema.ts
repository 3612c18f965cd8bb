import type { Migration } from './migrate.ts';
import { index0001 } from './migrations/index0001.ts';
import { workspace0001 } from './migrations/workspace0001.ts';
import { workspace0002 } from './migrations/workspace0002.ts';

export const INDEX_MIGRATIONS: readonly Migration[] = [index0001];
export const WORKSPACE_MIGRATIONS: readonly Migration[] = [workspace0001, workspace0002];
