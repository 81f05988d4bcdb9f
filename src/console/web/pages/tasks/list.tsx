import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { Page } from '../../shared/page.tsx';
import { ResourceTable } from '../../shared/resource-table.tsx';
import { TASK_COLUMNS } from './columns.tsx';
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
          columns={TASK_COLUMNS}
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
