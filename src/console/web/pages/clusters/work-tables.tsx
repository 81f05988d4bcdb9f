import Button from '@cloudscape-design/components/button';
import { useNavigate } from 'react-router';
import { RelativeTime } from '../../shared/relative-time.tsx';
import { nameOf, serviceAddress, taskAddress, taskDefinitionAddress } from '../../shared/addresses.ts';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { Status } from '../../shared/status.tsx';
import { useServicesOf, useTasksOf, type Service, type Task } from './queries.ts';

/** The services of a cluster. */
export function ServicesTable({ cluster }: { readonly cluster: string }) {
  const navigate = useNavigate();
  return (
    <ResourceTable
      name="service"
      query={useServicesOf(cluster)}
      columns={SERVICE_COLUMNS}
      idOf={({ serviceArn }) => serviceArn ?? ''}
      empty="A service keeps a number of tasks of one definition running."
      actions={
        <Button onClick={() => void navigate(`/services/create?cluster=${encodeURIComponent(cluster)}`)}>
          Create service
        </Button>
      }
    />
  );
}

/** The tasks of a cluster, or of one service of it, with those that stopped lately. */
export function TasksTable({ cluster, service }: { readonly cluster: string; readonly service?: string }) {
  return (
    <ResourceTable
      name="task"
      query={useTasksOf(cluster, service)}
      columns={TASK_COLUMNS}
      idOf={({ taskArn }) => taskArn ?? ''}
      sortedBy="created"
      descending
      empty="Neither running nor stopped within the last hour."
    />
  );
}

export const definitionCell = (arn: string | undefined) =>
  arn === undefined ? '–' : <RouterLink to={taskDefinitionAddress(arn)}>{nameOf(arn)}</RouterLink>;

export const SERVICE_COLUMNS: readonly Column<Service>[] = [
  {
    id: 'name',
    header: 'Service',
    cell: ({ serviceArn = '', serviceName }) => (
      <RouterLink to={serviceAddress(serviceArn)}>{serviceName}</RouterLink>
    ),
    value: ({ serviceName }) => serviceName,
    isRowHeader: true,
  },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status }) => <Status status={status} />,
    value: ({ status }) => status,
  },
  {
    id: 'definition',
    header: 'Task definition',
    cell: ({ taskDefinition }) => definitionCell(taskDefinition),
    value: ({ taskDefinition }) => nameOf(taskDefinition),
  },
  {
    id: 'tasks',
    header: 'Tasks',
    cell: ({ runningCount = 0, desiredCount = 0, pendingCount = 0 }) =>
      `${runningCount}/${desiredCount} running${pendingCount > 0 ? `, ${pendingCount} pending` : ''}`,
    value: ({ runningCount }) => runningCount,
  },
  {
    id: 'deployment',
    header: 'Deployment',
    cell: ({ deployments }) => <Status status={deployments?.[0]?.rolloutState} />,
    value: ({ deployments }) => deployments?.[0]?.rolloutState,
  },
  { id: 'launch-type', header: 'Launch type', value: ({ launchType }) => launchType },
];

const TASK_COLUMNS: readonly Column<Task>[] = [
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
    id: 'definition',
    header: 'Task definition',
    cell: ({ taskDefinitionArn }) => definitionCell(taskDefinitionArn),
    value: ({ taskDefinitionArn }) => nameOf(taskDefinitionArn),
  },
  { id: 'group', header: 'Group', value: ({ group }) => group },
  {
    id: 'created',
    header: 'Created',
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    value: ({ createdAt }) => createdAt,
  },
  { id: 'reason', header: 'Reason of the stop', value: ({ stoppedReason }) => stoppedReason },
];
