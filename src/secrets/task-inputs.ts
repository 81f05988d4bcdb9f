import type { TaskArn } from '../model/arn.ts';
import type { ResolvedInputs, TaskInputs, TaskSpec } from '../model/ports.ts';

const NOTHING: ResolvedInputs = new Map();

/** Fetches what tasks need and keeps it, in memory, for as long as they live. */
export function createTaskInputs(
  fetchInputs: (spec: TaskSpec, signal: AbortSignal) => Promise<ResolvedInputs>,
): TaskInputs {
  const known = new Map<TaskArn, ResolvedInputs>();
  return {
    async resolve(spec, signal) {
      const found = known.get(spec.task.arn) ?? (await fetchInputs(spec, signal));
      if (found.size === 0) return NOTHING;
      known.set(spec.task.arn, found);
      return found;
    },
    forget({ arn }) {
      known.delete(arn);
    },
  };
}
