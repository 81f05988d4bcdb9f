import { nameOf } from '../../shared/addresses.ts';
import { Copyable } from '../../shared/copyable.tsx';
import { RelativeTime } from '../../shared/relative-time.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { Status } from '../../shared/status.tsx';
import { useContainerInstances, type ContainerInstance } from './queries.ts';

/** The machines of a cluster and what is left on them; this machine is one of every cluster. */
export function InstancesTable({ cluster }: { readonly cluster: string }) {
  return (
    <ResourceTable
      name="container instance"
      query={useContainerInstances(cluster)}
      columns={COLUMNS}
      idOf={({ containerInstanceArn }) => containerInstanceArn ?? ''}
    />
  );
}

type Side = 'registeredResources' | 'remainingResources';

const numberOf = (instance: ContainerInstance, side: Side, wanted: string): number =>
  instance[side]?.find(({ name }) => name === wanted)?.integerValue ?? 0;

const setOf = (instance: ContainerInstance, side: Side, wanted: string): readonly string[] =>
  instance[side]?.find(({ name }) => name === wanted)?.stringSetValue ?? [];

const ofAll = (instance: ContainerInstance, resource: string, unit: string): string =>
  `${numberOf(instance, 'remainingResources', resource)} of ${numberOf(instance, 'registeredResources', resource)} ${unit}`;

/** In ECS the ports of "remaining" are those that are taken. Source: ECS API reference, ContainerInstance.remainingResources. */
const portsOf = (instance: ContainerInstance): string =>
  [
    ...setOf(instance, 'remainingResources', 'PORTS'),
    ...setOf(instance, 'remainingResources', 'PORTS_UDP').map((port) => `${port}/udp`),
  ].join(', ');

const COLUMNS: readonly Column<ContainerInstance>[] = [
  {
    id: 'id',
    header: 'Container instance',
    cell: ({ containerInstanceArn }) => <Copyable text={nameOf(containerInstanceArn)} what="id" />,
    value: ({ containerInstanceArn }) => nameOf(containerInstanceArn),
    isRowHeader: true,
  },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status }) => <Status status={status} />,
    value: ({ status }) => status,
  },
  {
    id: 'tasks',
    header: 'Tasks',
    cell: ({ runningTasksCount = 0, pendingTasksCount = 0 }) =>
      `${runningTasksCount} running, ${pendingTasksCount} pending`,
    value: ({ runningTasksCount }) => runningTasksCount,
  },
  {
    id: 'cpu',
    header: 'CPU left',
    cell: (instance) => ofAll(instance, 'CPU', 'units'),
    value: (instance) => numberOf(instance, 'remainingResources', 'CPU'),
  },
  {
    id: 'memory',
    header: 'Memory left',
    cell: (instance) => ofAll(instance, 'MEMORY', 'MiB'),
    value: (instance) => numberOf(instance, 'remainingResources', 'MEMORY'),
  },
  { id: 'ports', header: 'Ports taken', value: portsOf },
  { id: 'ec2', header: 'EC2 instance', value: ({ ec2InstanceId }) => ec2InstanceId },
  {
    id: 'agent',
    header: 'Agent',
    value: ({ agentConnected }) => (agentConnected === true ? 'connected' : 'not connected'),
  },
  {
    id: 'registered',
    header: 'Registered',
    cell: ({ registeredAt }) => <RelativeTime at={registeredAt} />,
    value: ({ registeredAt }) => registeredAt,
  },
];
