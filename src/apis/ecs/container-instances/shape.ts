import type {
  ContainerInstance as AwsContainerInstance,
  ContainerInstanceField,
  Resource,
} from '@aws-sdk/client-ecs';
import { clusterArn } from '../../../model/arn.ts';
import {
  AGENT_VERSION,
  remainingOf,
  type ContainerInstanceView,
  type Host,
  type Reservation,
} from '../../../model/container-instance.ts';

/**
 * A container instance as ECS answers it. Sources: AWS CLI reference, describe-container-instances, example; ECS API
 * reference, ContainerInstance.
 */
export function containerInstanceShape(
  view: ContainerInstanceView,
  host: Host,
  include: readonly ContainerInstanceField[],
): AwsContainerInstance {
  const { instance, attributes } = view;
  return {
    containerInstanceArn: instance.arn,
    ec2InstanceId: view.ec2InstanceId,
    version: instance.version,
    versionInfo: instance.registered?.versionInfo ?? {
      agentVersion: AGENT_VERSION,
      agentHash: 'ecsidecar',
      dockerVersion: `DockerVersion: ${host.facts().dockerVersion}`,
    },
    remainingResources: resourcesShape(remainingOf(view)),
    registeredResources: resourcesShape(view.total),
    status: instance.status,
    agentConnected: view.agentConnected && instance.status !== 'INACTIVE',
    runningTasksCount: view.runningTasksCount,
    pendingTasksCount: view.pendingTasksCount,
    attributes: [...attributes].map(([name, value]) => ({ name, ...(value !== '' && { value }) })),
    registeredAt: instance.registeredAt,
    attachments: [],
    tags: include.includes('TAGS') ? [...instance.tags] : [],
    ...(include.includes('CONTAINER_INSTANCE_HEALTH') && {
      healthStatus: {
        overallStatus: view.agentConnected ? 'OK' : 'IMPAIRED',
        details: [{ type: 'CONTAINER_RUNTIME', status: view.agentConnected ? 'OK' : 'IMPAIRED' }],
      },
    }),
  };
}

/** The same as its events tell it. Source: ECS developer guide, container instance state change events, example. */
export function containerInstanceDetail(view: ContainerInstanceView, host: Host): object {
  const { agentConnected, attributes, containerInstanceArn, ec2InstanceId, ...rest } = containerInstanceShape(
    view,
    host,
    [],
  );
  const { registeredResources, remainingResources, status, version, versionInfo } = rest;
  return {
    agentConnected,
    attributes,
    clusterArn: clusterArn(view.instance.scope, view.instance.clusterName),
    containerInstanceArn,
    ec2InstanceId,
    registeredResources,
    remainingResources,
    status,
    version,
    versionInfo,
  };
}

/** Resources as ECS answers them. Source: AWS CLI reference, describe-container-instances, example. */
function resourcesShape({ cpuUnits, memoryMib, ports, gpuIds }: Reservation): Resource[] {
  const integer = (name: string, integerValue: number): Resource => ({
    name,
    type: 'INTEGER',
    doubleValue: 0,
    longValue: 0,
    integerValue,
  });
  const set = (name: string, stringSetValue: string[]): Resource => ({
    name,
    type: 'STRINGSET',
    doubleValue: 0,
    longValue: 0,
    integerValue: 0,
    stringSetValue,
  });
  const numbers = (protocol: string): string[] =>
    [...new Set(ports)].flatMap((port) => (port.endsWith(protocol) ? port.slice(0, -protocol.length) : []));
  return [
    integer('CPU', cpuUnits),
    integer('MEMORY', memoryMib),
    set('PORTS', numbers('/tcp')),
    set('PORTS_UDP', numbers('/udp')),
    ...(gpuIds.length > 0 ? [set('GPU', [...gpuIds])] : []),
  ];
}
