import { containerInstanceArn } from '../../src/model/arn.ts';
import {
  viewOf,
  type ContainerInstance,
  type ContainerInstanceView,
  type Reservation,
} from '../../src/model/container-instance.ts';
import { testHost } from './ecs-api.ts';

const scope = { account: '000000000000', region: 'us-east-1' };

/** A registered container instance of 1024 CPU units and 1024 MiB without tasks, as placement sees it. */
export function instanceView(
  id: string,
  { resources = {}, ...more }: Partial<ContainerInstance> & { resources?: Partial<Reservation> } = {},
): ContainerInstanceView {
  const instance: ContainerInstance = {
    scope,
    arn: containerInstanceArn(scope, 'c', id),
    id,
    clusterName: 'c',
    registered: {
      resources: { cpuUnits: 1024, memoryMib: 1024, ports: ['22/tcp'], gpuIds: [], ...resources },
    },
    attributes: [],
    status: 'ACTIVE',
    tags: [],
    version: 1,
    registeredAt: new Date('2026-01-01T00:00:00Z'),
    ...more,
  };
  return viewOf(instance, testHost(), { instances: [], hostPorts: [] });
}
