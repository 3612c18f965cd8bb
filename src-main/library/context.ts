import type { TaskRunner } from '../../src-shared/compute/tasks/index.ts';
import type { Databases } from './database/databases.ts';
import type { FileSystem } from './fileSystem.ts';
import type { Layout } from './layout.ts';
import type { ObjectStore } from './store/objectStore.ts';

/** What the parts of an open library work with. */
export interface Context {
  readonly layout: Layout;
  readonly databases: Databases;
  readonly store: ObjectStore;
  readonly files: FileSystem;
  readonly runner: TaskRunner;
}
