import { nameOf, taskAddress } from '../../shared/addresses.ts';
import { DefinitionLink } from '../../shared/definition-link.tsx';
import { RelativeTime } from '../../shared/relative-time.tsx';
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
  {
    id: 'status',
    header: 'Status',
    cell: ({ lastStatus }) => <Status status={lastStatus} />,
    value: ({ lastStatus }) => lastStatus,
  },
  {
    id: 'health',
    header: 'Health',
    cell: ({ healthStatus }) => (healthStatus === 'UNKNOWN' ? '–' : <Status status={healthStatus} />),
    value: ({ healthStatus }) => healthStatus,
  },
  {
    id: 'definition',
    header: 'Task definition',
    cell: ({ taskDefinitionArn }) => <DefinitionLink arn={taskDefinitionArn} />,
    value: ({ taskDefinitionArn }) => nameOf(taskDefinitionArn),
  },
  {
    id: 'created',
    header: 'Created',
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    value: ({ createdAt }) => createdAt,
  },
  { id: 'group', header: 'Group', value: ({ group }) => group },
  { id: 'cluster', header: 'Cluster', value: ({ clusterArn }) => nameOf(clusterArn) },
  { id: 'launch-type', header: 'Launch type', value: ({ launchType }) => launchType },
  { id: 'reason', header: 'Reason of the stop', value: ({ stoppedReason }) => stoppedReason },
];
