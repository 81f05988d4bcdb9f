import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { inBatches, useWork } from '../../aws/queries.ts';
import { statusColumn, timeColumn } from '../../shared/columns.tsx';
import { nameOf } from '../../shared/addresses.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { Copyable } from '../../shared/copyable.tsx';
import { counted } from '../../shared/plural.ts';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { useContainerInstances, type ContainerInstance } from './queries.ts';

/** The machines of a cluster and what is left on them; this machine is one of every cluster. */
export function InstancesTable({ cluster }: { readonly cluster: string }) {
  const [chosen, setChosen] = useState<readonly ContainerInstance[]>([]);
  const [isAsking, setAsking] = useState(false);
  const query = useContainerInstances(cluster);
  const arns = new Set(chosen.map(({ containerInstanceArn }) => containerInstanceArn));
  // As they are now.
  const selected = query.data?.filter(({ containerInstanceArn }) => arns.has(containerInstanceArn)) ?? [];
  const update = useWork(
    async (aws, status: 'ACTIVE' | 'DRAINING') => {
      await inBatches(selected.map(idOf), MAX_AT_A_TIME, async (containerInstances) => {
        const { failures = [] } = await aws.ecs('UpdateContainerInstancesState', {
          cluster,
          containerInstances,
          status,
        });
        if (failures.length > 0)
          throw new Error(failures.map(({ arn, reason }) => `${nameOf(arn)}: ${reason ?? ''}`).join(' '));
        return [];
      });
      return counted(selected.length, 'container instance');
    },
    (status, what) => (status === 'DRAINING' ? `${what} set to draining.` : `${what} activated.`),
  );
  const change = (status: 'ACTIVE' | 'DRAINING'): void => {
    update.mutate(status, {
      onSettled: () => {
        setAsking(false);
        setChosen([]);
      },
    });
  };
  return (
    <>
      <ResourceTable
        name="container instance"
        query={query}
        columns={COLUMNS}
        idOf={idOf}
        selected={selected}
        onSelect={setChosen}
        actions={
          <ButtonDropdown
            disabled={selected.length === 0}
            items={[
              {
                id: 'DRAINING',
                text: 'Drain',
                disabled: !selected.some(({ status }) => status === 'ACTIVE'),
              },
              {
                id: 'ACTIVE',
                text: 'Activate',
                disabled: !selected.some(({ status }) => status === 'DRAINING'),
              },
            ]}
            onItemClick={({ detail: { id } }) => {
              if (id === 'DRAINING') setAsking(true);
              else change('ACTIVE');
            }}
          >
            Actions
          </ButtonDropdown>
        }
      />
      {isAsking && (
        <ConfirmDelete
          what={selected.map((instance) => nameOf(instance.containerInstanceArn))}
          kind="container instance"
          verb="Drain"
          isBusy={update.isPending}
          onConfirm={() => {
            change('DRAINING');
          }}
          onCancel={() => {
            setAsking(false);
          }}
        >
          No task is placed there any more, and services stop theirs as others take their place. Other tasks
          go on.
        </ConfirmDelete>
      )}
    </>
  );
}

/** Source: ECS API reference, UpdateContainerInstancesState.containerInstances. */
const MAX_AT_A_TIME = 10;

const idOf = ({ containerInstanceArn }: ContainerInstance): string => containerInstanceArn ?? '';

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
  statusColumn('status', 'Status', ({ status }) => status),
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
  timeColumn('registered', 'Registered', ({ registeredAt }) => registeredAt),
];
