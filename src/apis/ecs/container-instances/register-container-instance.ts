import type {
  RegisterContainerInstanceRequest,
  RegisterContainerInstanceResponse,
  Resource,
} from '@aws-sdk/client-ecs';
import { containerInstanceArn } from '../../../model/arn.ts';
import { ClientException } from '../../../model/aws-error.ts';
import {
  RESERVED_PORTS,
  viewOf,
  type ContainerInstance,
  type HostFacts,
  type Reservation,
} from '../../../model/container-instance.ts';
import { clusterInstances } from '../../../model/place-on-cluster.ts';
import { findActiveCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { checkTags } from '../tag-rules.ts';
import { checkAttribute } from '../attributes/attribute-rules.ts';
import { containerInstanceArnOf } from './find-instance.ts';
import { containerInstanceShape } from './shape.ts';

/**
 * Adds a container instance of the resources that it says, or brings back one that was registered before. Its tasks run
 * on the local engine as all do, so it has that engine's attributes besides its own.
 */
export const registerContainerInstance: EcsOperation<
  RegisterContainerInstanceRequest,
  RegisterContainerInstanceResponse
> = (context, input) => {
  const { store, host, newId, now } = context;
  const cluster = findActiveCluster(context, input.cluster);
  const { scope, name: clusterName } = cluster;
  checkTags(input.tags);
  for (const attribute of input.attributes ?? []) checkAttribute(attribute);
  const asked =
    input.containerInstanceArn === undefined
      ? undefined
      : containerInstanceArnOf(scope, clusterName, input.containerInstanceArn);
  const known = clusterInstances(context, cluster).find(({ arn }) => arn === asked);
  if (asked !== undefined && !known) {
    // Source: ECS's words, recorded from the agent's log.
    throw new ClientException(
      `Referenced container instance ${asked.split('/').at(-1) ?? ''} not registered.`,
    );
  }
  const id = known?.id ?? newId().replaceAll('-', '');
  const resources = resourcesOf(input.totalResources ?? [], host.facts());
  const { versionInfo } = input;
  const instance: ContainerInstance = {
    scope,
    arn: containerInstanceArn(scope, clusterName, id),
    id,
    clusterName,
    // The machine itself keeps to what the engine says.
    ...((!known || known.registered) && {
      registered: { resources, ...(versionInfo && { versionInfo }) },
    }),
    attributes: input.attributes ?? known?.attributes ?? [],
    status: 'ACTIVE',
    tags: input.tags ?? known?.tags ?? [],
    version: (known?.version ?? 0) + 1,
    registeredAt: known?.registeredAt ?? now(),
  };
  store.containerInstances.put(instance);
  context.capacityChanged(cluster.arn);
  const view = viewOf(instance, host, store.tasks.instanceUsage(scope, clusterName));
  return { containerInstance: containerInstanceShape(view, host, ['TAGS']) };
};

/** What is not said is as large as the machine's own. Of ports the taken ones are told. */
function resourcesOf(given: readonly Resource[], facts: HostFacts): Reservation {
  const find = (name: string): Resource | undefined => given.find((one) => one.name === name);
  const ports = (name: string, protocol: string): string[] | undefined =>
    find(name)?.stringSetValue?.map((port) => `${port}/${protocol}`);
  return {
    cpuUnits: find('CPU')?.integerValue ?? facts.cpuUnits,
    memoryMib: find('MEMORY')?.integerValue ?? facts.memoryMib,
    ports: [...(ports('PORTS', 'tcp') ?? RESERVED_PORTS), ...(ports('PORTS_UDP', 'udp') ?? [])],
    gpuIds: find('GPU')?.stringSetValue ?? [],
  };
}
