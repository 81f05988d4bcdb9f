import type { TaskSet as SdkTaskSet } from '@aws-sdk/client-ecs';
import type { Wire } from '../../aws/call.ts';
import { definitionColumn, statusColumn, timeColumn } from '../../shared/columns.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { TaskProgress } from './task-progress.tsx';

type TaskSet = Wire<SdkTaskSet>;

/** What another controller made of a service. */
export function TaskSetsTable({ taskSets }: { readonly taskSets: readonly TaskSet[] }) {
  return (
    <ResourceTable
      name="task set"
      items={taskSets}
      columns={COLUMNS}
      idOf={({ taskSetArn }) => taskSetArn ?? ''}
      filterName="task-set"
      sortedBy="created"
      descending
      wrapLines
      empty="Another controller deploys this service: it makes task sets (CreateTaskSet)."
    />
  );
}

const COLUMNS: readonly Column<TaskSet>[] = [
  { id: 'id', header: 'Task set', value: ({ id }) => id, isRowHeader: true, width: 190 },
  { id: 'external', header: 'External id', value: ({ externalId }) => externalId },
  statusColumn('status', 'Status', ({ status }) => status, { width: 120 }),
  {
    id: 'progress',
    header: 'Tasks',
    cell: ({ id = '', computedDesiredCount, runningCount, pendingCount }) => (
      <TaskProgress
        name={id}
        desiredCount={computedDesiredCount}
        runningCount={runningCount}
        pendingCount={pendingCount}
      />
    ),
    value: ({ runningCount }) => runningCount,
    width: 190,
  },
  statusColumn('stability', 'Stability', ({ stabilityStatus }) => stabilityStatus, { width: 150 }),
  {
    id: 'scale',
    header: 'Scale',
    value: ({ scale }) => (scale?.value === undefined ? undefined : `${scale.value} %`),
  },
  definitionColumn(({ taskDefinition }) => taskDefinition),
  {
    id: 'launch-type',
    header: 'Launch type',
    value: ({ launchType, capacityProviderStrategy }) =>
      launchType ?? capacityProviderStrategy?.map(({ capacityProvider }) => capacityProvider).join(', '),
  },
  timeColumn('created', 'Created', ({ createdAt }) => createdAt),
];
