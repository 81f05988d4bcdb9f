import type { TaskArn } from '../model/arn.ts';
import { once } from '../lib/once.ts';
import { createRedactor } from '../lib/redact.ts';
import type { ContainerInputs, ResolvedInputs, TaskInputs } from '../model/ports.ts';
import type { AwsCalls } from '../model/local-apis.ts';

export type TaskInputsOptions = {
  readonly upstreamUrl: string | undefined;
  /** Files on this machine, in the order in which they count. */
  readonly secretsFiles: readonly string[];
  /** They were asked for by name, so that they are to be there. */
  readonly areSecretsFilesNamed: boolean;
};

/**
 * Fetches what tasks need from local files, then from the upstream, or without one from what this sidecar itself stores, and
 * keeps it, in memory, for as long as they live.
 */
export function createTaskInputs(
  options: TaskInputsOptions,
  warn: (text: string) => void,
  calls: () => AwsCalls,
): TaskInputs {
  // Loaded with the first task.
  const fetcher = once(async () =>
    (await import('./fetch-from-sources.ts')).createFetch(options, warn, calls),
  );
  const known = new Map<TaskArn, ResolvedInputs>();
  return {
    async resolve(spec, signal) {
      const { arn } = spec.task;
      const found = known.get(arn) ?? (await (await fetcher())(spec, signal));
      if (found.size > 0) known.set(arn, found);
      return found;
    },
    redact(arn, text) {
      const found = known.get(arn);
      return found ? hide([...found.values()], text) : text;
    },
    forget({ arn }) {
      known.delete(arn);
    },
  };
}

/** Environment files have words in them that are in many messages, too: `http`, `docker`. */
function hide(all: readonly ContainerInputs[], text: string): string {
  const secrets = all.flatMap(({ secrets, logOptions, registryAuth }) => [
    ...secrets.values(),
    ...logOptions.values(),
    ...(registryAuth ? [registryAuth.password] : []),
  ]);
  const others = all.flatMap(({ fileVariables }) => [...fileVariables.values()]);
  return createRedactor(others, 8)(createRedactor(secrets, 4)(text));
}
