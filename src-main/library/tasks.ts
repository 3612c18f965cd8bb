import type { Task } from '../../src-shared/compute/tasks/index.ts';
import {
  checkObjects,
  describeObjects,
  type CheckedObject,
  type DescribedObject,
  type ObjectsInput,
} from './checkObjects.ts';
import { nodeFileSystem } from './fileSystem.ts';
import { describeFile, dicomFiles } from './importing/describe.ts';
import { readFile, type ReadFileInput, type ReadFileOutput } from './importing/readFile.ts';

/** What the library asks of the workers; the pool registers `libraryTasks`. */
export const readFileTask: Task<ReadFileInput, ReadFileOutput> = {
  name: 'library.readFile',
  run: (input) => readFile(input, nodeFileSystem, dicomFiles),
};

export const checkObjectsTask: Task<ObjectsInput, CheckedObject[]> = {
  name: 'library.checkObjects',
  run: (input) => checkObjects(input, nodeFileSystem),
};

export const describeObjectsTask: Task<ObjectsInput, DescribedObject[]> = {
  name: 'library.describeObjects',
  run: (input) => describeObjects(input, nodeFileSystem, describeFile),
};

export const libraryTasks = [readFileTask, checkObjectsTask, describeObjectsTask] as const;
