import { definitionColumn, statusColumn, timeColumn } from '../../shared/columns.tsx';
import { nameOf, taskAddress } from '../../shared/addresses.ts';
import type { Column } from '../../shared/resource-table.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { Status } from '../../shared/status.tsx';
import type { Task } from './queries.ts';

/** Of a list of tasks. */
export const TASK_COLUMNS: readonly Column<Task>[] = [
  {
    id: 'id',
    header: 'Task',
    cell: ({ taskArn = '' }) => <RouterLink to={taskAddress(taskArn)}>{nameOf(taskArn)}</RouterLink>,
    value: ({ taskArn }) => nameOf(taskArn),
    isRowHeader: true,
  },
  statusColumn('status', 'Status', ({ lastStatus }) => lastStatus),
  {
    id: 'health',
    header: 'Health',
    cell: ({ healthStatus }) => (healthStatus === 'UNKNOWN' ? '–' : <Status status={healthStatus} />),
    value: ({ healthStatus }) => healthStatus,
  },
  definitionColumn(({ taskDefinitionArn }) => taskDefinitionArn),
  timeColumn('created', 'Created', ({ createdAt }) => createdAt),
  { id: 'group', header: 'Group', value: ({ group }) => group },
  { id: 'cluster', header: 'Cluster', value: ({ clusterArn }) => nameOf(clusterArn) },
  { id: 'launch-type', header: 'Launch type', value: ({ launchType }) => launchType },
  { id: 'reason', header: 'Reason of the stop', value: ({ stoppedReason }) => stoppedReason },
];
