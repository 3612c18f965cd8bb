import type { Emit, jobsDomain, Service } from '../../src-shared/api/index.ts';
import type { JobManager } from '../jobs/index.ts';

export function jobsService(jobs: JobManager, emit: Emit<typeof jobsDomain>): Service<typeof jobsDomain> {
  jobs.onChange((job) => emit('changed', job));
  return {
    list: () => ({ jobs: [...jobs.list()] }),
    cancel({ id }) {
      jobs.cancel(id);
      return {};
    },
    dismiss({ id }) {
      jobs.dismiss(id);
      return {};
    },
  };
}
