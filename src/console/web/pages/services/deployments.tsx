import SpaceBetween from '@cloudscape-design/components/space-between';
import { definitionColumn, statusColumn, timeColumn } from '../../shared/columns.tsx';
import { nameOf } from '../../shared/addresses.ts';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { TaskProgress } from './task-progress.tsx';
import { TaskSetsTable } from './task-sets-table.tsx';
import type { PastDeployment } from './previous.ts';
import { usePastDeployments, type Deployment, type Service } from './queries.ts';

/** The deployments that have tasks, as they go on, and how the last ones ended; task sets where another controller deploys. */
export function Deployments({ service }: { readonly service: Service }) {
  if (service.deploymentController?.type === 'EXTERNAL')
    return <TaskSetsTable taskSets={service.taskSets ?? []} />;
  return (
    <SpaceBetween size="l">
      <ResourceTable
        name="deployment"
        items={service.deployments ?? []}
        columns={DEPLOYMENT_COLUMNS}
        idOf={({ id }) => id ?? ''}
        filterName="deployment"
        sortedBy="created"
        descending
        wrapLines
        empty="The service is no more."
      />
      {service.status !== 'INACTIVE' && <PastDeployments service={service} />}
    </SpaceBetween>
  );
}

function PastDeployments({ service }: { readonly service: Service }) {
  return (
    <ResourceTable
      name="service deployment"
      title="Last service deployments"
      query={usePastDeployments(service)}
      columns={PAST_COLUMNS}
      idOf={({ serviceDeploymentArn }) => serviceDeploymentArn ?? ''}
      filterName="past"
      sortedBy="created"
      descending
      wrapLines
    />
  );
}

const DEPLOYMENT_COLUMNS: readonly Column<Deployment>[] = [
  { id: 'id', header: 'Deployment', value: ({ id }) => id, isRowHeader: true, width: 190 },
  statusColumn('status', 'Status', ({ status }) => status, { width: 120 }),
  {
    id: 'progress',
    header: 'Tasks',
    cell: (deployment) => <TaskProgress name={nameOf(deployment.id)} {...deployment} />,
    value: ({ runningCount }) => runningCount,
    width: 190,
  },
  statusColumn('rollout', 'Rollout', ({ rolloutState }) => rolloutState, { width: 150 }),
  definitionColumn(({ taskDefinition }) => taskDefinition),
  { id: 'reason', header: 'Reason', value: ({ rolloutStateReason }) => rolloutStateReason, width: 220 },
  { id: 'failed', header: 'Failed tasks', value: ({ failedTasks }) => failedTasks },
  timeColumn('created', 'Created', ({ createdAt }) => createdAt),
  timeColumn('updated', 'Updated', ({ updatedAt }) => updatedAt),
];

const PAST_COLUMNS: readonly Column<PastDeployment>[] = [
  {
    id: 'id',
    header: 'Service deployment',
    value: ({ serviceDeploymentArn }) => nameOf(serviceDeploymentArn),
    isRowHeader: true,
  },
  statusColumn('status', 'Status', ({ status }) => status, { width: 220 }),
  { id: 'reason', header: 'Reason', value: ({ statusReason }) => statusReason },
  definitionColumn(({ taskDefinition }) => taskDefinition),
  timeColumn('created', 'Created', ({ createdAt }) => createdAt),
  timeColumn('finished', 'Finished', ({ finishedAt }) => finishedAt),
];
