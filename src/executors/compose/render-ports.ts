import type { ContainerDefinition, PortMapping } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { DockerFlags } from './docker-flags.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];
type Port = Exclude<NonNullable<Service['ports']>[number], string | number>;

/**
 * bridge: `hostPort` 0 or none is a random port of the host. awsvpc has no ports on the host; they are published on
 * random ones all the same, so that they can be reached. Source: ECS API reference, PortMapping.
 */
export function renderPorts(
  container: ContainerDefinition,
  networkMode: AwsTaskDefinition['networkMode'],
): Port[] {
  return (container.portMappings ?? []).flatMap(
    ({ containerPort, hostPort, protocol }: PortMapping): Port[] => {
      if (containerPort === undefined) return [];
      const fixed = networkMode !== 'awsvpc' && hostPort ? { published: String(hostPort) } : {};
      return [{ target: containerPort, protocol: protocol ?? 'tcp', ...fixed }];
    },
  );
}

export function renderFlagPorts(flags: DockerFlags): Port[] {
  return flags.ports.map(({ hostIp, hostPort, containerPort, protocol }) => ({
    target: containerPort,
    protocol,
    ...(hostPort !== undefined && { published: hostPort }),
    ...(hostIp !== undefined && { host_ip: hostIp }),
  }));
}
