import Button from '@cloudscape-design/components/button';
import { useNavigate } from 'react-router';
import { definitionColumn, statusColumn } from '../../shared/columns.tsx';
import { serviceAddress } from '../../shared/addresses.ts';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { Status } from '../../shared/status.tsx';
import { TASK_COLUMNS } from '../tasks/columns.tsx';
import { useTasksOf } from '../tasks/queries.ts';
import { useServicesOf, type Service } from './queries.ts';

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
      columns={COLUMNS}
      idOf={({ taskArn }) => taskArn ?? ''}
      sortedBy="created"
      descending
      empty="Neither running nor stopped within the last hour."
    />
  );
}

/** All are of one cluster. */
const COLUMNS = TASK_COLUMNS.filter(({ id }) => id !== 'cluster');

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
  statusColumn('status', 'Status', ({ status }) => status),
  definitionColumn(({ taskDefinition }) => taskDefinition),
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
