import type { NetworkBinding } from '@aws-sdk/client-ecs';
import { mappedPorts } from './port-mapping.ts';
import type { Task } from './task.ts';

/**
 * The machine's ports that a task holds until it is STOPPED, e.g. `80/tcp`, each once: those that it was placed with,
 * and those that its own network is published on.
 */
export function hostPortsOf({
  reserved,
  networkInterface,
  containers,
}: Pick<Task, 'reserved' | 'networkInterface' | 'containers'>): string[] {
  const published = networkInterface ? containers.flatMap(({ networkBindings }) => networkBindings) : [];
  return [...new Set([...(reserved?.ports ?? []), ...published.flatMap(boundPorts)])];
}

const boundPorts = ({ hostPort, hostPortRange, protocol = 'tcp' }: NetworkBinding): string[] =>
  mappedPorts({ containerPort: hostPort, containerPortRange: hostPortRange }).map(
    (port) => `${port}/${protocol}`,
  );
