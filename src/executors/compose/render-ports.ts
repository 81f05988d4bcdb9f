import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import { mappedPorts } from '../../model/port-mapping.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { DockerFlags } from './docker-flags.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];
type Port = Exclude<NonNullable<Service['ports']>[number], string | number>;

/**
 * bridge: `hostPort` 0 or none is a random port of the host, and those of a range follow each other. awsvpc has no ports
 * on the host; they are published all the same, so that they can be reached: at their own number, or at another where
 * that one is taken. Source: ECS API reference, PortMapping.
 */
export function renderPorts(
  container: ContainerDefinition,
  networkMode: AwsTaskDefinition['networkMode'],
): Port[] {
  return (container.portMappings ?? []).flatMap((mapping): Port[] => {
    const protocol = mapping.protocol ?? 'tcp';
    return mappedPorts(mapping).map((target) => {
      const published = networkMode === 'awsvpc' ? target : mapping.hostPort;
      return { target, protocol, ...(published && { published: String(published) }) };
    });
  });
}

export function renderFlagPorts(flags: DockerFlags): Port[] {
  return flags.ports.map(({ hostIp, hostPort, containerPort, protocol }) => ({
    target: containerPort,
    protocol,
    ...(hostPort !== undefined && { published: hostPort }),
    ...(hostIp !== undefined && { host_ip: hostIp }),
  }));
}
