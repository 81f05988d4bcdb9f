import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { nameOf, taskAddress, taskDefinitionAddress } from '../../shared/addresses.ts';
import { Page } from '../../shared/page.tsx';
import { RelativeTime } from '../../shared/relative-time.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { Status } from '../../shared/status.tsx';
import { Filters, matchesFilters, readFilters } from './filters.tsx';
import { useTasks, type Task } from './queries.ts';
import { StopTasks } from './stop-tasks.tsx';

export function Component() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const tasks = useTasks();
  const [selected, setSelected] = useState<readonly Task[]>([]);
  const [isStopping, setStopping] = useState(false);
  const filters = readFilters(search);
  const shown = tasks.data?.filter((task) => matchesFilters(task, filters));
  const running = selected.filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
  return (
    <Page title="Tasks">
      <SpaceBetween size="m">
        <Filters tasks={tasks.data ?? []} />
        <ResourceTable
          name="task"
          query={{ data: shown, error: tasks.error, refetch: tasks.refetch }}
          columns={COLUMNS}
          idOf={({ taskArn }) => taskArn ?? ''}
          selected={selected}
          onSelect={setSelected}
          sortedBy="created"
          descending
          empty="None runs, and none stopped within the last hour (with these filters)."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                disabled={running.length === 0}
                onClick={() => {
                  setStopping(true);
                }}
              >
                Stop
              </Button>
              <Button variant="primary" onClick={() => void navigate('/tasks/run')}>
                Run task
              </Button>
            </SpaceBetween>
          }
        />
      </SpaceBetween>
      {isStopping && (
        <StopTasks
          tasks={running}
          onDone={() => {
            setStopping(false);
            setSelected([]);
          }}
        />
      )}
    </Page>
  );
}

const COLUMNS: readonly Column<Task>[] = [
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
    cell: ({ taskDefinitionArn = '' }) => (
      <RouterLink to={taskDefinitionAddress(taskDefinitionArn)}>{nameOf(taskDefinitionArn)}</RouterLink>
    ),
    value: ({ taskDefinitionArn }) => nameOf(taskDefinitionArn),
  },
  { id: 'cluster', header: 'Cluster', value: ({ clusterArn }) => nameOf(clusterArn) },
  { id: 'group', header: 'Group', value: ({ group }) => group },
  { id: 'launch-type', header: 'Launch type', value: ({ launchType }) => launchType },
  {
    id: 'created',
    header: 'Created',
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    value: ({ createdAt }) => createdAt,
  },
  { id: 'reason', header: 'Reason of the stop', value: ({ stoppedReason }) => stoppedReason },
];
