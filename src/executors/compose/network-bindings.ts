import type { ContainerDefinition, NetworkBinding } from '@aws-sdk/client-ecs';
import { PAUSE_CONTAINER } from '../../model/pause-container.ts';
import { mappedPorts } from '../../model/port-mapping.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { ObservedContainer, TaskAddress } from '../../model/task.ts';
import { FLAGS_LABEL, flagsOfContainer, NO_FLAGS } from './docker-flags.ts';

/** What was seen of a container with what its definition says of its ports; of the pause container, with its network. */
export function withTaskNetwork(
  seen: ObservedContainer,
  definition: AwsTaskDefinition,
  address: TaskAddress,
): ObservedContainer {
  if (seen.name === PAUSE_CONTAINER) {
    // One that ended has no network any more; the task goes on showing what it had.
    if (seen.state !== 'running' || definition.networkMode !== 'awsvpc') return seen;
    const networkBindings = bindingsByContainer(definition, seen.networkBindings);
    return { ...seen, shared: { address, networkBindings } };
  }
  const container = definition.containerDefinitions?.find(({ name }) => name === seen.name);
  return container ? { ...seen, networkBindings: withPortRanges(container, seen.networkBindings) } : seen;
}

/**
 * Ports of a container as ECS tells them: those of a range as one. Host ports of a range that do not follow each other
 * are told one by one. Source: ECS agent, container port ranges.
 */
export function withPortRanges(
  { portMappings = [] }: ContainerDefinition,
  bindings: readonly NetworkBinding[],
): readonly NetworkBinding[] {
  const ranges = portMappings.filter(({ containerPortRange }) => containerPortRange !== undefined);
  return ranges.reduce<readonly NetworkBinding[]>(
    (all, { containerPortRange, protocol = 'tcp', ...rest }) => {
      const ports = mappedPorts({ ...rest, containerPortRange });
      const members = ports.map((port) =>
        all.find((one) => one.containerPort === port && one.protocol === protocol),
      );
      const [first] = members;
      const last = members.at(-1);
      const follows = members.every((one, index) => one?.hostPort === (first?.hostPort ?? 0) + index);
      if (first?.hostPort === undefined || last?.hostPort === undefined || !follows) return all;
      const range: NetworkBinding = {
        ...(first.bindIP !== undefined && { bindIP: first.bindIP }),
        protocol,
        ...(containerPortRange !== undefined && { containerPortRange }),
        hostPortRange: `${first.hostPort}-${last.hostPort}`,
      };
      return [...all.filter((one) => !members.includes(one)), range];
    },
    bindings,
  );
}

/**
 * Ports of a network that containers share, by the container that they are for: as the definition or its label
 * `ecsidecar.docker-flags` says, else for any of them.
 */
export function bindingsByContainer(
  { containerDefinitions = [] }: AwsTaskDefinition,
  bindings: readonly NetworkBinding[],
): Record<string, readonly NetworkBinding[]> {
  const claims = containerDefinitions
    .filter(({ disableNetworking }) => !disableNetworking)
    .map((container) => ({ container, ports: portsOf(container) }));
  const isClaimed = (binding: NetworkBinding): boolean =>
    claims.some(({ ports }) => ports.has(portKey(binding)));
  return Object.fromEntries(
    claims.map(({ container, ports }) => {
      const own = bindings.filter((binding) => ports.has(portKey(binding)) || !isClaimed(binding));
      return [container.name ?? '', withPortRanges(container, own)];
    }),
  );
}

const portKey = ({
  containerPort = 0,
  protocol = 'tcp',
}: Pick<NetworkBinding, 'containerPort' | 'protocol'>): string => `${containerPort}/${protocol}`;

function portsOf({ portMappings = [], dockerLabels }: ContainerDefinition): ReadonlySet<string> {
  return new Set([
    ...portMappings.flatMap((mapping) =>
      mappedPorts(mapping).map((containerPort) => portKey({ ...mapping, containerPort })),
    ),
    ...flagsOfContainer(NO_FLAGS, dockerLabels?.[FLAGS_LABEL]).ports.map(({ containerPort, protocol }) =>
      portKey({ containerPort, protocol: protocol === 'udp' ? 'udp' : 'tcp' }),
    ),
  ]);
}
