import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import type { DockerFlags } from './docker-flags.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];

/** Members of Docker's that a definition has under other names, with what the flags add to them or set over them. */
export function renderEngineOptions(container: ContainerDefinition, flags: DockerFlags): Service {
  const limits = (container.ulimits ?? []).map(
    ({ name = '', softLimit = 0, hardLimit = 0 }) => [name, { soft: softLimit, hard: hardLimit }] as const,
  );
  const ulimits = { ...Object.fromEntries(limits), ...flags.ulimits };
  return {
    ...(container.dockerSecurityOptions?.length && { security_opt: container.dockerSecurityOptions }),
    ...(container.readonlyRootFilesystem && { read_only: true }),
    ...((container.privileged || flags.privileged) && { privileged: true }),
    ...(Object.keys(ulimits).length > 0 && { ulimits }),
    ...(flags.capAdd.length > 0 && { cap_add: [...flags.capAdd] }),
    ...(flags.platform !== undefined && { platform: flags.platform }),
    ...(flags.shmSizeBytes !== undefined && { shm_size: flags.shmSizeBytes }),
  };
}
